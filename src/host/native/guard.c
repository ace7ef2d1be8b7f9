/*
 * The guard: a small program that sleeps beside the daemon. When the daemon is killed, and can end nothing itself any
 * more, it kills the daemon's programs with all that these have started. When the daemon says farewell, it just goes.
 * It mostly runs as root, so it kills only what it can show to be the daemon's. Linux on x64 and arm64, no libc: some
 * pages of memory, and nothing that a machine could lack.
 *
 *   svctl-guard DAEMON START    the pid of the daemon, and when it was started as /proc/PID/stat has it
 *
 * Descriptor 0 is a pipe whose other end only the daemon has: a byte is its farewell, an end without one its death.
 * Descriptor 1 is the table of its programs, see `struct row`; src/host/guard-table.ts writes it.
 *
 * It chooses processes by rows of the table: members of the process group or session of a program, orphans that hold
 * the pipe that a program was given for its output or carry its marks in their environment, and whatever is below any
 * of these. A row that says `keep` protects in the same way. It looks again until twice in a row there is nothing new:
 * who was sent SIGKILL starts nothing any more, so that nothing can escape between two looks.
 */
#include <fcntl.h>
#include <linux/prctl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/*
 * One program. A pid or pipe of 0 is none; `latest` is when the daemon knew the pid, in ticks, of which it has the low bits;
 * pipes are inodes; `hash` is of its marks, see `mix`, and zeros when others may have the same.
 */
struct row {
  uint32_t pid, latest, kind, hash[2], pipe[2];
};

/* Kinds of programs, and verdicts: which end with the daemon, and which outlive it. */
enum { KILL = 1, KEEP = 2 };

struct process {
  int32_t pid, parent, group, session;
  uint64_t start;
  bool ended, signalled;
  uint8_t verdict; /* 0, KILL or KEEP */
};

enum {
  PROCESSES_MAX = 1 << 17,
  ROWS_MAX = 1 << 17,
  ENVIRONMENT_MAX = 1 << 20,
  ROUND_MS = 10,           /* between two looks */
  ROUNDS_MAX = 500,        /* looks at the most */
  QUIET_ROUNDS = 2,        /* looks in a row that find nothing new end it */
  DEATH_ROUNDS_MAX = 1000, /* as long the daemon may take to be gone after its pipe */
  TICKS_PER_SECOND = 100,  /* of the times in /proc/PID/stat, on every machine */
  USELESS = 2, /* exit status: /proc does not show what we see */
};

/* None of this takes memory before the daemon has died. */
static struct row rows[ROWS_MAX];
static struct process tables[2][PROCESSES_MAX], *processes = tables[0], *before = tables[1];
static size_t row_count, process_count, before_count;
static char environment[ENVIRONMENT_MAX];
static int32_t self, reaper;         /* reaper: who inherits the orphans of the daemon */
static uint64_t daemon_start, death; /* in ticks since the machine was started */

const char source_hash[] __attribute__((used)) = SOURCE_HASH;

/* ---- the kernel ---- */

static long call(long number, long a, long b, long c, long d) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = d;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b, x2 __asm__("x2") = c, x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
#endif
}

_Noreturn static void end(int status) {
  for (;;) call(SYS_exit_group, status, 0, 0, 0);
}

static void rest(long ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  call(SYS_nanosleep, (long)&time, 0, 0, 0);
}

/* Reads up to size - 1 bytes and ends them with NUL. @returns how many, 0 for what cannot be read */
static size_t read_file(const char *path, char *to, size_t size) {
  long fd = call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0), length;
  size_t filled = 0;
  if (fd < 0) return 0;
  while (filled < size - 1 && (length = call(SYS_read, fd, (long)(to + filled), (long)(size - 1 - filled), 0)) > 0)
    filled += (size_t)length;
  call(SYS_close, fd, 0, 0, 0);
  to[filled] = 0;
  return filled;
}

/* ---- text ---- */

static uint64_t read_number(const char **at) {
  uint64_t number = 0;
  for (; **at >= '0' && **at <= '9'; ++*at) number = number * 10 + (uint64_t)(**at - '0');
  return number;
}

/* @returns the first character after `prefix`, NULL when it does not begin like that */
static const char *after(const char *text, const char *prefix) {
  while (*prefix != 0)
    if (*text++ != *prefix++) return NULL;
  return text;
}

/* "/proc/PID/name", good until the next call. */
static const char *path_of(int32_t pid, const char *name) {
  static char path[48];
  char digits[10], *to = path;
  int count = 0;
  for (const char *from = "/proc/"; *from != 0;) *to++ = *from++;
  do digits[count++] = (char)('0' + pid % 10);
  while ((pid /= 10) > 0);
  while (count > 0) *to++ = digits[--count];
  while ((*to++ = *name++) != 0) {}
  return path;
}

/* ---- what runs ---- */

/* @see proc_pid_stat(5): the name may hold anything, nothing after it holds a bracket */
static bool read_process(int32_t pid, struct process *out) {
  char stat[1024];
  const char *at = stat;
  uint64_t field[20];
  size_t length = read_file(path_of(pid, "/stat"), stat, sizeof stat);
  for (size_t i = 0; i < length; i++)
    if (stat[i] == ')') at = stat + i + 1;
  if (at == stat || *at != ' ') return false;
  char state = at[1];
  at += 2;
  for (int i = 1; i < 20; i++) {
    while (*at == ' ' || *at == '-') at++;
    field[i] = read_number(&at);
  }
  /* One whose first thread has ended looks the same while others go on. */
  bool ended = (state == 'Z' || state == 'X') && field[17] <= 1;
  *out = (struct process){pid, (int32_t)field[1], (int32_t)field[2], (int32_t)field[3], field[19], ended, false, 0};
  return true;
}

/* In the order of their numbers, which is that of /proc. */
static struct process *find(struct process *table, size_t count, int32_t pid) {
  size_t low = 0;
  while (count > 0) {
    size_t middle = low + count / 2;
    if (table[middle].pid == pid) return &table[middle];
    if (table[middle].pid < pid) {
      low = middle + 1;
      count -= count / 2 + 1;
    } else {
      count /= 2;
    }
  }
  return NULL;
}

/* Fills `processes` anew; what was there is `before`. */
static void look(void) {
  struct process *reused = before;
  before = processes;
  before_count = process_count;
  processes = reused;
  process_count = 0;
  static char entries[16384] __attribute__((aligned(8)));
  long folder = call(SYS_openat, AT_FDCWD, (long)"/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), length;
  while (folder >= 0 && (length = call(SYS_getdents64, folder, (long)entries, sizeof entries, 0)) > 0) {
    for (long at = 0; at < length; at += *(uint16_t *)(entries + at + 16)) {
      const char *name = entries + at + 19; /* struct linux_dirent64: inode, offset, length of 16 bits, type, name */
      int32_t pid = (int32_t)read_number(&name);
      bool next = process_count == 0 || pid > processes[process_count - 1].pid;
      if (pid == 0 || *name != 0 || !next || process_count == PROCESSES_MAX) continue;
      struct process *process = &processes[process_count];
      if (!read_process(pid, process)) continue;
      process_count++;
      const struct process *known = find(before, before_count, pid);
      process->signalled = known != NULL && known->start == process->start && known->signalled;
    }
  }
  call(SYS_close, folder, 0, 0, 0);
}

/* ---- what belongs to whom ---- */

/* FNV-1a of group, NUL, name, NUL, daemon; twice, with two primes. The same as in guard-table.ts. */
static void mix(uint32_t hash[2], const char *text) {
  static const uint32_t primes[2] = {0x01000193, 0x85ebca6b};
  for (int i = 0; i < 2; i++) {
    for (const char *at = text; *at != 0; at++) hash[i] = (hash[i] ^ (uint8_t)*at) * primes[i];
    hash[i] *= primes[i]; /* the NUL */
  }
}

/* The row whose marks a process carries in its environment. */
static struct row *marked(int32_t pid) {
  size_t length = read_file(path_of(pid, "/environ"), environment, sizeof environment);
  const char *group = NULL, *name = NULL, *url = NULL, *mark_of_daemon = NULL, *value;
  for (size_t at = 0; at < length; at++) {
    if ((value = after(environment + at, "SVCTL_MARK=")) != NULL) mark_of_daemon = value;
    const char *mark = after(environment + at, "SUPERVISOR_");
    if (mark != NULL) {
      if ((value = after(mark, "GROUP_NAME=")) != NULL) group = value;
      if ((value = after(mark, "PROCESS_NAME=")) != NULL) name = value;
      if ((value = after(mark, "SERVER_URL=")) != NULL) url = value;
    }
    while (at < length && environment[at] != 0) at++;
  }
  const char *daemon = mark_of_daemon != NULL ? mark_of_daemon : url;
  if (group == NULL || name == NULL || daemon == NULL) return NULL;
  uint32_t hash[2] = {0x811c9dc5, 0x811c9dc5};
  mix(hash, group);
  mix(hash, name);
  mix(hash, daemon);
  for (size_t i = 0; i < row_count; i++)
    if (rows[i].hash[0] != 0 && rows[i].hash[0] == hash[0] && rows[i].hash[1] == hash[1]) return &rows[i];
  return NULL;
}

/* The inode of the pipe that is a descriptor of a process, 0 for none. */
static uint32_t pipe_at(int32_t pid, const char *descriptor) {
  char link[32];
  long length = call(SYS_readlinkat, AT_FDCWD, (long)path_of(pid, descriptor), (long)link, sizeof link - 1);
  if (length <= 0) return 0;
  link[length] = 0;
  const char *number = after(link, "pipe:[");
  return number == NULL ? 0 : (uint32_t)read_number(&number);
}

/* Whether a process is a program's, by the pid that this had at its start, or in its process group or session. */
static bool is_of(const struct process *process, uint32_t leader) {
  int32_t pid = (int32_t)leader;
  return process->pid == pid || process->group == pid || process->session == pid;
}

/*
 * Forgets pids that nobody goes by any more, or a process that is younger than what the daemon knew by it: a stranger. That
 * happens to a guard that was stopped, or had to wait for the processor, while the numbers went round.
 */
static void drop_reused(bool first) {
  for (size_t i = 0; i < row_count; i++) {
    bool used = false, reused = false;
    for (size_t j = 0; j < process_count && rows[i].pid != 0; j++) {
      const struct process *process = &processes[j];
      if (!is_of(process, rows[i].pid)) continue;
      if (process->pid == (int32_t)rows[i].pid && (int32_t)((uint32_t)process->start - rows[i].latest) > 0) reused = true;
      if (!first || process->start <= death) used = true;
    }
    if (!used || reused) rows[i].pid = 0;
  }
}

/* Kinds of the programs in whose group or session a process is. */
static uint32_t membership(const struct process *process) {
  uint32_t kinds = 0;
  for (size_t i = 0; i < row_count; i++)
    if (rows[i].pid != 0 && is_of(process, rows[i].pid)) kinds |= rows[i].kind;
  return kinds;
}

/* Kinds of the programs whose output is that of a process. */
static uint32_t holding(const struct process *process) {
  uint32_t kinds = 0, out = pipe_at(process->pid, "/fd/1"), error = pipe_at(process->pid, "/fd/2");
  for (size_t i = 0; i < row_count; i++)
    for (int j = 0; j < 2; j++) {
      uint32_t pipe = rows[i].pipe[j];
      if (pipe != 0 && (pipe == out || pipe == error)) kinds |= rows[i].kind;
    }
  return kinds;
}

/* What the table says of a process itself. */
static uint8_t verdict_of(const struct process *process) {
  uint32_t kinds = membership(process);
  /* An orphan of ours is with whoever inherits from the daemon; what is of another daemon is with that. */
  if (kinds == 0 && process->parent == reaper && process->start >= daemon_start) {
    kinds = holding(process);
    const struct row *row = kinds == 0 ? marked(process->pid) : NULL;
    if (row != NULL) kinds = row->kind;
  }
  return (kinds & KEEP) != 0 ? KEEP : kinds & KILL;
}

static bool is_spared(const struct process *process) {
  return process->pid == 1 || process->pid == self || process->pid == reaper;
}

/* Gives each process its verdict: its own, else that of the nearest process above it that has one. */
static void decide(void) {
  for (size_t i = 0; i < process_count; i++)
    if (!is_spared(&processes[i])) processes[i].verdict = verdict_of(&processes[i]);
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < process_count; i++) {
      struct process *process = &processes[i];
      if (process->verdict != 0 || is_spared(process)) continue;
      const struct process *parent = find(processes, process_count, process->parent);
      /* One that is older than its parent has a stranger's number there. */
      if (parent == NULL || parent->verdict == 0 || parent->start > process->start) continue;
      process->verdict = parent->verdict;
      changed = true;
    }
  }
}

/* ---- the end ---- */

/* By a descriptor that stays with the process, looked at once more after it was opened. Before Linux 5.3 by number. */
static bool kill_process(const struct process *process) {
  struct process now;
  long fd = call(SYS_pidfd_open, process->pid, 0, 0, 0), done = -1;
  if (read_process(process->pid, &now) && now.start == process->start)
    done = fd >= 0 ? call(SYS_pidfd_send_signal, fd, SIGKILL, 0, 0) : call(SYS_kill, process->pid, SIGKILL, 0, 0);
  if (fd >= 0) call(SYS_close, fd, 0, 0, 0);
  return done == 0;
}

/* @returns whether there was anybody to kill who had not been before */
static bool kill_chosen(void) {
  bool any = false;
  for (size_t i = 0; i < process_count; i++) {
    struct process *process = &processes[i];
    if (process->verdict != KILL || process->ended || process->signalled) continue;
    any |= process->signalled = kill_process(process);
  }
  return any;
}

static uint64_t ticks_now(void) {
  struct timespec now;
  call(SYS_clock_gettime, CLOCK_BOOTTIME, (long)&now, 0, 0);
  return (uint64_t)now.tv_sec * TICKS_PER_SECOND + (uint64_t)now.tv_nsec / (1000000000 / TICKS_PER_SECOND);
}

static void kill_all(void) {
  death = ticks_now();
  long length = call(SYS_pread64, 1, (long)rows, sizeof rows, 0);
  row_count = length > 0 ? (size_t)length / sizeof *rows : 0;
  for (int round = 0, quiet = 0; round < ROUNDS_MAX && quiet < QUIET_ROUNDS; round++) {
    reaper = (int32_t)call(SYS_getppid, 0, 0, 0, 0);
    look();
    drop_reused(round == 0);
    decide();
    quiet = kill_chosen() ? 0 : quiet + 1;
    rest(ROUND_MS);
  }
}

/* Whether the pids of /proc are those that we and the daemon know. */
static bool sees_itself(void) {
  char link[16];
  long length = call(SYS_readlinkat, AT_FDCWD, (long)"/proc/self", (long)link, sizeof link - 1);
  if (length <= 0) return false;
  link[length] = 0;
  const char *at = link;
  return (int32_t)read_number(&at) == self;
}

/* Where the kernel may take memory from, it is not to begin with us; who may not say so is as likely as any other. */
static void ask_to_be_spared(void) {
  long fd = call(SYS_openat, AT_FDCWD, (long)"/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC, 0);
  if (fd >= 0) call(SYS_write, fd, (long)"-1000", 5, 0);
  call(SYS_close, fd, 0, 0, 0);
}

/* Sleeps while the daemon lives. @returns whether it was killed: not when it said farewell, nor when it goes on */
static bool wait_for_death(int32_t daemon) {
  char farewell;
  long length;
  do length = call(SYS_read, 0, (long)&farewell, 1, 0);
  while (length == -4 /* EINTR: stopped and continued */);
  if (length != 0) return false;
  /* Its descriptors are closed a moment before it is gone. One that stays has been replaced by a program without us. */
  for (int round = 0; call(SYS_getppid, 0, 0, 0, 0) == daemon; round++) {
    if (round == DEATH_ROUNDS_MAX) return false;
    rest(ROUND_MS);
  }
  return true;
}

/* @param stack - as the kernel leaves it: the number of arguments, then these */
__attribute__((used)) _Noreturn static void guard(const long *stack) {
  const char *const *argv = (const char *const *)(stack + 1);
  uint64_t all_signals = ~(uint64_t)0;
  call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all_signals, 0, sizeof all_signals);
  call(SYS_prctl, PR_SET_NAME, (long)"svctl-guard", 0, 0);
  call(SYS_close, 2, 0, 0, 0);
  self = (int32_t)call(SYS_getpid, 0, 0, 0, 0);
  if (stack[0] < 3 || !sees_itself()) end(USELESS);
  const char *pid_digits = argv[1], *start_digits = argv[2];
  int32_t daemon = (int32_t)read_number(&pid_digits);
  daemon_start = read_number(&start_digits);
  ask_to_be_spared();
  if (wait_for_death(daemon)) kill_all();
  end(0);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call guard\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n  mov x29, #0\n  mov x30, #0\n  mov x0, sp\n  bl guard\n");
#endif
