/*
 * Counts the elements of a tensor once they are judged: which of them are decided, what kind of zero they are, and
 * what would have been caught.
 */
#ifndef GCHK_MEASURE_TALLY_H
#define GCHK_MEASURE_TALLY_H

#include "measure/work.h"

/* How well the gradient of an element that passed is told from zero. */
typedef enum gchk_element_class {
  GCHK_RESOLVED = 0,
  GCHK_EXACT_ZERO, /* 0, and no output moves by a bit, however far one goes */
  GCHK_FLAT,       /* 0, and no output moves within the variable's own size */
  GCHK_UNRESOLVED  /* not 0, but too small beside its tensor */
} gchk_element_class;

/*
 * Counts element `e`, once, with its final verdict; `class` is looked at where it passed. `hidden` is the largest slope
 * that a flat one could hide (0: not known); `caught` what gchk_judge_mutations says, over all draws.
 */
void gchk_tally_element(gchk_tensor_work *tensor, size_t e, gchk_verdict verdict, gchk_element_class class,
                        double hidden, const bool caught[GCHK_MUTATIONS]);

/* How far the difference of an element may be off in a draw: the error of the derivative, and the slack of backward. */
double gchk_element_bound(const gchk_tensor_work *tensor, size_t draw, size_t e);

/* Is an undecided element, or one whose analytic gradient is not exactly 0 in every draw. */
bool gchk_element_is_nonzero(const gchk_tensor_work *tensor, size_t e);

#endif
