/* The figures of a tensor: sums, extremes and medians over its elements. */
#ifndef GCHK_CHECK_FIGURES_H
#define GCHK_CHECK_FIGURES_H

#include "measure/work.h"

/*
 * The figures of a row: differences, bounds, step and digits of one draw, over the elements that were decided; where
 * none was, over all that a derivative was found for. False when out of memory.
 */
bool gchk_describe_figures(gchk_case_work *work, const gchk_tensor_work *tensor, size_t draw,
                           gchk_tensor_result *result);

/* Mean |analytic - numeric| of the same elements, and the mean of what each may be off by. */
typedef struct gchk_difference {
  size_t compared; /* elements */
  double mean;     /* NaN: one is no number, or none was compared */
  double bound;
} gchk_difference;
gchk_difference gchk_mean_difference(const gchk_tensor_work *tensor, size_t draw);

#endif
