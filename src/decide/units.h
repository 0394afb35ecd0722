/* How many units kink at a point. */
#ifndef GCHK_DECIDE_UNITS_H
#define GCHK_DECIDE_UNITS_H

#include "decide/look.h"

/* How far values are moved to look around, of the scale of each tensor: what rounding of the outputs asks for. */
double gchk_way_around(const gchk_tensor_line *l);

/*
 * Of an element that fails: do several units kink at the point? Then neither the interval between its two slopes, nor
 * the one slope that it seems to have, is the set of valid gradients. Of a kink *several is true as well where it
 * cannot be told. Costs up to 128 forwards, and 24 where the function is smooth; the instance is at the base point
 * afterwards, forward done.
 */
gchk_status gchk_are_several_units(gchk_tensor_line *l, const gchk_look *look, bool *several,
                                   gchk_error *error) GCHK_MUST_USE;

#endif
