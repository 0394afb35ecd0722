/* One rung of the ladder. Private to src/numeric. */
#ifndef GCHK_NUMERIC_STENCIL_H
#define GCHK_NUMERIC_STENCIL_H

#include "numeric/ladder.h"

/* Points `state` at a line, at results and at gchk_differentiate_space() doubles; no rung is taken yet. */
void gchk_stencil_begin(gchk_ladder_state *state, const gchk_line *line, gchk_derivative *result, double *space);

/* The outputs of a line that has all of them, for lines that leave some out. */
gchk_all_outputs gchk_stencil_all_outputs(const gchk_line *line);

/* The largest |y_j|, those that are left out among them. */
double gchk_largest_output(const gchk_line *line, const double *y);

/*
 * Measures D, both slopes and R at the step `h`, and the sizes of the outputs, for every draw. Two evaluations. Where
 * an output moves for the first time, the R of the rungs before take it in.
 */
gchk_status gchk_stencil(gchk_ladder_state *state, double h, gchk_rung rungs[GCHK_MAX_DRAWS],
                         gchk_output_sizes sizes[GCHK_MAX_DRAWS], bool *is_flat, gchk_error *error) GCHK_MUST_USE;

/* Is every output at x+h and x-h bit for bit the one at x? Two evaluations; leaves no rung, and no outputs. */
gchk_status gchk_stencil_is_flat_at(gchk_ladder_state *state, double h, bool *is_flat, gchk_error *error) GCHK_MUST_USE;

/* P of rung k: the smaller of the sum and of six times the root of the sum of squares. */
double gchk_stencil_size(const gchk_ladder_state *state, size_t draw, size_t k);

/* The same of all outputs at x. */
double gchk_stencil_whole_size(const gchk_ladder_state *state, size_t draw);

/* R at the step `h` of one output of `line`, by itself and without noise, that is `y` at x, x+h and x-h. */
double gchk_stencil_still_rounding(const gchk_line *line, double y, double h);

/* R of every rung anew: after an output moved for the first time, or noise was learnt. */
void gchk_stencil_round_again(gchk_ladder_state *state);

/* Evaluates the outputs at x again, unless that is done, and corrects the slopes of all rungs. */
gchk_status gchk_stencil_base(gchk_ladder_state *state, gchk_error *error) GCHK_MUST_USE;

/* Sum of v_j (y_j - z_j) with an error of a few roundings whatever m. */
double gchk_project(const double *v, const double *y, const double *z, size_t count);

/* That of the outputs of a line. */
double gchk_line_project(const gchk_line *line, const double *v, const double *y, const double *z);

#endif
