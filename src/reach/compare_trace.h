/*
 * What a compiler's callbacks tell of comparisons in code that was built with them (-fsanitize-coverage=trace-cmp): how
 * near the two sides came to each other. Clang tells of whole numbers alone, GCC of reals too.
 */
#ifndef GCHK_REACH_COMPARE_TRACE_H
#define GCHK_REACH_COMPARE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A comparison of a with b in the code, over all times that it ran. */
typedef struct gchk_compared_values {
  uintptr_t place;  /* of a switch: place + k for its k-th case */
  double low, high; /* the least and the largest a - b */
  double a, b;      /* the first time */
  bool a_varies, b_varies;
  bool is_whole; /* of whole numbers */
} gchk_compared_values;

enum { GCHK_MOST_COMPARED = 4096 }; /* a power of two; what is beyond is not told */

typedef struct gchk_compare_trace {
  size_t count;
  gchk_compared_values list[GCHK_MOST_COMPARED / 2]; /* in the order in which they first ran */
  unsigned short place_in_list[GCHK_MOST_COMPARED];  /* by place, 0: none, else one more than the index */
} gchk_compare_trace;

/* From now on comparisons are put into `trace`, which is zeros or was emptied; NULL: no longer. */
void gchk_compare_trace_into(gchk_compare_trace *trace);
void gchk_compare_trace_empty(gchk_compare_trace *trace);

#endif
