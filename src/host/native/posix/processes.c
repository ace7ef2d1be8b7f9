/* Processes: the ends of our children, those that are not our children, and what we are ourselves. */
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "functions.h"
#include "values.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum { PIDFD_EXIT = 1 << 3 };

/* ---- children ---- */

napi_value js_reap(napi_env env, napi_callback_info info) {
  (void)info;
  int status = 0;
  pid_t pid;
  do pid = waitpid(-1, &status, WNOHANG);
  while (pid < 0 && errno == EINTR);
  napi_value result = NULL;
  if (pid <= 0) {
    napi_get_null(env, &result);
    return result;
  }
  napi_create_object(env, &result);
  put(env, result, "pid", number(env, pid));
  put(env, result, "code", number(env, WIFEXITED(status) ? WEXITSTATUS(status) : -1));
  put(env, result, "signal", number(env, WIFSIGNALED(status) ? WTERMSIG(status) : 0));
  napi_value core;
  napi_get_boolean(env, WIFSIGNALED(status) && WCOREDUMP(status), &core);
  put(env, result, "core", core);
  return result;
}

napi_value js_subreaper(napi_env env, napi_callback_info info) {
  (void)info;
  return number(env, prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : -errno);
}

/* Of a hundredth of a second, as the kernel counts in /proc on all machines that we know. */
napi_value js_ticks(napi_env env, napi_callback_info info) {
  (void)info;
  struct timespec now = {0};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return number(env, (double)now.tv_sec * 100 + (double)(now.tv_nsec / 10000000));
}

/* ---- processes that are not our children ---- */

/* What PIDFD_GET_INFO fills in, in its first version. @see linux/pidfd.h of Linux 6.13 and 6.15 (exit) */
struct pidfd_info {
  uint64_t mask, cgroupid;
  uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
  int32_t exit_code;
};

napi_value js_pidfd(napi_env env, napi_callback_info info) {
  int pid;
  if (!integers(env, info, 1, &pid)) return NULL;
  int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  return number(env, fd < 0 ? -errno : fd);
}

/* The status as wait(2) has it, once the process has been reaped by whose child it is; EAGAIN before. */
napi_value js_pidfd_status(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  struct pidfd_info found = {.mask = PIDFD_EXIT};
  if (ioctl(fd, _IOWR(0xFF, 11, struct pidfd_info), &found) != 0) return number(env, -errno);
  return number(env, (found.mask & PIDFD_EXIT) != 0 ? (double)(found.exit_code & 0xffff) : -EAGAIN);
}

/* ---- ourselves ---- */

static double limit_number(rlim_t value) { return value == RLIM_INFINITY ? -1 : (double)value; }

static rlim_t limit_value(double value) { return value < 0 ? RLIM_INFINITY : (rlim_t)value; }

napi_value js_limit(napi_env env, napi_callback_info info) {
  napi_value result = NULL;
  int which;
  struct rlimit limit;
  if (!integers(env, info, 1, &which)) return NULL;
  if (getrlimit(which, &limit) != 0) return number(env, -errno);
  napi_create_object(env, &result);
  put(env, result, "soft", number(env, limit_number(limit.rlim_cur)));
  put(env, result, "hard", number(env, limit_number(limit.rlim_max)));
  return result;
}

napi_value js_set_limit(napi_env env, napi_callback_info info) {
  napi_value arg[3];
  double which, soft, hard;
  if (!arguments(env, info, 3, arg)) return NULL;
  if (!read_number(env, arg[0], 0, RLIM_NLIMITS - 1, &which) || !read_number(env, arg[1], -1, 1e15, &soft) ||
      !read_number(env, arg[2], -1, 1e15, &hard))
    return fail(env, "setLimit: whole numbers, -1 for no limit");
  struct rlimit limit = {limit_value(soft), limit_value(hard)};
  return number(env, setrlimit((int)which, &limit) == 0 ? 0 : -errno);
}

/* Returns only when it failed. The kernel ends all other threads; children, pid and open descriptors stay. */
napi_value js_execve(napi_env env, napi_callback_info info) {
  napi_value arg[3];
  if (!arguments(env, info, 3, arg)) return NULL;
  char *file = read_text(env, arg[0]), **argv = read_texts(env, arg[1]), **environment = read_texts(env, arg[2]);
  int error = 0;
  if (file != NULL && argv != NULL && environment != NULL) {
    execve(file, argv, environment);
    error = errno;
  }
  free(file);
  free_texts(argv);
  free_texts(environment);
  return error == 0 ? fail(env, "execve: a file, arguments and an environment") : number(env, -error);
}
