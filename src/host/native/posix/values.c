/* Making values of JavaScript, and reading them. */
#include "values.h"

#include <stdlib.h>
#include <string.h>

napi_value fail(napi_env env, const char *what) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_type_error(env, NULL, what);
  return NULL;
}

napi_value number(napi_env env, double value) {
  napi_value result = NULL;
  napi_create_double(env, value, &result);
  return result;
}

napi_value text(napi_env env, const char *value) {
  napi_value result = NULL;
  napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result);
  return result;
}

void put(napi_env env, napi_value object, const char *name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

bool read_number(napi_env env, napi_value value, double low, double high, double *out) {
  if (napi_get_value_double(env, value, out) != napi_ok) return false;
  return *out >= low && *out <= high && *out == (double)(int64_t)*out;
}

char *read_text(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) return NULL;
  char *copy = malloc(length + 1);
  if (copy == NULL) return NULL;
  if (napi_get_value_string_utf8(env, value, copy, length + 1, &length) != napi_ok || strlen(copy) != length) {
    free(copy);
    return NULL;
  }
  return copy;
}

void free_texts(char **texts) {
  if (texts == NULL) return;
  for (char **at = texts; *at != NULL; at++) free(*at);
  free(texts);
}

char **read_texts(napi_env env, napi_value value) {
  uint32_t count = 0;
  if (napi_get_array_length(env, value, &count) != napi_ok) return NULL;
  char **texts = calloc((size_t)count + 2, sizeof *texts);
  if (texts == NULL) return NULL;
  for (uint32_t i = 0; i < count; i++) {
    napi_value item;
    if (napi_get_element(env, value, i, &item) != napi_ok || (texts[i] = read_text(env, item)) == NULL) {
      free_texts(texts);
      return NULL;
    }
  }
  return texts;
}

bool arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *out) {
  size_t count = wanted;
  if (napi_get_cb_info(env, info, &count, out, NULL, NULL) == napi_ok && count >= wanted) return true;
  fail(env, "too few arguments");
  return false;
}

bool integers(napi_env env, napi_callback_info info, size_t wanted, int *out) {
  napi_value found[3];
  double value;
  if (!arguments(env, info, wanted, found)) return false;
  for (size_t i = 0; i < wanted; i++) {
    if (!read_number(env, found[i], 0, INT32_MAX, &value)) {
      fail(env, "a whole number of 0 or more is wanted");
      return false;
    }
    out[i] = (int)value;
  }
  return true;
}

bool property(napi_env env, napi_value object, const char *name, napi_value *out) {
  return napi_get_named_property(env, object, name, out) == napi_ok;
}

bool property_number(napi_env env, napi_value object, const char *name, double low, double high, double *out) {
  napi_value value;
  return property(env, object, name, &value) && read_number(env, value, low, high, out);
}

bool property_bool(napi_env env, napi_value object, const char *name, bool *out) {
  napi_value value;
  return property(env, object, name, &value) && napi_get_value_bool(env, value, out) == napi_ok;
}

bool is_null(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  return type == napi_null;
}

void *property_numbers(napi_env env, napi_value object, const char *name, double low, uint32_t max, uint32_t *count) {
  napi_value list, item;
  double value;
  if (!property(env, object, name, &list)) return NULL;
  if (napi_get_array_length(env, list, count) != napi_ok || *count > max) return NULL;
  uint32_t *numbers = calloc((size_t)*count + 1, sizeof *numbers);
  for (uint32_t i = 0; numbers != NULL && i < *count; i++) {
    if (napi_get_element(env, list, i, &item) != napi_ok || !read_number(env, item, low, UINT32_MAX - 1, &value)) {
      free(numbers);
      return NULL;
    }
    numbers[i] = (uint32_t)(int64_t)value;
  }
  return numbers;
}
