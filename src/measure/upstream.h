/* The upstream gradients of a check. */
#ifndef GCHK_MEASURE_UPSTREAM_H
#define GCHK_MEASURE_UPSTREAM_H

#include "measure/work.h"

/* Draws the upstream gradients: v[0] is 1 for a scalar output, everything else is random and signed. */
gchk_status gchk_draw_upstream(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

/* The same upstream gradients for another work of the case, and as many of them as `work` has left. */
gchk_status gchk_draw_upstream_as(gchk_case_work *other, const gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

/*
 * Of an output that is one number: is the gradient of the second draw that of the first times its upstream gradient,
 * within the first one's slack or four units of it and of its terms (work.h)? Differences are that multiple, for y is
 * the same. So the second draw says what the first does, and that backward is linear in its upstream gradient, which is
 * known then. What `slack` and `terms` of the first draw are is to be known.
 */
bool gchk_is_multiple(const gchk_case_work *work);

#endif
