/* Numeric gradients of one tensor, element by element, each judged as it comes. */
#ifndef GCHK_DECIDE_DIFFERENTIATE_TENSOR_H
#define GCHK_DECIDE_DIFFERENTIATE_TENSOR_H

#include "measure/work.h"

/*
 * Differentiates the checked elements of one tensor numerically and judges them: fills numeric, bound, step, verdict,
 * jacobian and the tally. Costs about six forwards or updates an element that the first steps decide, the whole
 * ladder once or twice for others, and some hundred a tensor for pilots and step curve.
 */
gchk_status gchk_differentiate_tensor(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) GCHK_MUST_USE;

/*
 * One element, by forward alone: `result` has work->draw_count derivatives, which are not judged. For what is tried at
 * points where the instance is besides its base point.
 */
gchk_status gchk_differentiate_element(gchk_case_work *work, gchk_tensor_work *tensor, size_t element,
                                       gchk_derivative *result, gchk_error *error) GCHK_MUST_USE;

/* The same, and `row`, with room for work->output_count: d y_j / d x of the element; NULL: none. */
gchk_status gchk_differentiate_row(gchk_case_work *work, gchk_tensor_work *tensor, size_t element, double *row,
                                   gchk_derivative *result, gchk_error *error) GCHK_MUST_USE;

#endif
