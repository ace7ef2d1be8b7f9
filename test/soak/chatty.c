// A program of the soak: writes numbered lines, forks, crashes, and obeys, or not at once.
//
//   chatty SEED LINES_PER_SECOND
//
// A line is "<pid>.<start> <number> x...\n" in one write; the last line of an orderly end is "<pid>.<start> end <count>".
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stopping = 0;
static char name[64];
static long count = 0;
static unsigned long long state;

static unsigned next_random(unsigned below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned)((state >> 11) % below);
}

static void on_term(int signal) {
  (void)signal;
  stopping = 1;
}

static void put(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t done = write(1, bytes, length);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) _exit(4);
    bytes += done;
    length -= done;
  }
}

static void line(void) {
  char text[256];
  int padding = next_random(120);
  int length = snprintf(text, sizeof text, "%s %ld ", name, count++);
  memset(text + length, 'x', padding);
  text[length + padding] = '\n';
  put(text, length + padding + 1);
}

static void end(void) {
  char text[128];
  put(text, snprintf(text, sizeof text, "%s end %ld\n", name, count));
}

static void nap(long ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

// A grandchild whose parent is gone: whoever adopts orphans has to reap it.
static void leave_orphan(void) {
  pid_t child = fork();
  if (child == 0) {
    if (fork() == 0) {
      prctl(PR_SET_NAME, "soak-orphan");
      nap(50 + next_random(200));
    }
    _exit(0);
  }
  if (child > 0) waitpid(child, NULL, 0);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  snprintf(name, sizeof name, "%d.%lld", getpid(), (long long)now.tv_sec * 1000000000LL + now.tv_nsec);
  state = strtoull(argv[1], NULL, 10) * 2654435761ULL + now.tv_nsec + 1;
  long wait_ms = 1000 / (atol(argv[2]) > 0 ? atol(argv[2]) : 1);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  struct sigaction action = {.sa_handler = on_term};
  sigaction(SIGTERM, &action, NULL);
  for (;;) {
    line();
    nap(wait_ms);
    if (stopping) {
      nap(next_random(300));
      end();
      return 0;
    }
    unsigned luck = next_random(3000);
    if (luck < 5) {
      end();
      return next_random(3);
    }
    if (luck < 8) {
      end();
      abort();
    }
    if (luck < 20) leave_orphan();
    if (luck < 23) for (int i = 0; i < 2000; i++) line();
  }
}
