/* The result of one tensor. */
#ifndef GCHK_CHECK_DESCRIBE_H
#define GCHK_CHECK_DESCRIBE_H

#include "measure/work.h"

/* The result of a tensor from what differentiation and diagnosis left. False when out of memory. */
bool gchk_describe_tensor(gchk_case_work *work, const gchk_tensor_work *tensor, gchk_tensor_result *result);

#endif
