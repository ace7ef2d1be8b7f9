/* What we have in memory and can do without. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "functions.h"
#include "values.h"

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

/*
 * Reads the first line of a mapping, `start-end mode offset device inode path`: whether it is of a file that is only
 * read or run.
 */
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
napi_value js_trim(napi_env env, napi_callback_info info) {
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
