/* exp and log of arrays: the same bits on every machine, and vectorised where it can be. */
#ifndef GCHK_CORE_VECTOR_EXP_H
#define GCHK_CORE_VECTOR_EXP_H

#include <stddef.h>

/*
 * to[i] = exp(from[i]), within 1 ulp; denormal results within 1 of their ulps too. NaN stays NaN, what is too large is
 * INFINITY, what is too small 0. `to` may be `from`, but may not overlap it otherwise.
 */
void gchk_exp_array(double *to, const double *from, size_t count);

/*
 * to[i] = log(from[i]), natural, within 1 ulp, also of denormal numbers. log of 0 of either sign is -INFINITY, of what
 * is negative NaN. `to` may be `from`, but may not overlap it otherwise.
 */
void gchk_log_array(double *to, const double *from, size_t count);

#endif
