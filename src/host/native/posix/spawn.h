/* What both sides of a spawn know. The child runs on the memory of the parent, so this is all that they share. */
#ifndef SPAWN_H
#define SPAWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

enum {
  KERNEL_SIGSET = 8, /* bytes; the kernel's set is smaller than libc's sigset_t */
  LAST_SIGNAL = 64,
  PID_DIGITS = 10,
};

/* Where the set-up of a child failed; the order is that of STAGES in posix.ts. */
enum stage {
  OK,
  CLONE,
  PROCESS_GROUP,
  DESCRIPTORS,
  WRITE,
  NICE,
  IO_PRIORITY,
  LIMITS,
  LIMIT,
  REFUSED,
  GROUPS,
  GID,
  UID,
  DEATH_SIGNAL,
  DIRECTORY,
  EXEC,
};

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
  int last_fd;      /* the highest the child needs, while it still shares our table; -1 when it has a copy */
  pid_t parent;
  uint64_t signal_mask;            /* of the parent, while the child is set up all are blocked */
  volatile int stage, error, item; /* item: which of writes or limits it was */
};

/* What the child runs until it is its program. It returns only where that fails, with `stage` and `error` set. */
int child(void *spawn);

/* Once, before the first spawn. */
void reserve_low_fds(void);

#endif
