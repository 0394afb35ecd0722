/* Vary held against forward where an element does not pass: no element is wrong because vary is. */
#ifndef GCHK_DECIDE_DOUBT_VARY_H
#define GCHK_DECIDE_DOUBT_VARY_H

#include "lines/tensor_line.h"

/*
 * At an element of a line that varies, `step` to both sides; nothing where the line goes another way, or no step was
 * taken. Where vary is wrong, which is a finding of the tensor, l->varies is false afterwards: the line goes by
 * forward, its pilots were done anew, and what vary decided is to be decided again. Costs three forwards and two
 * points, and the pilots.
 */
gchk_status gchk_doubt_vary(gchk_tensor_line *l, size_t element, double step, gchk_error *error) GCHK_MUST_USE;

#endif
