/* The derivative of every single output with its own error bound. */
#ifndef GCHK_NUMERIC_PER_OUTPUT_H
#define GCHK_NUMERIC_PER_OUTPUT_H

#include "numeric/derivative.h"

enum { GCHK_OUTPUTS_ROOM = 1 << 25 }; /* bytes of outputs that are worth keeping for one element */

typedef struct gchk_output_derivative {
  double value, bound;         /* dy_j/dx and its E; NaN and INFINITY where no step gave one */
  double step, rounding;       /* of the chosen rung; KINKED: rounding is the error of slope_low and slope_high */
  gchk_smoothness smoothness;  /* KINKED: the point itself is a kink of this output */
  bool is_flat, is_exact_zero; /* as in gchk_derivative */
  bool is_useless; /* the bound is more than 2 % of the steepest slope: leave this output out, or take the interval */
  bool has_kink;   /* a kink at x or within the reach of every step that rounding allows */
  double slope_low, slope_high; /* has_kink: between them lies the slope; otherwise value */
} gchk_output_derivative;

/*
 * Differentiates each of the output_count outputs of `line` by itself (v and draw_count have no part), by the whole
 * ladder, with the noise of each output measured. `results` has output_count elements. Cost: the evaluations of one
 * whole ladder and of one measurement of the noise, and what single outputs ask for beyond. Keeps at most `limit` bytes
 * of outputs: *is_done is false where that is too little, and nothing was evaluated. Allocates.
 */
gchk_status gchk_differentiate_outputs(const gchk_line *line, size_t limit, gchk_output_derivative *results,
                                       bool *is_done, gchk_error *error) GCHK_MUST_USE;

/* Is the limit enough for so many outputs? */
bool gchk_outputs_fit(size_t output_count, size_t limit);

#endif
