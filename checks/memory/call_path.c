/* Paths of calls, counted by a hash of their return addresses. */
#include "memory/call_path.h"

#include <execinfo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"

enum { DEPTH = 64, PLACES = 1 << 14 };

typedef struct path {
  uint64_t hash; // 0: an empty place
  size_t times;
} path;

static path paths[PLACES]; // a hash table with linear probing
static size_t known;

// Never 0.
static uint64_t hash_of_calls(void) {
  void *address[DEPTH];
  const int depth = backtrace(address, DEPTH);
  gchk_digest digest = gchk_digest_new();
  gchk_digest_add(&digest, address, (size_t)depth * sizeof *address);
  return digest.value | 1;
}

size_t call_path_times(void) {
  const uint64_t hash = hash_of_calls();
  size_t i = (size_t)(hash >> 1) % PLACES;
  while (paths[i].hash != 0 && paths[i].hash != hash)
    i = (i + 1) % PLACES;
  if (paths[i].hash == 0 && ++known > PLACES / 2)
    abort();
  paths[i].hash = hash;
  return ++paths[i].times;
}

void call_path_reset(void) {
  memset(paths, 0, sizeof paths);
  known = 0;
}
