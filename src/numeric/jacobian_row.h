/* d y_j / d x of every output. Private to src/numeric. */
#ifndef GCHK_NUMERIC_JACOBIAN_ROW_H
#define GCHK_NUMERIC_JACOBIAN_ROW_H

#include "numeric/ladder.h"

/* Keeps the quotients of the step taken last, before another one is taken. */
void gchk_jacobian_row_keep(gchk_ladder_state *state);

/* Fills line->jacobian_row, if there is one, by the formula that the first draw's value comes from. */
gchk_status gchk_jacobian_row_fill(gchk_ladder_state *state, gchk_error *error) GCHK_MUST_USE;

#endif
