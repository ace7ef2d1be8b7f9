/* Making values of JavaScript, and reading them. */
#ifndef VALUES_H
#define VALUES_H

#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>

/* Of one user; more than the kernel takes is asked for by mistake. */
enum { MAX_GROUPS = 65536 };

/* Throws a TypeError, unless something is thrown already. @returns NULL */
napi_value fail(napi_env env, const char *what);

napi_value number(napi_env env, double value);
napi_value text(napi_env env, const char *value);
void put(napi_env env, napi_value object, const char *name, napi_value value);

/* The arguments of a call; false and an exception when there are too few. */
bool arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *out);

/* All arguments of a call that takes only whole numbers of 0 or more, 3 at most. */
bool integers(napi_env env, napi_callback_info info, size_t wanted, int *out);

/* A whole number between low and high. */
bool read_number(napi_env env, napi_value value, double low, double high, double *out);

/* A copy to free; NULL for what is not text or holds a NUL, which C would silently cut. */
char *read_text(napi_env env, napi_value value);

/* A NULL-terminated array as execve wants it, with room for one more; NULL when something in it is not text. */
char **read_texts(napi_env env, napi_value value);
void free_texts(char **texts);

bool property(napi_env env, napi_value object, const char *name, napi_value *out);
bool property_number(napi_env env, napi_value object, const char *name, double low, double high, double *out);
bool property_bool(napi_env env, napi_value object, const char *name, bool *out);

/* A list of whole numbers as 32 bits each, to free; NULL when it is something else or too long. */
void *property_numbers(napi_env env, napi_value object, const char *name, double low, uint32_t max, uint32_t *count);

bool is_null(napi_env env, napi_value value);

#endif
