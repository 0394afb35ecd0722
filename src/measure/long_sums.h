/* What long sums may lose. */
#ifndef GCHK_MEASURE_LONG_SUMS_H
#define GCHK_MEASURE_LONG_SUMS_H

#include "measure/work.h"

/* No sum is longer: the elements of the largest tensor. */
double gchk_longest_sum(const gchk_instance *instance);

/*
 * Raises slack to what a sum in one accumulator may err by all the way in one direction, which no move shows: a part
 * of n u of the largest gradient of the tensor. For a layer without a twin, whose differences resolve no more than
 * that.
 */
void gchk_allow_long_sums(gchk_case_work *work);

#endif
