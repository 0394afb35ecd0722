/* Arithmetic of arrays that do not overlap, which compilers vectorise (clones.h). */
#ifndef GCHK_CORE_ARRAYS_H
#define GCHK_CORE_ARRAYS_H

#include <stddef.h>

/* to = value - base */
void gchk_array_subtract(double *to, const double *value, double base, size_t count);

/* to = value, everywhere */
void gchk_array_fill(double *to, double value, size_t count);

/* sum += value */
void gchk_array_add(double *sum, const double *value, size_t count);

/* total /= divisor */
void gchk_array_divide(double *total, double divisor, size_t count);

#endif
