/*
 * Allocations that fail on demand, and the count of those that live. Linked with --wrap (CMakeLists.txt of this
 * folder).
 *
 * An allocation is a call of malloc, calloc, realloc or aligned_alloc of our own objects, and one from an arena: an
 * arena asks for memory a block at a time, so that most of what it gives would never be refused otherwise. Libraries'
 * own allocations are neither refused nor counted.
 */
#ifndef CHECKS_MEMORY_FAILING_H
#define CHECKS_MEMORY_FAILING_H

#include <stdbool.h>
#include <stddef.h>

#include "gradcheck/status.h"

typedef enum failing_decision {
  FAILING_GRANT,           // it, and ask for the next one
  FAILING_REFUSE,          // it, and grant every later one
  FAILING_REFUSE_ALL_AFTER // it and every later one
} failing_decision;

/* From here on allocations are numbered from 1, and `decide` is asked for each until one is refused. */
void failing_arm(failing_decision (*decide)(size_t n));

/*
 * Everything is granted again, and nothing is numbered: for what a test does beside the work (libcheck needs memory).
 */
void failing_disarm(void);

/*
 * How many were numbered since failing_arm; and how many blocks of memory live that were given since the program
 * began.
 */
size_t failing_count(void);
size_t failing_live(void);

#endif
