/*
 * A bound is a vote of the rungs. Where a kink lies within the larger ones, or the function far away is another one,
 * they may outvote the smaller ones, and then a right g is beyond the bound. That is so where, at a rung smaller than
 * the chosen one, a candidate
 *
 *     C = D_k                        with the error R_k
 *     C = L_k = (4 s_k - s_{k-1})/3  of either side, with the error 8.5/3 R_k; at the chosen rung too
 *
 * is g and is not D:
 *
 *     |g - C| <= 3 R + rounding of g,   R <= |g - D|/4,   |C - D| > E + 2 R + T
 *
 * R is without the noise that the rungs themselves seem to show: two kinks close together look like it. A staircase,
 * whose treads would speak for 0, is told by the noise that was measured.
 *
 * The one-sided slopes are extrapolated, for s_k itself is off by h f''/2, which may be anything: with it a wrong g on
 * a curved function would find a step at which it looks right. T is what the candidate has not converged yet itself:
 * |D_{k-1} - D_k|/15, but |s_{k-1} - s_k|/3 for a one-sided one, which is its whole change by extrapolation. So on a
 * smooth function no candidate is further from D than their bounds together, and no wrong g is excused.
 *
 * A kink that is beside the point and was taken for one at it is contradicted in the same way: D is then the end of the
 * subdifferential that is nearer to g.
 */
#include "numeric/contradiction.h"

#include <math.h>

static const double bars = 3, told_apart = 4, clear = 2;

typedef struct candidate {
  double value, rounding, truncation;
} candidate;

/* What is contradicted: D and E; of a kink the end of the subdifferential that is nearer to g, and its error. */
typedef struct claim {
  double value, error;
} claim;

static claim claim_of(const gchk_derivative *derivative, double g) {
  if (derivative->smoothness != GCHK_KINKED)
    return (claim){derivative->value, derivative->bound};
  double end = fmin(fmax(g, derivative->slope_low), derivative->slope_high);
  return (claim){end, derivative->rounding};
}

static bool speaks_for(const candidate *c, const claim *against, double g, double rounding_of_g) {
  double distance = fabs(g - against->value);
  return fabs(g - c->value) <= bars * c->rounding + rounding_of_g && c->rounding <= distance / told_apart &&
         fabs(c->value - against->value) > against->error + clear * c->rounding + c->truncation;
}

static bool is_neighbour(const gchk_rung *larger, const gchk_rung *rung) {
  double ratio = (larger->step_plus + larger->step_minus) / (rung->step_plus + rung->step_minus);
  return ratio > 3 && ratio < 5; // 4, but for the rounding of x + h
}

static candidate central(const gchk_rung *before, const gchk_rung *rung) {
  return (candidate){rung->difference, rung->rounding_alone, fabs(before->difference - rung->difference) / 15};
}

static candidate one_sided(double before, double slope, double rounding) {
  return (candidate){(4 * slope - before) / 3, rounding * (8.5 / 3), fabs(before - slope) / 3};
}

bool gchk_derivative_is_contradicted(const gchk_derivative *derivative, double g, double rounding_of_g) {
  const gchk_rung *rungs = derivative->rungs;
  claim against = claim_of(derivative, g);
  if (derivative->smoothness == GCHK_UNDEFINED || !isfinite(g) ||
      fabs(g - against.value) <= against.error + rounding_of_g)
    return false;
  for (size_t k = derivative->chosen > 0 ? derivative->chosen : 1; k < derivative->rung_count; k++) {
    const gchk_rung *before = &rungs[k - 1], *rung = &rungs[k];
    if (!is_neighbour(before, rung))
      continue;
    candidate all[] = {one_sided(before->slope_plus, rung->slope_plus, rung->rounding_alone),
                       one_sided(before->slope_minus, rung->slope_minus, rung->rounding_alone), central(before, rung)};
    size_t count = k > derivative->chosen ? 3 : 2;
    for (size_t i = 0; i < count; i++)
      if (speaks_for(&all[i], &against, g, rounding_of_g))
        return true;
  }
  return false;
}

/* How far steps that outvote D are from it, the farthest; 0: there is none. */
static double outvoted_by(const gchk_derivative *derivative) {
  double farthest = 0;
  for (size_t k = derivative->chosen + 1; derivative->smoothness == GCHK_SMOOTH && k < derivative->rung_count; k++) {
    const gchk_rung *rung = &derivative->rungs[k];
    const double off = fabs(rung->difference - derivative->value);
    if (off > derivative->bound + bars * rung->rounding)
      farthest = fmax(farthest, off);
  }
  return farthest;
}

bool gchk_derivative_is_outvoted(const gchk_derivative *derivative) {
  return outvoted_by(derivative) > 0;
}

bool gchk_derivative_is_outvoted_for(const gchk_derivative *derivative, double g) {
  const double off = outvoted_by(derivative);
  return off > 0 && fabs(g - derivative->value) <= bars * off;
}
