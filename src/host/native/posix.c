/*
 * The system calls that Node lacks, as a Node-API addon for Linux on x64 and arm64.
 *
 * Nothing is linked: libc symbols resolve against the libc of the running node, so that one file serves glibc and
 * musl. Functions return a value, or a negative errno where a call can fail; they throw a TypeError for arguments of
 * the wrong type and keep no state but a few descriptors. posix.ts is the typed face of all this and holds the
 * docstrings.
 */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <node_api.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/sched.h>
#include <netdb.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SOURCE_HASH
#define SOURCE_HASH "unknown"
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

enum {
  MAX_FDS = 64,
  MAX_GROUPS = 65536,
  CHILD_STACK = 64 * 1024,
  KERNEL_SIGSET = 8, /* bytes; the kernel's set is smaller than libc's sigset_t */
  LAST_SIGNAL = 64,
  LOW_FDS = 3,
  PIDFD_EXIT = 1 << 3,
  PID_DIGITS = 10,
};

/*
 * Descriptors of ours with low numbers, through which a child gets its own. With them the child can leave behind all
 * others at once; copying the table of a daemon with 15,000 pipes, and closing it again, takes 1 ms for each start.
 */
static int null_fd = -1, low_fds[LOW_FDS];

/* Where the set-up of a child failed; the order is that of STAGES in posix.ts. */
enum stage { OK, CLONE, PROCESS_GROUP, DESCRIPTORS, WRITE, NICE, IO_PRIORITY, LIMITS, LIMIT, REFUSED, GROUPS, GID,
             UID, DEATH_SIGNAL, DIRECTORY, EXEC };

struct spawn {
  char *file, *directory;
  char **argv, **environment;
  int32_t *fds;
  uint32_t fd_count;
  gid_t *groups; /* NULL: user and groups stay */
  uint32_t group_count;
  uint32_t uid, gid;
  int32_t umask;        /* -1 keeps */
  int64_t nofile;       /* soft limit, -1 keeps */
  int32_t death_signal; /* 0 none */
  char **writes;        /* path, text, path, text, …: what the child says of itself below /proc and /sys */
  double *limits;       /* resource, soft, hard, resource, …; -1 for no limit */
  uint32_t limit_count; /* numbers in `limits` */
  int32_t nice;         /* 20 keeps */
  int32_t io_priority;  /* class and level as the kernel wants them, 0 keeps */
  bool session, refuse;
  char *pid_digits; /* where the child writes its pid for LISTEN_PID; NULL: nowhere */
  int last_fd; /* the highest the child needs, while it still shares our table; -1 when it has a copy */
  pid_t parent;
  uint64_t signal_mask; /* of the parent, while the child is set up all are blocked */
  volatile int stage, error, item; /* item: which of writes or limits it was */
};

/* ---- arguments ---- */

static napi_value fail(napi_env env, const char *what) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_type_error(env, NULL, what);
  return NULL;
}

static napi_value number(napi_env env, double value) {
  napi_value result = NULL;
  napi_create_double(env, value, &result);
  return result;
}

static napi_value text(napi_env env, const char *value) {
  napi_value result = NULL;
  napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result);
  return result;
}

static void put(napi_env env, napi_value object, const char *name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

/* A whole number between low and high. */
static bool read_number(napi_env env, napi_value value, double low, double high, double *out) {
  if (napi_get_value_double(env, value, out) != napi_ok) return false;
  return *out >= low && *out <= high && *out == (double)(int64_t)*out;
}

/* A copy to free; NULL for what is not text or holds a NUL, which C would silently cut. */
static char *read_text(napi_env env, napi_value value) {
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

static void free_texts(char **texts) {
  if (texts == NULL) return;
  for (char **at = texts; *at != NULL; at++) free(*at);
  free(texts);
}

/* A NULL-terminated array as execve wants it, with room for one more; NULL when something in it is not text. */
static char **read_texts(napi_env env, napi_value value) {
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

static bool arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *out) {
  size_t count = wanted;
  if (napi_get_cb_info(env, info, &count, out, NULL, NULL) == napi_ok && count >= wanted) return true;
  fail(env, "too few arguments");
  return false;
}

/* All arguments of a call that takes only whole numbers of 0 or more. */
static bool integers(napi_env env, napi_callback_info info, size_t wanted, int *out) {
  napi_value found[3];
  double value;
  if (!arguments(env, info, wanted, found)) return false;
  for (size_t i = 0; i < wanted; i++) {
    if (!read_number(env, found[i], 0, INT32_MAX, &value)) return fail(env, "a whole number of 0 or more is wanted") != NULL;
    out[i] = (int)value;
  }
  return true;
}

static bool property(napi_env env, napi_value object, const char *name, napi_value *out) {
  return napi_get_named_property(env, object, name, out) == napi_ok;
}

static bool property_number(napi_env env, napi_value object, const char *name, double low, double high, double *out) {
  napi_value value;
  return property(env, object, name, &value) && read_number(env, value, low, high, out);
}

static bool property_bool(napi_env env, napi_value object, const char *name, bool *out) {
  napi_value value;
  return property(env, object, name, &value) && napi_get_value_bool(env, value, out) == napi_ok;
}

static bool is_null(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  return type == napi_null;
}

/* ---- spawn: what runs in the child, on our memory, until exec. Raw system calls only: libc's setuid and its like
   would signal every thread of the parent. ---- */

static void give_up(struct spawn *spawn, enum stage stage) {
  spawn->error = errno;
  spawn->stage = stage;
  for (;;) syscall(SYS_exit_group, 127);
}

/* Kernels before 5.9 have no close_range. */
static void cloexec_by_listing(int first) {
  int folder = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (folder < 0) {
    for (int fd = first; fd < 65536; fd++) syscall(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
    return;
  }
  char buffer[4096] __attribute__((aligned(8)));
  long length;
  while ((length = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < length;) {
      struct dirent64 *entry = (struct dirent64 *)(buffer + at);
      at += entry->d_reclen;
      int fd = 0; /* stays so for "." and "..", which is below first */
      for (const char *digit = entry->d_name; *digit >= '0' && *digit <= '9'; digit++) fd = fd * 10 + (*digit - '0');
      if (fd >= first) syscall(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
    }
  }
  syscall(SYS_close, folder);
}

static void map_descriptors(struct spawn *spawn) {
  int count = (int)spawn->fd_count;
  /* Sources among the targets move up first, so that no dup3 overwrites one still needed. */
  for (int to = 0; to < count; to++) {
    int from = spawn->fds[to];
    if (from < 0 || from >= count || from == to) continue;
    int moved = (int)syscall(SYS_fcntl, from, F_DUPFD_CLOEXEC, count);
    if (moved < 0) give_up(spawn, DESCRIPTORS);
    for (int other = to; other < count; other++)
      if (spawn->fds[other] == from && other != from) spawn->fds[other] = moved;
  }
  for (int to = 0; to < count; to++) {
    int from = spawn->fds[to];
    long done = from < 0 ? 0 : from == to ? syscall(SYS_fcntl, to, F_SETFD, 0) : syscall(SYS_dup3, from, to, 0);
    if (done < 0) give_up(spawn, DESCRIPTORS);
    if (from < 0) syscall(SYS_close, to);
  }
  if (syscall(SYS_close_range, count, ~0u, CLOSE_RANGE_CLOEXEC) != 0) cloexec_by_listing(count);
}

static void write_number(char *to, long number) {
  char digits[PID_DIGITS];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while ((number /= 10) > 0 && count < PID_DIGITS);
  while (count > 0) *to++ = digits[--count];
}

/* Before the change of user, which takes rights away, and files before limits, which may leave none to open. */
static void set_attributes(struct spawn *spawn) {
  for (char **at = spawn->writes; *at != NULL; at += 2, spawn->item++) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, at[0], O_WRONLY | O_CLOEXEC, 0);
    if (fd < 0 || syscall(SYS_write, fd, at[1], strlen(at[1])) < 0) give_up(spawn, WRITE);
    syscall(SYS_close, fd);
  }
  if (spawn->nice < 20 && syscall(SYS_setpriority, PRIO_PROCESS, 0, spawn->nice) != 0) give_up(spawn, NICE);
  if (spawn->io_priority != 0 && syscall(SYS_ioprio_set, 1 /* a process */, 0, spawn->io_priority) != 0)
    give_up(spawn, IO_PRIORITY);
  spawn->item = 0;
  if (spawn->nofile >= 0) {
    struct { uint64_t soft, hard; } limit;
    if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) != 0) give_up(spawn, LIMITS);
    limit.soft = (uint64_t)spawn->nofile < limit.hard ? (uint64_t)spawn->nofile : limit.hard;
    if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, NULL) != 0) give_up(spawn, LIMITS);
  }
  for (uint32_t i = 0; i < spawn->limit_count; i += 3, spawn->item++) {
    double soft = spawn->limits[i + 1], hard = spawn->limits[i + 2];
    struct { uint64_t soft, hard; } limit = {soft < 0 ? ~(uint64_t)0 : (uint64_t)soft, hard < 0 ? ~(uint64_t)0 : (uint64_t)hard};
    if (syscall(SYS_prlimit64, 0, (int)spawn->limits[i], &limit, NULL) != 0) give_up(spawn, LIMIT);
  }
}

static int child(void *argument) {
  struct spawn *spawn = argument;
  /* A table of its own, of the low descriptors only. */
  if (spawn->last_fd >= 0 && syscall(SYS_close_range, spawn->last_fd + 1, ~0u, CLOSE_RANGE_UNSHARE) != 0)
    give_up(spawn, DESCRIPTORS);
  if ((spawn->session ? syscall(SYS_setsid) : syscall(SYS_setpgid, 0, 0)) < 0) give_up(spawn, PROCESS_GROUP);
  map_descriptors(spawn);

  /* SIG_DFL is all zeros. Ignored real-time signals would otherwise pass through exec. */
  uint64_t default_action[8] = {0};
  for (int signal = 1; signal <= LAST_SIGNAL; signal++)
    syscall(SYS_rt_sigaction, signal, default_action, NULL, KERNEL_SIGSET);

  set_attributes(spawn);

  errno = 0;
  if (spawn->refuse) give_up(spawn, REFUSED);
  if (spawn->groups != NULL) {
    if (syscall(SYS_setgroups, spawn->group_count, spawn->groups) != 0) give_up(spawn, GROUPS);
    if (syscall(SYS_setgid, spawn->gid) != 0) give_up(spawn, GID);
    if (syscall(SYS_setuid, spawn->uid) != 0) give_up(spawn, UID);
  }
  if (spawn->death_signal != 0) { /* after setuid, which clears it */
    if (syscall(SYS_prctl, PR_SET_PDEATHSIG, spawn->death_signal, 0, 0, 0) != 0) give_up(spawn, DEATH_SIGNAL);
    errno = ESRCH;
    if (syscall(SYS_getppid) != spawn->parent) give_up(spawn, DEATH_SIGNAL); /* it died before we asked */
  }

  if (spawn->directory != NULL && syscall(SYS_chdir, spawn->directory) != 0) give_up(spawn, DIRECTORY);
  if (spawn->umask >= 0) syscall(SYS_umask, spawn->umask);
  if (spawn->pid_digits != NULL) write_number(spawn->pid_digits, syscall(SYS_getpid));
  uint64_t none = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, KERNEL_SIGSET);
  syscall(SYS_execve, spawn->file, spawn->argv, spawn->environment);
  give_up(spawn, EXEC);
  return 127;
}

/* ---- spawn: the parent's side ---- */

/* A list of whole numbers as 32 bits each, to free; NULL when it is something else or too long. */
static void *read_numbers(napi_env env, napi_value object, const char *name, double low, uint32_t max, uint32_t *count) {
  napi_value list, item;
  double value;
  if (!property(env, object, name, &list) || napi_get_array_length(env, list, count) != napi_ok || *count > max) return NULL;
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

static bool read_user(napi_env env, napi_value request, struct spawn *spawn) {
  napi_value user;
  double uid, gid;
  if (!property(env, request, "user", &user)) return false;
  if (is_null(env, user)) return true;
  if (!property_number(env, user, "uid", 0, UINT32_MAX - 1, &uid)) return false;
  if (!property_number(env, user, "gid", 0, UINT32_MAX - 1, &gid)) return false;
  spawn->uid = (uint32_t)uid;
  spawn->gid = (uint32_t)gid;
  spawn->groups = read_numbers(env, user, "groups", 0, MAX_GROUPS, &spawn->group_count);
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
  if (!property(env, request, "limits", &list) || napi_get_array_length(env, list, &spawn->limit_count) != napi_ok) return false;
  uint32_t count = spawn->limit_count;
  if (count % 3 != 0 || count > 3 * RLIM_NLIMITS) return false;
  if ((spawn->limits = calloc((size_t)count + 1, sizeof *spawn->limits)) == NULL) return false;
  for (uint32_t i = 0; i < count; i++) {
    double low = i % 3 == 0 ? 0 : -1, high = i % 3 == 0 ? RLIM_NLIMITS - 1 : 9e15;
    if (napi_get_element(env, list, i, &item) != napi_ok || !read_number(env, item, low, high, &spawn->limits[i])) return false;
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
  spawn->fds = read_numbers(env, request, "fds", -1, MAX_FDS, &spawn->fd_count);
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
static void reserve_low_fds(void) {
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

static napi_value js_spawn(napi_env env, napi_callback_info info) {
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

/* ---- children ---- */

static napi_value js_reap(napi_env env, napi_callback_info info) {
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

static napi_value js_subreaper(napi_env env, napi_callback_info info) {
  (void)info;
  return number(env, prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : -errno);
}

/* ---- descriptors ---- */

static napi_value js_pipe(napi_env env, napi_callback_info info) {
  napi_value result = NULL;
  int ours, fds[2];
  if (!integers(env, info, 1, &ours)) return NULL;
  if (ours > 1) return fail(env, "pipe: end");
  if (pipe2(fds, O_CLOEXEC) != 0) return number(env, -errno);
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

static napi_value js_grow_pipe(napi_env env, napi_callback_info info) {
  int arg[2];
  if (!integers(env, info, 2, arg)) return NULL;
  int size = fcntl(arg[0], F_SETPIPE_SZ, arg[1]);
  return number(env, size < 0 ? -errno : size);
}

static napi_value js_lock(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  return number(env, flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno);
}

/*
 * A read lease is granted only while nobody has the file open for writing; it is given back at once. Who opens it in
 * between makes the kernel send a signal: not SIGIO, which would end us, but one that is ignored unless handled.
 */
static napi_value js_written(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  if (fcntl(fd, F_SETSIG, SIGURG) != 0) return number(env, -errno);
  if (fcntl(fd, F_SETLEASE, F_RDLCK) != 0) return number(env, errno == EAGAIN ? 1 : -errno);
  fcntl(fd, F_SETLEASE, F_UNLCK);
  return number(env, 0);
}

/* ---- sockets ---- */

static int open_unix(const char *path, int type, int (*attach)(int, const struct sockaddr *, socklen_t)) {
  struct sockaddr_un address;
  size_t size = strlen(path) + 1;
  if (size < 2 || size > sizeof address.sun_path) return size < 2 ? -ENOENT : -ENAMETOOLONG;
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, path, size);
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
  if (*path == '@') { /* not a file: a name that starts and does not end with NUL */
    address.sun_path[0] = 0;
    length--;
  }
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (attach(fd, (struct sockaddr *)&address, length) == 0) return fd;
  int error = errno;
  close(fd);
  return -error;
}

/* bind, or connect without waiting, as a stream or as datagrams. */
static napi_value js_open_unix(napi_env env, napi_callback_info info) {
  napi_value arg[2];
  double how;
  if (!arguments(env, info, 2, arg)) return NULL;
  if (!read_number(env, arg[1], 0, 2, &how)) return fail(env, "openUnix: how");
  char *path = read_text(env, arg[0]);
  if (path == NULL) return fail(env, "openUnix: path");
  int fd = how == 0 ? open_unix(path, SOCK_STREAM, bind)
                    : open_unix(path, (how == 1 ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK, connect);
  free(path);
  return number(env, fd);
}

/* @returns a bound socket or a negative errno; for a host without an address a text in `unknown` */
static int bind_tcp(const char *host, const char *port, int family, char *unknown, size_t size) {
  struct addrinfo hints, *found = NULL;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  int problem = getaddrinfo(*host == 0 ? NULL : host, port, &hints, &found);
  if (problem != 0) {
    snprintf(unknown, size, "[Errno %d] %s", problem, gai_strerror(problem));
    return -EADDRNOTAVAIL;
  }
  *unknown = 0;
  int on = 1, fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), error = fd < 0 ? errno : 0;
  if (fd >= 0) {
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, found->ai_addr, found->ai_addrlen) != 0) {
      error = errno;
      close(fd);
    }
  }
  freeaddrinfo(found);
  return error == 0 ? fd : -error;
}

static napi_value js_bind_tcp(napi_env env, napi_callback_info info) {
  napi_value arg[2];
  double port;
  char service[8], unknown[256];
  if (!arguments(env, info, 2, arg)) return NULL;
  if (!read_number(env, arg[1], 0, 65535, &port)) return fail(env, "bindTcp: port");
  char *host = read_text(env, arg[0]);
  if (host == NULL) return fail(env, "bindTcp: host");
  snprintf(service, sizeof service, "%d", (int)port);
  int fd = bind_tcp(host, service, AF_INET, unknown, sizeof unknown);
  if (*unknown != 0) fd = bind_tcp(host, service, AF_INET6, unknown, sizeof unknown);
  free(host);
  return *unknown != 0 ? text(env, unknown) : number(env, fd);
}

static napi_value js_listen(napi_env env, napi_callback_info info) {
  int arg[2];
  if (!integers(env, info, 2, arg)) return NULL;
  return number(env, listen(arg[0], arg[1]) == 0 ? 0 : -errno);
}

/* Who connected, as the kernel knows it: [pid, uid, gid, more groups...]. */
static napi_value js_peer(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return number(env, -errno);
  napi_value result = NULL;
  napi_create_array(env, &result);
  napi_set_element(env, result, 0, number(env, peer.pid));
  napi_set_element(env, result, 1, number(env, peer.uid));
  napi_set_element(env, result, 2, number(env, peer.gid));
  size = 0; /* the first call says how much there is; kernels before 4.13 know the primary group only */
  if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) == 0 || errno != ERANGE) return result;
  gid_t *groups = malloc(size);
  if (groups != NULL && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0)
    for (uint32_t i = 0; i < size / sizeof *groups; i++) napi_set_element(env, result, 3 + i, number(env, groups[i]));
  free(groups);
  return result;
}

/* ---- users and groups, through the name service of the running libc ---- */

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
  for (size_t size = 1024; size <= RECORD_MAX; size *= 4) {
    char *buffer = malloc(size);
    if (buffer == NULL) break;
    int error;
    if (want_group) {
      struct group group, *found = NULL;
      error = name != NULL ? getgrnam_r(name, &group, buffer, size, &found) : getgrgid_r((gid_t)id, &group, buffer, size, &found);
      if (error == 0 && found != NULL) result = describe(env, NULL, found);
    } else {
      struct passwd user, *found = NULL;
      error = name != NULL ? getpwnam_r(name, &user, buffer, size, &found) : getpwuid_r((uid_t)id, &user, buffer, size, &found);
      if (error == 0 && found != NULL) result = describe(env, found, NULL);
    }
    free(buffer);
    if (error != ERANGE) break;
  }
  free(name);
  if (result == NULL) napi_get_null(env, &result);
  return result;
}

static napi_value js_user(napi_env env, napi_callback_info info) { return look_up(env, info, false); }

static napi_value js_group(napi_env env, napi_callback_info info) { return look_up(env, info, true); }

static napi_value js_groups_of(napi_env env, napi_callback_info info) {
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
  } while (groups != NULL && getgrouplist(name, (gid_t)primary, groups, &count) < 0 && count > room && count <= MAX_GROUPS);
  napi_create_array(env, &result);
  for (int i = 0; groups != NULL && i < count && i < room; i++) napi_set_element(env, result, (uint32_t)i, number(env, groups[i]));
  free(groups);
  free(name);
  return result;
}

/* ---- limits and messages ---- */

static double limit_number(rlim_t value) { return value == RLIM_INFINITY ? -1 : (double)value; }

static rlim_t limit_value(double value) { return value < 0 ? RLIM_INFINITY : (rlim_t)value; }

static napi_value js_limit(napi_env env, napi_callback_info info) {
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

static napi_value js_set_limit(napi_env env, napi_callback_info info) {
  napi_value arg[3];
  double which, soft, hard;
  if (!arguments(env, info, 3, arg)) return NULL;
  if (!read_number(env, arg[0], 0, RLIM_NLIMITS - 1, &which) || !read_number(env, arg[1], -1, 1e15, &soft) ||
      !read_number(env, arg[2], -1, 1e15, &hard))
    return fail(env, "setLimit: whole numbers, -1 for no limit");
  struct rlimit limit = {limit_value(soft), limit_value(hard)};
  return number(env, setrlimit((int)which, &limit) == 0 ? 0 : -errno);
}

static napi_value js_error_text(napi_env env, napi_callback_info info) {
  int error;
  if (!integers(env, info, 1, &error)) return NULL;
  return text(env, strerror(error));
}

/* ---- putting another program in our place ---- */

static napi_value js_cloexec(napi_env env, napi_callback_info info) {
  int arg[2];
  if (!integers(env, info, 2, arg)) return NULL;
  return number(env, fcntl(arg[0], F_SETFD, arg[1] != 0 ? FD_CLOEXEC : 0) == 0 ? 0 : -errno);
}

static napi_value js_duplicate(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return number(env, copy < 0 ? -errno : copy);
}

/* A file without a name that lives as long as somebody has it open. Raw: older libcs lack the call. */
static napi_value js_memory_file(napi_env env, napi_callback_info info) {
  (void)info;
  int fd = (int)syscall(SYS_memfd_create, "svctl", 1u /* MFD_CLOEXEC */);
  return number(env, fd < 0 ? -errno : fd);
}

/* Returns only when it failed. The kernel ends all other threads; children, pid and open descriptors stay. */
static napi_value js_execve(napi_env env, napi_callback_info info) {
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

/* ---- processes that are not our children ---- */

/* What PIDFD_GET_INFO fills in, in its first version. @see linux/pidfd.h of Linux 6.13 and 6.15 (exit) */
struct pidfd_info {
  uint64_t mask, cgroupid;
  uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
  int32_t exit_code;
};

static napi_value js_pidfd(napi_env env, napi_callback_info info) {
  int pid;
  if (!integers(env, info, 1, &pid)) return NULL;
  int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  return number(env, fd < 0 ? -errno : fd);
}

/* A descriptor, close-on-exec, of what another process has open; by the rules of ptrace. Raw: older libcs lack it. */
static napi_value js_take_descriptor(napi_env env, napi_callback_info info) {
  int arg[2];
  if (!integers(env, info, 2, arg)) return NULL;
  int fd = (int)syscall(438 /* pidfd_getfd */, arg[0], arg[1], 0);
  return number(env, fd < 0 ? -errno : fd);
}

/* The status as wait(2) has it, once the process has been reaped by whose child it is; EAGAIN before. */
static napi_value js_pidfd_status(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  struct pidfd_info found = {.mask = PIDFD_EXIT};
  if (ioctl(fd, _IOWR(0xFF, 11, struct pidfd_info), &found) != 0) return number(env, -errno);
  return number(env, (found.mask & PIDFD_EXIT) != 0 ? (double)(found.exit_code & 0xffff) : -EAGAIN);
}

/* ---- memory ---- */

/* The allocator's own way to give back free pages; musl has none and needs none. */
extern int malloc_trim(size_t) __attribute__((weak));

/* Takes hexadecimal digits off a text. strtoul and sscanf would go by names that not every libc has. */
static uintptr_t take_hex(const char **at) {
  uintptr_t value = 0;
  for (;; (*at)++) {
    char c = **at;
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return value;
    value = value * 16 + (uintptr_t)digit;
  }
}

/* Reads the first line of a mapping, `start-end mode offset device inode path`: whether it is of a file that is only read or run. */
static bool read_only_file(const char *line, uintptr_t *start, uintptr_t *end) {
  *start = take_hex(&line);
  if (*line++ != '-') return false;
  *end = take_hex(&line);
  bool read_only = line[0] == ' ' && line[1] != '\0' && line[2] == '-' && line[3] != '\0' && line[4] == 'p';
  for (int field = 0; field < 4 && line != NULL; field++) line = strchr(line + (field > 0), ' ');
  return read_only && line != NULL && strncmp(line, " 0 ", 3) != 0 && strncmp(line, " 0\n", 3) != 0;
}

/*
 * Gives back free heap, and what is in memory of files that are mapped to be read or run and were never written to: it
 * comes back from the cache of files when it is used again. What is, or has become, memory of our own is left alone:
 * mappings without a file (a text moved to huge pages), and those with pages that a linker or a debugger has changed.
 */
static napi_value js_trim(napi_env env, napi_callback_info info) {
  (void)info;
  if (malloc_trim != NULL) malloc_trim(0);
  FILE *maps = fopen("/proc/self/smaps", "re");
  if (maps == NULL) return number(env, -errno);
  static const char own[] = "Anonymous:";
  char line[PATH_MAX + 128];
  uintptr_t start, end, next_start, next_end;
  bool candidate = false;
  while (fgets(line, sizeof line, maps) != NULL) {
    if (candidate && strncmp(line, own, sizeof own - 1) == 0) {
      if (strcmp(line + strspn(line + sizeof own - 1, " ") + sizeof own - 1, "0 kB\n") == 0)
        madvise((void *)start, end - start, MADV_DONTNEED);
      candidate = false;
    } else if (read_only_file(line, &next_start, &next_end)) {
      start = next_start;
      end = next_end;
      candidate = true;
    }
  }
  fclose(maps);
  return number(env, 0);
}

NAPI_MODULE_INIT() {
  reserve_low_fds();
  static const struct { const char *name; napi_callback call; } functions[] = {
    {"spawn", js_spawn}, {"reap", js_reap}, {"subreaper", js_subreaper}, {"pipe", js_pipe}, {"growPipe", js_grow_pipe},
    {"lock", js_lock}, {"written", js_written}, {"openUnix", js_open_unix}, {"bindTcp", js_bind_tcp}, {"listen", js_listen}, {"peer", js_peer}, {"user", js_user}, {"group", js_group}, {"groupsOf", js_groups_of}, {"limit", js_limit},
    {"setLimit", js_set_limit}, {"errorText", js_error_text},
    {"cloexec", js_cloexec}, {"duplicate", js_duplicate}, {"memoryFile", js_memory_file}, {"execve", js_execve},
    {"pidfd", js_pidfd}, {"pidfdStatus", js_pidfd_status}, {"takeDescriptor", js_take_descriptor},
    {"trim", js_trim},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value function = NULL;
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, NULL, &function) != napi_ok) return NULL;
    put(env, exports, functions[i].name, function);
  }
  put(env, exports, "sourceHash", text(env, SOURCE_HASH));
  return exports;
}
