/*
 * The system calls that Node lacks, as a Node-API addon for Linux on x64 and arm64.
 *
 * Nothing is linked: libc symbols resolve against the libc of the running node, so that one file serves glibc and
 * musl. Functions return a value, or a negative errno where a call can fail; they throw a TypeError for arguments of
 * the wrong type and keep no state but a few descriptors. posix.ts is the typed face of all this and holds the
 * docstrings.
 */
#include <string.h>

#include "functions.h"
#include "spawn.h"
#include "values.h"

#ifndef SOURCE_HASH
#define SOURCE_HASH "unknown"
#endif

napi_value js_error_text(napi_env env, napi_callback_info info) {
  int error;
  if (!integers(env, info, 1, &error)) return NULL;
  return text(env, strerror(error));
}

NAPI_MODULE_INIT() {
  reserve_low_fds();
#define ROW(name, function) {name, function},
  static const struct {
    const char *name;
    napi_callback call;
  } functions[] = {FOR_EACH_FUNCTION(ROW)};
#undef ROW
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    const char *name = functions[i].name;
    napi_value function = NULL;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, functions[i].call, NULL, &function) != napi_ok) return NULL;
    put(env, exports, name, function);
  }
  put(env, exports, "sourceHash", text(env, SOURCE_HASH));
  return exports;
}
