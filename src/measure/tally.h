/* Counting the elements of a tensor by what became of them. */
#ifndef GCHK_MEASURE_TALLY_H
#define GCHK_MEASURE_TALLY_H

#include "measure/work.h"

/* Sets tensor->tally from the arrays over its checked elements. */
void gchk_tally_tensor(gchk_tensor_work *tensor, size_t draw_count);

/* Is the analytic gradient exactly 0 in every draw? */
bool gchk_is_zero_element(const gchk_tensor_work *tensor, size_t draw_count, size_t element);

#endif
