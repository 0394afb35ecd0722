/* Update and vary held against forward where an element does not pass: none is wrong because they are. */
#ifndef GCHK_DECIDE_DOUBT_WAY_H
#define GCHK_DECIDE_DOUBT_WAY_H

#include "lines/tensor_line.h"

/*
 * At an element, `step` to both sides, of a line that goes by update or by vary; nothing where no step was taken, or
 * forward has nothing to say (an intermediate value). Where they are wrong, which is a finding of the tensor,
 * l->tensor->uses_update is false afterwards: the line goes by forward, its pilots were done anew, and what it decided
 * is to be decided again. Costs a few forwards, and the pilots.
 */
gchk_status gchk_doubt_way(gchk_tensor_line *l, size_t element, double step, gchk_error *error) GCHK_MUST_USE;

#endif
