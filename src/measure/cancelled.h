/* Tensors whose gradients are what is left of terms that cancel, as dx of batch norm over two rows. */
#ifndef GCHK_MEASURE_CANCELLED_H
#define GCHK_MEASURE_CANCELLED_H

#include "measure/work.h"

/* Are all gradients of a tensor such, the largest too, in every draw? */
bool gchk_tensor_is_cancelled(const gchk_case_work *work, const gchk_tensor_work *tensor);

/*
 * Raises the slack of elements of such tensors whose gradient is 0 to that of half of all. Where terms cancel to 0 no
 * move may show what rounding does, though it does the same as to the elements beside them.
 */
gchk_status gchk_allow_cancelled(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

#endif
