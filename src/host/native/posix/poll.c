/*
 * One epoll descriptor for the pipes of all programs, watched by Node's own loop: a stream of Node's for each costs
 * forty microseconds and kilobytes of memory, at the start and at the end of every program.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "functions.h"
#include "values.h"

/*
 * The little of libuv that is needed. It comes with Node as libc does, but node-api-headers does not declare it; none
 * of this has changed since libuv 1.0.
 */
typedef struct uv_poll_s uv_poll_t;
enum { UV_POLL_HANDLE = 8, UV_READABLE = 1 };
extern size_t uv_handle_size(int type);
extern int uv_poll_init(struct uv_loop_s *loop, uv_poll_t *handle, int fd);
extern int uv_poll_start(uv_poll_t *handle, int events, void (*call)(uv_poll_t *handle, int status, int events));
extern int uv_poll_stop(uv_poll_t *handle);
extern void uv_ref(uv_poll_t *handle);
extern void uv_unref(uv_poll_t *handle);
extern void uv_close(uv_poll_t *handle, void (*call)(void *handle));

enum { READY_MAX = 64 };

static struct {
  napi_env env;
  uv_poll_t *handle;
  int epoll;
  napi_ref callback;
  napi_ref ready;
  int32_t *fds; /* of `ready` */
} watch = {.epoll = -1};

/* Errors that JavaScript threw are Node's to report, as those of any other callback. */
static void call_back(int count) {
  napi_env env = watch.env;
  napi_handle_scope scope;
  napi_value callback, argument, receiver, error;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_get_reference_value(env, watch.callback, &callback);
  napi_get_global(env, &receiver);
  argument = number(env, count);
  if (napi_make_callback(env, NULL, receiver, callback, 1, &argument, NULL) == napi_pending_exception) {
    napi_get_and_clear_last_exception(env, &error);
    napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

/* What is still readable after this is reported again by the next turn of the loop. */
static void on_readable(uv_poll_t *handle, int status, int events) {
  (void)handle, (void)status, (void)events;
  struct epoll_event found[READY_MAX];
  int count = epoll_wait(watch.epoll, found, READY_MAX, 0);
  if (count <= 0) return;
  for (int i = 0; i < count; i++) watch.fds[i] = found[i].data.fd;
  call_back(count);
}

/* Only the loop of the main thread may end with a handle that is open: that of a worker would abort the process. */
static void end(void *unused) {
  (void)unused;
  uv_close(watch.handle, free);
  close(watch.epoll);
  watch.handle = NULL;
  watch.epoll = -1;
}

napi_value js_watch(napi_env env, napi_callback_info info) {
  napi_value argument[2];
  napi_typedarray_type type;
  size_t length;
  struct uv_loop_s *loop;
  void *data;
  if (!arguments(env, info, 2, argument)) return NULL;
  if (watch.epoll >= 0) return fail(env, "watch: once only");
  if (napi_get_typedarray_info(env, argument[0], &type, &length, &data, NULL, NULL) != napi_ok ||
      type != napi_int32_array || length < READY_MAX)
    return fail(env, "watch: ready");
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return number(env, -ENOSYS);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return number(env, -errno);
  uv_poll_t *handle = malloc(uv_handle_size(UV_POLL_HANDLE));
  int error = handle == NULL ? -ENOMEM : uv_poll_init(loop, handle, epoll);
  if (error != 0) {
    free(handle);
    close(epoll);
    return number(env, error);
  }
  watch.env = env;
  watch.handle = handle;
  watch.epoll = epoll;
  watch.fds = data;
  napi_create_reference(env, argument[0], 1, &watch.ready);
  napi_create_reference(env, argument[1], 1, &watch.callback);
  napi_add_env_cleanup_hook(env, end, NULL);
  return number(env, 0);
}

napi_value js_watch_add(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fd};
  return number(env, epoll_ctl(watch.epoll, EPOLL_CTL_ADD, fd, &wanted) == 0 ? 0 : -errno);
}

napi_value js_watch_remove(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  return number(env, epoll_ctl(watch.epoll, EPOLL_CTL_DEL, fd, NULL) == 0 ? 0 : -errno);
}

/* 0: not at all, 1: without keeping the loop alive, 2: keeping it alive. */
napi_value js_watch_hear(napi_env env, napi_callback_info info) {
  int how;
  if (!integers(env, info, 1, &how)) return NULL;
  if (watch.handle == NULL) return fail(env, "hear: nothing is watched");
  (how == 2 ? uv_ref : uv_unref)(watch.handle);
  return number(env, how == 0 ? uv_poll_stop(watch.handle) : uv_poll_start(watch.handle, UV_READABLE, on_readable));
}

napi_value js_read(napi_env env, napi_callback_info info) {
  napi_value argument[2];
  double fd;
  void *data;
  size_t length;
  if (!arguments(env, info, 2, argument)) return NULL;
  if (!read_number(env, argument[0], 0, INT32_MAX, &fd)) return fail(env, "read: fd");
  if (napi_get_buffer_info(env, argument[1], &data, &length) != napi_ok) return fail(env, "read: buffer");
  ssize_t got;
  do got = read((int)fd, data, length);
  while (got < 0 && errno == EINTR);
  return number(env, got < 0 ? -errno : got);
}
