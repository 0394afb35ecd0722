/*
 * The numbers of the rule of judge.h, which are the same for all elements of a tensor, and its comparisons by
 * themselves: inline, so that loops over elements are vectorised.
 */
#ifndef GCHK_MEASURE_JUDGE_LIMITS_H
#define GCHK_MEASURE_JUDGE_LIMITS_H

#include <math.h>
#include <stdbool.h>

/* Error bars that a consistent difference may have. */
#define GCHK_ERROR_BARS 3.0

typedef struct gchk_judge_limits {
  double unit, rounding, of_terms; /* g may be off by unit (rounding |g| + of_terms) */
  double resolution;               /* of |g| or |D| */
  double smallest; /* the bound at which what is beside the largest |g| too small is unresolved; or -1 */
} gchk_judge_limits;

/* `unit` is the unit round-off of g, `largest` the largest |g| of its tensor. */
gchk_judge_limits gchk_judge_limits_of(double unit, double largest);

/* E + slack/3: what three times is allowed of a difference, beside the rounding of g. */
static inline double gchk_total_bound(double bound, double slack) {
  return bound + slack / GCHK_ERROR_BARS;
}

/* What rounding alone may have done to g. */
static inline double gchk_rounding_of_gradient(const gchk_judge_limits *limits, double g) {
  return limits->unit * (limits->rounding * fabs(g) + limits->of_terms);
}

/* Is |g - D| within E + slack/3 (`total_bound`) and rounding? */
static inline bool gchk_is_consistent(const gchk_judge_limits *limits, double g, double value, double total_bound) {
  return fabs(g - value) <= GCHK_ERROR_BARS * total_bound + gchk_rounding_of_gradient(limits, g);
}

/* Is all that is allowed of a difference small enough beside g and D: the bound, and what terms may be rounded by? */
static inline bool gchk_is_resolved(const gchk_judge_limits *limits, double g, double value, double total_bound) {
  double size_g = fabs(g), size = fabs(value);
  double allowed = total_bound + limits->unit * limits->of_terms / GCHK_ERROR_BARS;
  return allowed <= limits->resolution * (size_g > size ? size_g : size);
}

#endif
