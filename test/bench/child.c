// The child of every benchmark. What it says is measured by itself, so that nobody's own claims are.
//
//   child start FILE         appends "<monotonic ns> <pid>\n" to FILE in one write as its first act, then waits
//   child wait               waits
//   child write BYTES COUNT  COUNT writes of BYTES bytes in numbered lines of up to 100, then "end\n", then waits
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void report(const char *path) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  char line[64];
  int length = snprintf(line, sizeof line, "%lld %d\n", (long long)now.tv_sec * 1000000000LL + now.tv_nsec, getpid());
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0 || write(fd, line, length) != length) _exit(3);
  close(fd);
}

static void put(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t done = write(1, bytes, length);
    if (done <= 0) _exit(4);
    bytes += done;
    length -= done;
  }
}

// Every line is numbered, so that a lost, doubled or torn one is found.
static void write_lines(long block, long count) {
  const long size = block < 100 ? block : 100;
  const long lines = block / size;
  char *buffer = malloc(block + 1);
  long number = 0;
  for (long n = 0; n < count; n++) {
    for (long i = 0; i < lines; i++) {
      char *line = buffer + i * size;
      memset(line, 'x', size);
      char head[24];
      int length = snprintf(head, sizeof head, "%012ld ", number++);
      memcpy(line, head, length);
      line[size - 1] = '\n';
    }
    put(buffer, lines * size);
  }
  put("end\n", 4);
}

int main(int argc, char **argv) {
  if (argc > 2 && strcmp(argv[1], "start") == 0) report(argv[2]);
  if (argc > 3 && strcmp(argv[1], "write") == 0) write_lines(atol(argv[2]), atol(argv[3]));
  for (;;) pause();
}
