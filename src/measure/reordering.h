/*
 * What another order of additions may change: the results of a layer's calls, and the limits within which rounding
 * explains that two of them differ.
 *
 * Of a result r (an output, or an element of a gradient) rounding explains
 *
 *     limit = 3 (8 + sqrt n) max(u |r|, c)
 *
 * n is the number of elements of the largest tensor, no sum being longer, and u the coarsest unit of the layer. c is
 * what moving everything that is added up by u changes, u times the root of the sum of the squares of the terms: the
 * largest of four changes of r under relative changes of all given values and of the upstream gradient by up to a =
 * max(2^-6, 2 u), times u/a. a is much more than u so that what the layer varies by itself, which is in these changes
 * too, is divided by a/u: noise of 1e-3 does not explain itself.
 *
 * Two orders of n terms differ by about sqrt(n) u sum |terms| with high probability (Higham and Mary, "A new approach
 * to probabilistic rounding error analysis", SIAM J. Sci. Comput. 41(5), 2019). Where the terms have one sign that is
 * sqrt(n) u |r|; where they have not, their partial sums are of the size of sqrt(n) terms, and it is sqrt(n) c or
 * less. 8 is for what else rounds on the way and 3 are error bars, as in twin.c.
 */
#ifndef GCHK_MEASURE_REORDERING_H
#define GCHK_MEASURE_REORDERING_H

#include "core/arena.h"
#include "gradcheck/random.h"
#include "instance/instance.h"

/* What one forward and backward gave. gradient[i] has the elements of tensor i; NULL: it is not differentiated. */
typedef struct gchk_results {
  double *y;
  double **gradient;
} gchk_results;

/* Space for them in an arena. */
gchk_status gchk_results_new(gchk_arena *arena, const gchk_instance *instance, gchk_results *results,
                             gchk_error *error) GCHK_MUST_USE;

/* One forward, and one backward onto zeros with the upstream gradient v. Gradients are as the layer stores them. */
gchk_status gchk_results_take(gchk_instance *instance, const double *v, gchk_results *results,
                              gchk_error *error) GCHK_MUST_USE;

/*
 * The limits of all results, of which `base` are those at the values that the instance holds; it is put back to them,
 * but its forward is not done again. Four forwards and backwards.
 */
gchk_status gchk_reordering_limits(gchk_arena *arena, gchk_instance *instance, const double *v,
                                   const gchk_results *base, gchk_random *random, gchk_results *limits,
                                   gchk_error *error) GCHK_MUST_USE;

/* The same where one is NaN and so is the other, and 0 like -0. */
bool gchk_is_same_number(double a, double b);

/* The first element at which a and b differ by more than limit[k], or at all (limit NULL); `count` when none does. */
size_t gchk_first_beyond(const double *a, const double *b, const double *limit, size_t count);

#endif
