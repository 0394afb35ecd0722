/*
 * The formulas of one rung, and of two or three neighbours (ratio of the steps 4), by themselves: what bound.c, kink.c,
 * stencil.c and differentiate.c apply to the rungs of one element, and batch_settle.c to arrays of elements: without
 * calls and branches (& in place of &&), so that loops over them are vectorised.
 */
#ifndef GCHK_NUMERIC_RUNG_FORMULAS_H
#define GCHK_NUMERIC_RUNG_FORMULAS_H

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "numeric/derivative.h"

#define GCHK_SECOND_ORDER_RATIO 16.0
#define GCHK_LOWEST_RATIO       2.0
#define GCHK_ORDER_TOLERANCE    2.0    /* of the ratio 16 that lets one extrapolate */
#define GCHK_EVEN_ROUNDING      4.0    /* |e+ - 2 e0 + e-| <= 4 eps */
#define GCHK_MOST_GAINED        16.0   /* by extrapolation, of D's truncation: two changes agree by chance */
#define GCHK_ABRUPT             1000.0 /* what an analytic function leaves unexplained falls by about 64 a step */
#define GCHK_HOPELESS_NOISE     0.02   /* of the outputs: what no bound can be had from */
#define GCHK_SLOPES_APART       8.0    /* times R */
#define GCHK_GAP_STAYS          0.6    /* S_k/S_{k-1} of a kink; a smooth function has 0.25, |x|^1.5 has 0.5 */
#define GCHK_SLOPE_STABLE       0.25   /* change of a slope, as a part of S */

enum {
  GCHK_RUNG = 2 /* log2 of the ratio of two steps */,
  GCHK_EXTENSION = 6 * GCHK_RUNG /* above top */,
  GCHK_EIGHTH = -3,
  GCHK_CLOSE = 10 /* log2 of s over h */
};

/* The exponent of max(8 s, 1), from which nothing moves if it does not depend on the variable. */
static inline int64_t gchk_far_exponent(int64_t top) {
  return top + 3 * GCHK_RUNG > 0 ? top + 3 * GCHK_RUNG : 0;
}

/* The exponent on the grid of `top` that is the first at or below that of 1/8. */
static inline int64_t gchk_eighth_exponent(int64_t top) {
  return GCHK_EIGHTH - ((top - GCHK_EIGHTH) & 1);
}

/* fmax and fmin of numbers, where neither is a NaN. */
static inline double gchk_larger(double a, double b) {
  return a > b ? a : b;
}

static inline double gchk_smaller(double a, double b) {
  return a < b ? a : b;
}

/* The smallest number of the outputs' type: the rounding of what underflows. */
static inline double gchk_underflow_of(double output_unit) {
  return output_unit > 0x1p-50 ? 0x1p-149 : 0x1p-1074;
}

/*
 * eps with the underflow of outputs whose |v| sum up to `weight`. Beside nearly every eps that rounds to nothing, and
 * processors take a hundred times as long for a product that is a denormal number.
 */
static inline double gchk_with_underflow(double eps, double output_unit, double weight) {
  const double eta = gchk_underflow_of(output_unit), beyond_rounding = 0x1p-60;
  return eps * (beyond_rounding / eta) >= weight ? eps : eps + eta * weight;
}

/* R = eps/h + 4 u64 |D| */
static inline double gchk_rounding_at(double eps, double h, double difference) {
  return eps / h + 4 * (DBL_EPSILON / 2) * fabs(difference);
}

/* S = s+ - s- */
static inline double gchk_even_part(const gchk_rung *rung) {
  return rung->slope_plus - rung->slope_minus;
}

/* A = |S_k - S_{k-1}/4| where rounding does not explain it, else 0. */
static inline double gchk_asymmetry(const gchk_rung *before, const gchk_rung *rung) {
  double a = fabs(gchk_even_part(rung) - gchk_even_part(before) / 4);
  return a > GCHK_EVEN_ROUNDING * (rung->rounding + before->rounding / 4) ? a : 0;
}

/* Does A fall as that of a smooth function does, 64 times a step? */
static inline bool gchk_even_part_falls(double before, double here) {
  return (before > 0) & (here <= before / 32) & (here >= before / 128);
}

/* T from the changes |D_{k-1} - D_k| and, before it, |D_{k-2} - D_{k-1}|. */
static inline double gchk_truncation_of(double before, double change, bool is_resolved) {
  double ratio = gchk_smaller(gchk_larger(before / change, GCHK_LOWEST_RATIO), GCHK_SECOND_ORDER_RATIO);
  double smooth = gchk_larger(change / 2, before / (GCHK_SECOND_ORDER_RATIO * (GCHK_SECOND_ORDER_RATIO - 1)));
  return is_resolved ? gchk_larger(smooth, change / (ratio - 1)) : smooth;
}

/* Do two changes, with their signs, fall as those of second order do? */
static inline bool gchk_is_second_order(double before, double change) {
  double ratio = before / change;
  return (ratio >= GCHK_SECOND_ORDER_RATIO / GCHK_ORDER_TOLERANCE) &
         (ratio <= GCHK_SECOND_ORDER_RATIO * GCHK_ORDER_TOLERANCE);
}

/*
 * The truncation of X_k: much more than 1/255 of |X_{k-1} - X_k|, which is what is left where h^4 rules, for the change
 * holds the noise of D_k too.
 */
static inline double gchk_extrapolated_truncation(double before, double change, double truncation) {
  return gchk_larger(fabs(16 * change - before) / 15 / 4, truncation / GCHK_MOST_GAINED);
}

/* The rounding of X_k. */
static inline double gchk_extrapolated_rounding(double before, double rounding) {
  return (16 * rounding + before) / 15;
}

/* Is noise of the size of the outputs: an oscillation that the steps do not resolve? */
static inline bool gchk_is_hopeless(const gchk_rung *rung, double largest_output) {
  return rung->rounding * (rung->step_plus + rung->step_minus) / 2 > GCHK_HOPELESS_NOISE * largest_output;
}

/* Are the two slopes of a rung further apart than rounding makes them? */
static inline bool gchk_is_apart(const gchk_rung *rung) {
  return fabs(gchk_even_part(rung)) > GCHK_SLOPES_APART * rung->rounding;
}

/* Does the kink that `larger` shows show in `rung` as well? */
static inline bool gchk_kink_persists(const gchk_rung *larger, const gchk_rung *rung) {
  double ratio = gchk_even_part(rung) / gchk_even_part(larger);
  double allowed = GCHK_SLOPE_STABLE * fabs(gchk_even_part(rung)) + 2 * (larger->rounding + rung->rounding);
  bool larger_is_apart = gchk_is_apart(larger), is_apart = gchk_is_apart(rung);
  return larger_is_apart & is_apart & (ratio > GCHK_GAP_STAYS) & (ratio < 1 / GCHK_GAP_STAYS) &
         (fabs(rung->slope_plus - larger->slope_plus) <= allowed) &
         (fabs(rung->slope_minus - larger->slope_minus) <= allowed);
}

/* Would a kink of this gap show at a smaller step, whatever rounding does there? */
static inline bool gchk_gap_must_show(double gap, const gchk_rung *smaller) {
  return fabs(gap) > 2 * GCHK_SLOPES_APART * smaller->rounding;
}

/*
 * The bound to be content with: relative, 8e-7 in double and 3e-3 in float, which six evaluations reach where u^(2/3)
 * is what a function without scale of its own allows. A derivative that is zero beside its bound, as at a minimum, has
 * no size of its own: what it is compared with is the change of slope from x to x+h.
 */
static inline double gchk_wanted_bound(double tolerance, double size, double bound, bool resolved_low,
                                       double steepest) {
  double relative = tolerance * size;
  bool has_size = (size > 3 * bound) | resolved_low;
  return has_size ? relative : gchk_larger(relative, sqrt(tolerance) * steepest);
}

/* Its relative part. */
static inline double gchk_tolerance(double output_unit) {
  return 2 * pow(output_unit, 0.4);
}

/* Is a bound at the smallest step so much truncation that the next smaller one must have a better one? */
static inline bool gchk_is_truncated(double bound, double rounding) {
  // One step down rounding grows 4 times and truncation of second order falls 16 times.
  return bound > 4 * 16 * rounding;
}

/* With a fixed step the rungs are those of 2H and of H. */
static inline double gchk_fixed_truncation(const gchk_rung *twice, const gchk_rung *rung) {
  return fabs(twice->difference - rung->difference) / 3;
}

/* S falls by 2 from 2H to H unless there is a kink, an edge or noise. */
static inline double gchk_fixed_asymmetry(const gchk_rung *twice, const gchk_rung *rung) {
  return fabs(gchk_even_part(rung) - gchk_even_part(twice) / 2);
}

/* Is that little enough that the two rungs can tell? */
static inline bool gchk_is_fixed_smooth(const gchk_rung *twice, const gchk_rung *rung, double truncation,
                                        double asymmetry) {
  return (asymmetry <= 4 * (rung->rounding + twice->rounding / 2)) | (asymmetry <= 6 * truncation);
}

#endif
