/* Numbers that code compares with, and values near them. */
#ifndef GCHK_REACH_STEER_VALUES_H
#define GCHK_REACH_STEER_VALUES_H

#include "reach/compare_trace.h"

enum { GCHK_MOST_CONSTANTS = 48, GCHK_MOST_VALUES = 512 };

typedef struct gchk_constants {
  size_t count;
  double at[GCHK_MOST_CONSTANTS]; /* ascending, without 0 */
} gchk_constants;

void gchk_constants_add(gchk_constants *constants, double x);

/* The operands in `trace` that were the same each time that they were compared. */
void gchk_constants_take(gchk_constants *constants, const gchk_compare_trace *trace);

/*
 * Values on both sides of each constant and of its negative, near and far, between two of them, and some of every size:
 * those most worth trying first. Returns how many.
 */
size_t gchk_values_near(const gchk_constants *constants, double values[GCHK_MOST_VALUES]);

#endif
