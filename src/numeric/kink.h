/* Is there a kink? Private to src/numeric. */
#ifndef GCHK_NUMERIC_KINK_H
#define GCHK_NUMERIC_KINK_H

#include "numeric/ladder.h"

/*
 * Does |s+ - s-| stay, down to the smallest step that resolves it? Then sets slope_low, slope_high, chosen and the
 * rest.
 */
bool gchk_kink_find(const gchk_ladder_state *state, size_t draw, gchk_derivative *derivative);

#endif
