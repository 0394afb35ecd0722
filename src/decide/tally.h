/*
 * Counts the elements of a tensor once they are judged: which of them are decided, what kind of zero they are, and
 * what would have been caught.
 */
#ifndef GCHK_DECIDE_TALLY_H
#define GCHK_DECIDE_TALLY_H

#include "measure/work.h"

/* Sets tally and is_evidence from the arrays over the checked elements. */
void gchk_tally_tensor(gchk_tensor_work *tensor);

/* How far the difference of an element may be off in a draw: the error of the derivative, and the slack of backward. */
double gchk_element_bound(const gchk_tensor_work *tensor, size_t draw, size_t e);

/* Is an undecided element, or one whose analytic gradient is not exactly 0 in every draw. */
bool gchk_element_is_nonzero(const gchk_tensor_work *tensor, size_t e);

#endif
