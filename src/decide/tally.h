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
static inline double gchk_element_bound(const gchk_tensor_work *tensor, size_t draw, size_t e) {
  return tensor->bound[draw][e];
}

/* What is 0 by construction is so whatever rounding leaves of it. */
static inline bool gchk_element_is_zero(const gchk_tensor_work *tensor, size_t e) {
  if (tensor->is_declared_zero || (tensor->verdict[e] == GCHK_PASS && tensor->resolution[e] == GCHK_CANCELLED))
    return true;
  for (size_t d = 0; d < GCHK_MAX_DRAWS && tensor->analytic[d] != NULL; d++)
    if (tensor->analytic[d][e] != 0)
      return false;
  return true;
}

/* Has an element passed with a gradient that is told from zero? */
static inline bool gchk_element_is_decided(const gchk_tensor_work *tensor, size_t e) {
  return tensor->verdict[e] == GCHK_PASS && tensor->resolution[e] == GCHK_RESOLVED && !gchk_element_is_zero(tensor, e);
}

/* Is an undecided element, or one whose analytic gradient is not exactly 0 in every draw. */
static inline bool gchk_element_is_nonzero(const gchk_tensor_work *tensor, size_t e) {
  return tensor->verdict[e] == GCHK_INCONCLUSIVE || !gchk_element_is_zero(tensor, e);
}

#endif
