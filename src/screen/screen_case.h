/* Screening the tensors of a case that a budget leaves partly unchecked. */
#ifndef GCHK_SCREEN_SCREEN_CASE_H
#define GCHK_SCREEN_SCREEN_CASE_H

#include "measure/work.h"

/*
 * Differentiates along two random directions over all elements of the tensor; where that is wrong, bisects and adds the
 * culprits to the checked elements, which must have room for all. Says in a note what it would have seen. Costs some
 * thirty forwards where nothing is wrong. Leaves the instance at the base point.
 */
gchk_status gchk_screen_case_tensor(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) GCHK_MUST_USE;

#endif
