/*
 * The state of one derivative: which steps there are, what was measured at them, and what follows from it.
 *
 * differentiate.c decides which steps are taken; steps.c says which there are; stencil.c takes one; bound.c turns the
 * rungs into an error bound; kink.c looks at the two slopes. Private to src/numeric.
 *
 * Steps are powers of two, h = 2^e, on the grid e = top, top-2, top-4, ... so that neighbours differ by exactly 4.
 */
#ifndef GCHK_NUMERIC_LADDER_H
#define GCHK_NUMERIC_LADDER_H

#include "numeric/derivative.h"
#include "numeric/steps.h"

typedef struct gchk_ladder_state {
  const gchk_line *line;
  gchk_steps steps;
  int usual; /* the start without a hint */
  bool seek_linear;
  gchk_derivative *result; /* one a draw; the rungs are the same steps in the same order */
  double *plus, *minus;    /* outputs at x+h, x-h */
  double *base;            /* outputs at x, where they were evaluated again */
  const double *y0;        /* line->y0, or base */
  bool base_is_exact;
  int last_taken; /* exponent of the step whose outputs are in plus and minus */
  size_t count;
  int exponent[GCHK_MAX_RUNGS];                /* descending */
  double size[GCHK_MAX_DRAWS][GCHK_MAX_RUNGS]; /* P: sum of |v_j| max |y_j| over the three points */
  bool is_flat[GCHK_MAX_RUNGS];                /* every output is bit for bit the one at x, on both sides */
} gchk_ladder_state;

#endif
