/* Allocation with checked sizes. */
#include "core/memory.h"

#include <stdint.h>
#include <stdlib.h>

bool gchk_multiply(size_t a, size_t b, size_t *product) {
  if (b != 0 && a > SIZE_MAX / b)
    return false;
  *product = a * b;
  return true;
}

/* No object is larger than a difference of pointers can tell. */
static bool find_bytes(size_t count, size_t size, size_t *bytes) {
  return gchk_multiply(count, size, bytes) && *bytes <= PTRDIFF_MAX;
}

void *gchk_calloc(size_t count, size_t size) {
  size_t bytes;
  if (!find_bytes(count, size, &bytes))
    return NULL;
  return calloc(count > 0 ? count : 1, size);
}

void *gchk_malloc(size_t count, size_t size) {
  return gchk_grow(NULL, count, size);
}

void *gchk_grow(void *array, size_t count, size_t size) {
  size_t bytes;
  if (!find_bytes(count, size, &bytes))
    return NULL;
  return realloc(array, bytes > 0 ? bytes : 1);
}

gchk_status gchk_fail_memory(gchk_error *error, const char *what) {
  return gchk_fail(error, GCHK_NO_MEMORY, "out of memory for %s", what);
}
