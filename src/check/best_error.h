/*
 * How near a gradient is to the best that its precision allows.
 *
 *     best_error = max_i |g_i - d_i| / (u 2^floor(log2 max_i |d_i|))
 *
 * d is the exact gradient, from a double twin, and the divisor half the spacing of the numbers of unit u at its
 * largest element: the largest error of d rounded to that precision, the best result that there is. A correctly
 * rounded gradient has at most 1; one of a short f32 computation rounded once at its end about 1; bf16 sums grow with
 * their length. Both are taken over the whole tensor, as the error of sums is bounded beside their terms and not
 * beside what cancellation leaves of them (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., chapters
 * 3 and 4): an element that is near zero for cancellation would have a large ratio in the best of codes. Dao et al.
 * (FlashAttention's tests) compare maxima over a tensor likewise.
 */
#ifndef GCHK_CHECK_BEST_ERROR_H
#define GCHK_CHECK_BEST_ERROR_H

#include <stddef.h>

/*
 * NaN where the exact gradient is zero or not finite everywhere, for then it has no spacing. Elements at which either
 * is not finite are left out: they are judged elsewhere.
 */
double gchk_best_error(const double *analytic, const double *exact, size_t count, double unit);

#endif
