/* The monotonic clock. */
#include "process/seconds.h"

#include <time.h>

double cli_seconds(void) {
  struct timespec now;
  return clock_gettime(CLOCK_MONOTONIC, &now) == 0 ? (double)now.tv_sec + 1e-9 * (double)now.tv_nsec : 0;
}
