/* Users and groups, through the name service of the running libc. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>

#include "functions.h"
#include "values.h"

enum { RECORD_MAX = 1 << 20 };

/* A user, or with `user` NULL a group. */
static napi_value describe(napi_env env, const struct passwd *user, const struct group *group) {
  napi_value result = NULL;
  napi_create_object(env, &result);
  put(env, result, "gid", number(env, user != NULL ? user->pw_gid : group->gr_gid));
  put(env, result, "name", text(env, user != NULL ? user->pw_name : group->gr_name));
  if (user != NULL) put(env, result, "uid", number(env, user->pw_uid));
  if (user != NULL) put(env, result, "home", text(env, user->pw_dir != NULL ? user->pw_dir : ""));
  return result;
}

/* One record by name or number; the buffer grows until it fits. */
static napi_value look_up(napi_env env, napi_callback_info info, bool want_group) {
  napi_value arg, result = NULL;
  if (!arguments(env, info, 1, &arg)) return NULL;
  double id = -1;
  char *name = NULL;
  if (!read_number(env, arg, 0, UINT32_MAX, &id) && (name = read_text(env, arg)) == NULL)
    return fail(env, "lookup: a name or a number");
  gid_t gid = (gid_t)id;
  uid_t uid = (uid_t)id;
  for (size_t size = 1024; size <= RECORD_MAX; size *= 4) {
    char *buffer = malloc(size);
    if (buffer == NULL) break;
    int error;
    if (want_group) {
      struct group group, *found = NULL;
      error = name != NULL ? getgrnam_r(name, &group, buffer, size, &found)
                           : getgrgid_r(gid, &group, buffer, size, &found);
      if (error == 0 && found != NULL) result = describe(env, NULL, found);
    } else {
      struct passwd user, *found = NULL;
      error = name != NULL ? getpwnam_r(name, &user, buffer, size, &found)
                           : getpwuid_r(uid, &user, buffer, size, &found);
      if (error == 0 && found != NULL) result = describe(env, found, NULL);
    }
    free(buffer);
    if (error != ERANGE) break;
  }
  free(name);
  if (result == NULL) napi_get_null(env, &result);
  return result;
}

napi_value js_user(napi_env env, napi_callback_info info) { return look_up(env, info, false); }

napi_value js_group(napi_env env, napi_callback_info info) { return look_up(env, info, true); }

napi_value js_groups_of(napi_env env, napi_callback_info info) {
  napi_value arg[2], result = NULL;
  double primary;
  if (!arguments(env, info, 2, arg)) return NULL;
  if (!read_number(env, arg[1], 0, UINT32_MAX - 1, &primary)) return fail(env, "groupsOf: gid");
  char *name = read_text(env, arg[0]);
  if (name == NULL) return fail(env, "groupsOf: name");
  gid_t *groups = NULL;
  int count = 32, room;
  do { /* a call that lacks room says how much it wants */
    room = count;
    free(groups);
    groups = calloc((size_t)room, sizeof *groups);
  } while (groups != NULL && getgrouplist(name, (gid_t)primary, groups, &count) < 0 && count > room &&
           count <= MAX_GROUPS);
  napi_create_array(env, &result);
  for (int i = 0; groups != NULL && i < count && i < room; i++)
    napi_set_element(env, result, (uint32_t)i, number(env, groups[i]));
  free(groups);
  free(name);
  return result;
}
