/* Order statistics of arrays of doubles without NaN. */
#ifndef GCHK_CORE_STATISTICS_H
#define GCHK_CORE_STATISTICS_H

#include <stddef.h>

void gchk_sort(double *values, size_t count); /* ascending */

/* The q-quantile, 0 <= q <= 1, of an ascending array, between two values by their distance; NaN where it is empty. */
double gchk_quantile(const double *sorted, size_t count, double q);

/*
 * The same of an array in any order: in linear time, but for arrays that are made to resist it. `room` is for as many
 * values, or is the array itself, which is spoilt then.
 */
double gchk_select_quantile(const double *values, double *room, size_t count, double q);

/* The values at `place` < count of the order and at the next, where there is one. The same room. */
void gchk_select_two(const double *values, double *room, size_t count, size_t place, double two[2]);

#endif
