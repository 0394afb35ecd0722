/*
 * What a compiler's coverage callbacks tell of code that was built with them (-fsanitize-coverage=trace-pc): which of
 * its places ran, and in which callback of the layer.
 *
 * A place is the address to which its call of the callback returns. There is one map a process, for the compiler hands
 * nothing else to the callbacks; until gchk_trace_begin they return at once.
 */
#ifndef GCHK_REACH_TRACE_H
#define GCHK_REACH_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instance/under_way.h"

/* In which of the layer's callbacks a place ran: bits of a byte. */
enum { GCHK_RAN_FORWARD = 1, GCHK_RAN_BACKWARD = 2, GCHK_RAN_ELSEWHERE = 4 };

/* A piece of executable code with a byte for each address of it. */
typedef struct gchk_traced {
  uintptr_t start;
  size_t size;
  unsigned char *ran;
} gchk_traced;

/* From now on `count` pieces are traced; `under_way` says which callback runs. Both outlive the tracing. */
void gchk_trace_begin(const gchk_traced *pieces, size_t count, const gchk_under_way *under_way);
void gchk_trace_end(void);

/* Of the callbacks that say that a place ran: those that code calls. */
enum { GCHK_TRACE_CALLBACKS = 2 };
extern const char *const gchk_trace_names[GCHK_TRACE_CALLBACKS];
const uintptr_t *gchk_trace_addresses(void);

#endif
