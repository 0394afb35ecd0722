/* An element that fails where its outputs look smooth: is it wrong, or do the differences know nothing of it? */
#ifndef GCHK_DECIDE_CONFIRM_H
#define GCHK_DECIDE_CONFIRM_H

#include "decide/look.h"

/*
 * Must another failure of this tensor be confirmed? Where many were, and few were not, the tensor is wrong, and which
 * more of its elements are is not worth what it costs.
 */
bool gchk_wants_confirmation(const gchk_tensor_work *tensor);

/* From now on none is, for who asks only whether elements pass. */
void gchk_want_no_confirmation(gchk_tensor_work *tensor);

/*
 * Of a look that fails, not at a kink, by the whole ladder: it stays so only where the steps in between fail it too
 * (`question` as they took it), no draw that fails lies on a tread of a staircase (numeric/treads.h), outputs that are
 * too coarse to move do not explain it (absorbed.h), and a large mistake is one in the point's surroundings as well
 * (units.h). Else it is inconclusive, with the doubt. Counts in the tensor which it was. Costs the ladder twice more,
 * and up to some hundred evaluations beside it; the instance is at the base point afterwards, forward done.
 */
gchk_status gchk_confirm_failure(gchk_tensor_line *l, const double *question, gchk_look *look,
                                 gchk_error *error) GCHK_MUST_USE;

#endif
