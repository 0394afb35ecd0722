/* From rungs to an error bound. Private to src/numeric. */
#ifndef GCHK_NUMERIC_BOUND_H
#define GCHK_NUMERIC_BOUND_H

#include "numeric/ladder.h"

/* Fills truncation and bound of every rung of `draw`, and reads them; of rungs that have not changed, once. */
gchk_reading gchk_bound_read(gchk_ladder_state *state, size_t draw);

#endif
