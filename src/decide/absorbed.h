/* A failure because of outputs that are too coarse to move. */
#ifndef GCHK_DECIDE_ABSORBED_H
#define GCHK_DECIDE_ABSORBED_H

#include "decide/look.h"

/*
 * An output that no step moves has no part in the difference; but one that is large beside what is added to it, as
 * t + dt for a t of 10^9 in float, would not move if it did depend on the element. A failure is doubted (rounding)
 * where what backward has of such outputs is no more than their rounding hides, and without it there is none. A gate
 * that is shut, or a clip, hides far less than the upstream gradient that a wrong backward lets through.
 *
 * Costs the ladder and a measurement of the noise, and a forward and a backward a draw that fails; another forward is
 * to be done then. Nothing where there is one output only.
 */
gchk_status gchk_doubt_absorbed(gchk_tensor_line *l, gchk_look *look, gchk_error *error) GCHK_MUST_USE;

#endif
