/*
 * The child's side of a spawn: what runs on the memory of the parent until exec. Raw system calls only: libc's setuid
 * and its like would signal every thread of the parent.
 */
#include "spawn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

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

/* As prlimit64 has it on every CPU. */
struct kernel_limit {
  uint64_t soft, hard;
};

static uint64_t limit_of(double value) { return value < 0 ? ~(uint64_t)0 : (uint64_t)value; }

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
    struct kernel_limit limit;
    if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) != 0) give_up(spawn, LIMITS);
    limit.soft = (uint64_t)spawn->nofile < limit.hard ? (uint64_t)spawn->nofile : limit.hard;
    if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, NULL) != 0) give_up(spawn, LIMITS);
  }
  for (uint32_t i = 0; i < spawn->limit_count; i += 3, spawn->item++) {
    double soft = spawn->limits[i + 1], hard = spawn->limits[i + 2];
    struct kernel_limit limit = {limit_of(soft), limit_of(hard)};
    if (syscall(SYS_prlimit64, 0, (int)spawn->limits[i], &limit, NULL) != 0) give_up(spawn, LIMIT);
  }
}

int child(void *argument) {
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
