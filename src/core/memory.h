/* Allocation with checked sizes. */
#ifndef GCHK_CORE_MEMORY_H
#define GCHK_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "gradcheck/status.h"

/* False when a * b does not fit a size_t. */
bool gchk_multiply(size_t a, size_t b, size_t *product) GCHK_MUST_USE;

/* `count` zeroed objects of `size` bytes; NULL when out of memory or the product overflows; never NULL for count 0. */
void *gchk_calloc(size_t count, size_t size) GCHK_MUST_USE;

/* The same, not set: for what is written before it is read. */
void *gchk_malloc(size_t count, size_t size) GCHK_MUST_USE;

/* `array` grown to hold `count` objects; the new ones are not set. NULL (and `array` as it was) when it fails. */
void *gchk_grow(void *array, size_t count, size_t size) GCHK_MUST_USE;

gchk_status gchk_fail_memory(gchk_error *error, const char *what); /* "out of memory for <what>" */

/* What a callback that failed has said of it, or its status where that says it. */
static inline const char *gchk_told_by(gchk_status status, const gchk_error *inner) {
  if (inner->message[0] != '\0')
    return inner->message;
  return status == GCHK_NO_MEMORY ? "out of memory" : "no message was given";
}

#endif
