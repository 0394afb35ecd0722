/* One rung of the ladder. Private to src/numeric. */
#ifndef GCHK_NUMERIC_STENCIL_H
#define GCHK_NUMERIC_STENCIL_H

#include "numeric/ladder.h"

/* Measures D, both slopes and R at the step `h`, and the size of the outputs, for every draw. Two evaluations. */
gchk_status gchk_stencil(gchk_ladder_state *state, double h, gchk_rung rungs[GCHK_MAX_DRAWS],
                         double size[GCHK_MAX_DRAWS], bool *is_flat, gchk_error *error) GCHK_MUST_USE;

/* Evaluates the outputs at x again, unless that is done, and corrects the slopes of all rungs. */
gchk_status gchk_stencil_base(gchk_ladder_state *state, gchk_error *error) GCHK_MUST_USE;

/* Sum of v_j (y_j - z_j) with an error of a few roundings whatever m. */
double gchk_project(const double *v, const double *y, const double *z, size_t count);

#endif
