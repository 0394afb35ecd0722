/*
 * Is forward a staircase along an element: flat nearly everywhere, with jumps between? Every difference is then 0 or of
 * a jump, and a gradient that is not 0 is another function's.
 */
#ifndef GCHK_DECIDE_STAIRCASE_H
#define GCHK_DECIDE_STAIRCASE_H

#include "measure/work.h"

typedef struct gchk_staircase {
  bool is_staircase;
  bool jumps_at_integers; /* only at whole numbers, or only half way between them, within what was tried */
} gchk_staircase;

/*
 * Looks along an element of a tensor by forward alone (no surrogate), at values that the layer may be given: between
 * the smallest and the largest that the tensor holds or its fill gives. The instance is left
 * with its values as they were, and without a forward. Errors of forward are no staircase. Two hundred forwards at the
 * most.
 */
gchk_status gchk_look_for_stairs(gchk_case_work *work, const gchk_tensor_work *tensor, size_t element,
                                 gchk_staircase *found, gchk_error *error) GCHK_MUST_USE;

#endif
