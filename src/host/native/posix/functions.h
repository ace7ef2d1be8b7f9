/* The functions of the addon by the names that posix.ts calls them. */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include <node_api.h>

#define FOR_EACH_FUNCTION(DO) \
  /* spawn.c */ \
  DO("spawn", js_spawn) \
  /* processes.c */ \
  DO("reap", js_reap) \
  DO("subreaper", js_subreaper) \
  DO("ticks", js_ticks) \
  DO("pidfd", js_pidfd) \
  DO("pidfdStatus", js_pidfd_status) \
  DO("limit", js_limit) \
  DO("setLimit", js_set_limit) \
  DO("execve", js_execve) \
  /* descriptors.c */ \
  DO("pipe", js_pipe) \
  DO("growPipe", js_grow_pipe) \
  DO("lock", js_lock) \
  DO("written", js_written) \
  DO("cloexec", js_cloexec) \
  DO("duplicate", js_duplicate) \
  DO("memoryFile", js_memory_file) \
  DO("takeDescriptor", js_take_descriptor) \
  /* poll.c */ \
  DO("watch", js_watch) \
  DO("watchAdd", js_watch_add) \
  DO("watchRemove", js_watch_remove) \
  DO("watchHear", js_watch_hear) \
  DO("read", js_read) \
  /* sockets.c */ \
  DO("openUnix", js_open_unix) \
  DO("bindTcp", js_bind_tcp) \
  DO("listen", js_listen) \
  DO("peer", js_peer) \
  /* accounts.c */ \
  DO("user", js_user) \
  DO("group", js_group) \
  DO("groupsOf", js_groups_of) \
  /* memory.c */ \
  DO("trim", js_trim) \
  /* addon.c */ \
  DO("errorText", js_error_text)

#define DECLARE(name, function) napi_value function(napi_env env, napi_callback_info info);
FOR_EACH_FUNCTION(DECLARE)
#undef DECLARE

#endif
