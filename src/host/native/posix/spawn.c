/* The parent's side of a spawn: reads what is wanted, prepares it, waits until the child has become its program. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "functions.h"
#include "values.h"

enum { MAX_FDS = 64, CHILD_STACK = 64 * 1024, LOW_FDS = 3 };

/*
 * Descriptors of ours with low numbers, through which a child gets its own. With them the child can leave behind all
 * others at once; copying the table of a daemon with 15,000 pipes, and closing it again, takes 1 ms for each start.
 */
static int null_fd = -1, low_fds[LOW_FDS];

static bool read_user(napi_env env, napi_value request, struct spawn *spawn) {
  napi_value user;
  double uid, gid;
  if (!property(env, request, "user", &user)) return false;
  if (is_null(env, user)) return true;
  if (!property_number(env, user, "uid", 0, UINT32_MAX - 1, &uid)) return false;
  if (!property_number(env, user, "gid", 0, UINT32_MAX - 1, &gid)) return false;
  spawn->uid = (uint32_t)uid;
  spawn->gid = (uint32_t)gid;
  spawn->groups = property_numbers(env, user, "groups", 0, MAX_GROUPS, &spawn->group_count);
  return spawn->groups != NULL;
}

/* Adds the variable whose value is known only once there is a child. */
static bool add_listen_pid(struct spawn *spawn) {
  static const char name[] = "LISTEN_PID=";
  size_t count = 0;
  while (spawn->environment[count] != NULL) count++;
  char *entry = calloc(1, sizeof name + PID_DIGITS);
  if (entry == NULL) return false;
  memcpy(entry, name, sizeof name);
  spawn->environment[count] = entry;
  spawn->pid_digits = entry + sizeof name - 1;
  return true;
}

/* Threes of whole numbers: a resource with its limits. */
static bool read_limits(napi_env env, napi_value request, struct spawn *spawn) {
  napi_value list, item;
  uint32_t count;
  if (!property(env, request, "limits", &list) || napi_get_array_length(env, list, &count) != napi_ok) return false;
  spawn->limit_count = count;
  if (count % 3 != 0 || count > 3 * RLIM_NLIMITS) return false;
  if ((spawn->limits = calloc((size_t)count + 1, sizeof *spawn->limits)) == NULL) return false;
  for (uint32_t i = 0; i < count; i++) {
    double low = i % 3 == 0 ? 0 : -1, high = i % 3 == 0 ? RLIM_NLIMITS - 1 : 9e15;
    if (napi_get_element(env, list, i, &item) != napi_ok) return false;
    if (!read_number(env, item, low, high, &spawn->limits[i])) return false;
  }
  return true;
}

/* An even number of texts. */
static bool read_writes(napi_env env, napi_value request, struct spawn *spawn) {
  napi_value list;
  uint32_t count = 0;
  if (!property(env, request, "writes", &list) || (spawn->writes = read_texts(env, list)) == NULL) return false;
  return napi_get_array_length(env, list, &count) == napi_ok && count % 2 == 0;
}

/* @returns NULL, or the name of the field that is wrong */
static const char *read_spawn(napi_env env, napi_value request, struct spawn *spawn) {
  napi_value value;
  double found;
  if (!property(env, request, "file", &value) || (spawn->file = read_text(env, value)) == NULL) return "spawn: file";
  if (!property(env, request, "argv", &value) || (spawn->argv = read_texts(env, value)) == NULL) return "spawn: argv";
  if (!property(env, request, "environment", &value) || (spawn->environment = read_texts(env, value)) == NULL)
    return "spawn: environment";
  if (!property(env, request, "directory", &value)) return "spawn: directory";
  if (!is_null(env, value) && (spawn->directory = read_text(env, value)) == NULL) return "spawn: directory";
  spawn->fds = property_numbers(env, request, "fds", -1, MAX_FDS, &spawn->fd_count);
  if (spawn->fds == NULL || spawn->fd_count < 3) return "spawn: fds";
  if (!read_user(env, request, spawn)) return "spawn: user";
  if (!property_number(env, request, "umask", -1, 07777, &found)) return "spawn: umask";
  spawn->umask = (int32_t)found;
  if (!property_number(env, request, "nofile", -1, 1e15, &found)) return "spawn: nofile";
  spawn->nofile = (int64_t)found;
  if (!property_number(env, request, "deathSignal", 0, LAST_SIGNAL, &found)) return "spawn: deathSignal";
  spawn->death_signal = (int32_t)found;
  if (!read_writes(env, request, spawn)) return "spawn: writes";
  if (!read_limits(env, request, spawn)) return "spawn: limits";
  if (!property_number(env, request, "nice", -20, 20, &found)) return "spawn: nice";
  spawn->nice = (int32_t)found;
  if (!property_number(env, request, "ioPriority", 0, UINT16_MAX, &found)) return "spawn: ioPriority";
  spawn->io_priority = (int32_t)found;
  if (!property_bool(env, request, "session", &spawn->session)) return "spawn: session";
  if (!property_bool(env, request, "refuse", &spawn->refuse)) return "spawn: refuse";
  bool listen_pid;
  if (!property_bool(env, request, "listenPid", &listen_pid)) return "spawn: listenPid";
  if (listen_pid && !add_listen_pid(spawn)) return "spawn: listenPid";
  return NULL;
}

/* Puts what the child gets on low descriptors, if that can be done. */
static void lower_descriptors(struct spawn *spawn) {
  spawn->last_fd = -1;
  if (null_fd < 0 || spawn->fd_count > LOW_FDS) return;
  for (uint32_t i = 0; i < spawn->fd_count; i++) {
    if (spawn->fds[i] < 0) continue;
    if (dup3(spawn->fds[i], low_fds[i], O_CLOEXEC) < 0) return;
    spawn->fds[i] = low_fds[i];
  }
  spawn->last_fd = low_fds[LOW_FDS - 1];
}

/* A child's end of a pipe must not stay open in us. */
static void clear_low_fds(void) {
  for (int i = 0; i < LOW_FDS && null_fd >= 0; i++) dup3(null_fd, low_fds[i], O_CLOEXEC);
}

/* Kernels before 5.11 and some sandboxes cannot do it; then a child starts with a copy of the whole table. */
void reserve_low_fds(void) {
  if (null_fd >= 0 || syscall(SYS_close_range, ~0u, ~0u, CLOSE_RANGE_CLOEXEC) != 0) return;
  null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int i = 0; i < LOW_FDS && null_fd >= 0; i++) {
    low_fds[i] = fcntl(null_fd, F_DUPFD_CLOEXEC, LOW_FDS);
    if (low_fds[i] >= 0) continue;
    close(null_fd);
    null_fd = -1;
  }
}

static pid_t run(struct spawn *spawn) {
  char *stack = malloc(CHILD_STACK);
  if (stack == NULL) {
    errno = ENOMEM;
    return -1;
  }
  /* A handler of ours must not run in the child, which shares our memory. Raw, to block libc's own signals too. */
  uint64_t all = ~(uint64_t)0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &spawn->signal_mask, KERNEL_SIGSET);
  char *top = (char *)((uintptr_t)(stack + CHILD_STACK) & ~(uintptr_t)15);
  int files = spawn->last_fd >= 0 ? CLONE_FILES : 0;
  pid_t pid = clone(child, top, CLONE_VM | CLONE_VFORK | files | SIGCHLD, spawn);
  int error = errno;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &spawn->signal_mask, NULL, KERNEL_SIGSET);
  free(stack);
  errno = error;
  return pid;
}

napi_value js_spawn(napi_env env, napi_callback_info info) {
  napi_value request, result = NULL;
  if (!arguments(env, info, 1, &request)) return NULL;
  struct spawn spawn;
  memset(&spawn, 0, sizeof spawn);
  const char *wrong = read_spawn(env, request, &spawn);
  if (wrong != NULL) {
    fail(env, wrong);
  } else {
    spawn.parent = getpid();
    lower_descriptors(&spawn);
    pid_t pid = run(&spawn);
    clear_low_fds();
    if (pid < 0) {
      spawn.error = errno;
      spawn.stage = CLONE;
    }
    napi_create_object(env, &result);
    put(env, result, "pid", number(env, pid < 0 ? 0 : pid));
    put(env, result, "stage", number(env, spawn.stage));
    put(env, result, "item", number(env, spawn.item));
    put(env, result, "errno", number(env, spawn.stage == OK ? 0 : spawn.error));
  }
  free(spawn.file);
  free(spawn.directory);
  free(spawn.fds);
  free(spawn.groups);
  free(spawn.limits);
  free_texts(spawn.writes);
  free_texts(spawn.argv);
  free_texts(spawn.environment);
  return result;
}
