/* Sums of squares of many numbers, relative to a size, so that none overflows. */
#ifndef GCHK_CORE_MEAN_SQUARE_H
#define GCHK_CORE_MEAN_SQUARE_H

#include <stddef.h>

/* sum (x/size)^2 over the finite x, in their order; size > 0. */
double gchk_sum_of_squares(const double *x, size_t count, double size);

/* The largest |x| of the finite ones; 0: there is none. */
double gchk_largest_finite(const double *x, size_t count);

#endif
