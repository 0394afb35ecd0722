/* The step curve of a tensor: |analytic - difference(h)| over the ladders of some of its elements. */
#ifndef GCHK_DECIDE_STEP_CURVE_H
#define GCHK_DECIDE_STEP_CURVE_H

#include <stdbool.h>

#include "core/arena.h"
#include "gradcheck/result.h"
#include "numeric/derivative.h"

enum { GCHK_STEP_CURVE_ELEMENTS = 8 };

typedef struct gchk_step_curve_data {
  size_t count;
  size_t rung_counts[GCHK_STEP_CURVE_ELEMENTS];
  struct {
    double step, error, bound;
  } rungs[GCHK_STEP_CURVE_ELEMENTS][GCHK_MAX_RUNGS];
} gchk_step_curve_data;

/* Takes in the ladder of one element; past GCHK_STEP_CURVE_ELEMENTS it is left out. */
void gchk_step_curve_add(gchk_step_curve_data *data, const gchk_derivative *derivative, double analytic);

/*
 * The curve, relative to `largest` (unless that is 0), with its observed order of convergence. False when out of
 * memory.
 */
bool gchk_step_curve_finish(const gchk_step_curve_data *data, gchk_arena *arena, double largest,
                            gchk_step_curve *step_curve);

#endif
