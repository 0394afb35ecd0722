/* How often differences of which size are, in a tensor. */
#ifndef GCHK_CHECK_HISTOGRAM_H
#define GCHK_CHECK_HISTOGRAM_H

#include "measure/work.h"

/* Fills in the histogram of |analytic - numeric| of the row's draw over the checked elements. False: out of memory. */
bool gchk_describe_histogram(gchk_case_work *work, const gchk_tensor_work *tensor, gchk_tensor_result *row);

#endif
