/* NaN without end, from a file in memory. */
#include "core/unknown_numbers.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FILE_BYTES = 1 << 22 };

/* May a file be so long? What exceeds the limit (ulimit -f) ends the process, in memory as on a disk. */
static bool may_be_long(void) {
  struct rlimit length;
  return getrlimit(RLIMIT_FSIZE, &length) == 0 && (length.rlim_cur == RLIM_INFINITY || length.rlim_cur >= FILE_BYTES);
}

/* The file, or -1. */
static int open_file(void) {
#ifdef MFD_CLOEXEC
  const int file = memfd_create("gradcheck-unknown", MFD_CLOEXEC);
  double *numbers = MAP_FAILED;
  if (file >= 0 && ftruncate(file, FILE_BYTES) == 0)
    numbers = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (numbers == MAP_FAILED) {
    if (file >= 0)
      (void)close(file);
    return -1;
  }
  for (size_t i = 0; i < FILE_BYTES / sizeof *numbers; i++)
    numbers[i] = (double)NAN;
  (void)munmap(numbers, FILE_BYTES);
  return file;
#else
  return -1;
#endif
}

static double *map_file(int file, size_t bytes) {
  unsigned char *whole = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (whole == MAP_FAILED)
    return NULL;
  for (size_t at = 0; at < bytes; at += FILE_BYTES)
    if (mmap(whole + at, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0) == MAP_FAILED) {
      (void)munmap(whole, bytes);
      return NULL;
    }
  return (double *)(void *)whole;
}

double *gchk_map_unknown(size_t count, size_t *bytes) {
  if (count > (SIZE_MAX - FILE_BYTES) / sizeof(double))
    return NULL;
  *bytes = (count * sizeof(double) + FILE_BYTES - 1) / FILE_BYTES * FILE_BYTES;
  const int file = may_be_long() ? open_file() : -1;
  double *numbers = file >= 0 ? map_file(file, *bytes) : NULL;
  if (file >= 0)
    (void)close(file);
  return numbers;
}
