/* How far an element's two gradients are apart. */
#ifndef GCHK_RESULT_ERROR_BARS_H
#define GCHK_RESULT_ERROR_BARS_H

#include "gradcheck/result.h"

/* |analytic - numeric|. */
double gchk_element_difference(const gchk_element *element);

/* The same in error bounds; infinite where it is not finite or the bound is 0. */
double gchk_error_bars(const gchk_element *element);

/* Of the tensor's worst element; -1, less than any, where none was kept. */
double gchk_worst_error_bars(const gchk_tensor_result *tensor);

#endif
