/* How many units kink at a point. */
#ifndef GCHK_DECIDE_UNITS_H
#define GCHK_DECIDE_UNITS_H

#include "decide/look.h"

/*
 * Of an element that sits on a kink: do several units kink there? Then the interval between its two slopes is not the
 * set of valid gradients. *are_several is true as well where it cannot be told. Costs up to 48 forwards; the instance
 * is at the base point afterwards, forward done.
 */
gchk_status gchk_are_several_units(gchk_tensor_line *l, size_t element, const gchk_look *look, bool *are_several,
                                   gchk_error *error) GCHK_MUST_USE;

#endif
