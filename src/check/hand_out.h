/* The arrays of a tensor for whoever asked for them. */
#ifndef GCHK_CHECK_HAND_OUT_H
#define GCHK_CHECK_HAND_OUT_H

#include "measure/work.h"

/* Calls the options' `arrays`, where there is one. Errors are the callback's. */
gchk_status gchk_hand_out_arrays(const gchk_case_work *work, const gchk_tensor_work *tensor,
                                 const gchk_tensor_result *row, gchk_error *error) GCHK_MUST_USE;

#endif
