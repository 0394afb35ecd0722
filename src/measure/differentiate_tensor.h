/* Numeric gradients of one tensor, element by element, each judged as it comes. */
#ifndef GCHK_MEASURE_DIFFERENTIATE_TENSOR_H
#define GCHK_MEASURE_DIFFERENTIATE_TENSOR_H

#include "measure/work.h"

/*
 * Differentiates the checked elements of one tensor numerically and judges them: fills numeric, bound, step, verdict,
 * jacobian and the counts. Costs about six forwards or updates an element, and some dozens a tensor for noise and
 * step curve.
 */
gchk_status gchk_differentiate_tensor(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) GCHK_MUST_USE;

/*
 * One element: `result` has work->draw_count derivatives. `whole`: with the rungs of the whole ladder, for `explain`;
 * value and bound are the same.
 */
gchk_status gchk_differentiate_element(gchk_case_work *work, gchk_tensor_work *tensor, size_t element, bool whole,
                                       gchk_derivative *result, gchk_error *error) GCHK_MUST_USE;

#endif
