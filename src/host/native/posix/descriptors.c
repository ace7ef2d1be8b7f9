/* Pipes, files and whatever else is a descriptor and no socket. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "functions.h"
#include "values.h"

/* Opens one end of a pipe for both directions, in place of what it was; without /proc it stays what it was. */
static void open_both_ways(int *end) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", *end);
  int both = open(path, O_RDWR | O_CLOEXEC);
  if (both < 0) return;
  close(*end);
  *end = both;
}

napi_value js_pipe(napi_env env, napi_callback_info info) {
  napi_value result = NULL;
  int arg[2], fds[2];
  if (!integers(env, info, 2, arg)) return NULL;
  int ours = arg[0], both_ways = arg[1];
  if (ours > 1) return fail(env, "pipe: end");
  if (pipe2(fds, O_CLOEXEC) != 0) return number(env, -errno);
  if (both_ways) open_both_ways(&fds[1 - ours]);
  if (fcntl(fds[ours], F_SETFL, (ours == 1 ? O_WRONLY : 0) | O_NONBLOCK) != 0) {
    int error = errno;
    close(fds[0]);
    close(fds[1]);
    return number(env, -error);
  }
  napi_create_array_with_length(env, 2, &result);
  napi_set_element(env, result, 0, number(env, fds[0]));
  napi_set_element(env, result, 1, number(env, fds[1]));
  return result;
}

napi_value js_grow_pipe(napi_env env, napi_callback_info info) {
  int arg[2];
  if (!integers(env, info, 2, arg)) return NULL;
  int size = fcntl(arg[0], F_SETPIPE_SZ, arg[1]);
  return number(env, size < 0 ? -errno : size);
}

napi_value js_lock(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  return number(env, flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno);
}

/*
 * A read lease is granted only while nobody has the file open for writing; it is given back at once. Who opens it in
 * between makes the kernel send a signal: not SIGIO, which would end us, but one that is ignored unless handled.
 */
napi_value js_written(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  if (fcntl(fd, F_SETSIG, SIGURG) != 0) return number(env, -errno);
  if (fcntl(fd, F_SETLEASE, F_RDLCK) != 0) return number(env, errno == EAGAIN ? 1 : -errno);
  fcntl(fd, F_SETLEASE, F_UNLCK);
  return number(env, 0);
}

napi_value js_cloexec(napi_env env, napi_callback_info info) {
  int arg[2];
  if (!integers(env, info, 2, arg)) return NULL;
  return number(env, fcntl(arg[0], F_SETFD, arg[1] != 0 ? FD_CLOEXEC : 0) == 0 ? 0 : -errno);
}

napi_value js_duplicate(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return number(env, copy < 0 ? -errno : copy);
}

/* A file without a name that lives as long as somebody has it open. Raw: older libcs lack the call. */
napi_value js_memory_file(napi_env env, napi_callback_info info) {
  (void)info;
  int fd = (int)syscall(SYS_memfd_create, "svctl", 1u /* MFD_CLOEXEC */);
  return number(env, fd < 0 ? -errno : fd);
}

/* A descriptor, close-on-exec, of what another process has open; by the rules of ptrace. Raw: older libcs lack it. */
napi_value js_take_descriptor(napi_env env, napi_callback_info info) {
  int arg[2];
  if (!integers(env, info, 2, arg)) return NULL;
  int fd = (int)syscall(438 /* pidfd_getfd */, arg[0], arg[1], 0);
  return number(env, fd < 0 ? -errno : fd);
}
