/*
 * The verdict of one element, NUMERICS "Verdict of an element":
 *
 *     |g - D| <= 3 E + 32 u |g| + 16 u max |g| + slack      consistent
 *         E + slack/3 <= 2 % of max(|g|, |D|)                   pass
 *         g = 0 and no output moved at any step                 pass, an exact zero or flat
 *         E + slack/3 <= 2e-4 of the largest |g| of the tensor  pass, unresolved
 *         otherwise                                             inconclusive
 *     otherwise                                             fail
 *
 * An inconclusive one of which
 *
 *     |g| <= max(slack, 32 u T),  |D| <= 3 E,  E + slack/3 <= 2e-4 T       T: the size of the terms whose sum g is
 *
 * may be terms that cancel: a pass where no output depends on the element at all (decide/independent.h).
 *
 * A D that a smaller step contradicts fails nothing near it: inconclusive. A gradient that is declared to be 0 has a
 * rule of its own (judge_zero). At a kink every g between the two slopes, 2 R wider, is a subgradient. A g that is not
 * finite is wrong whatever D is. Units coarser than f32 have limits of their own (instance/precision.h). The two limits
 * of resolution never turn a fail into a pass, and no comparison with NaN comes out as a pass.
 */
#include "measure/judge.h"

#include <math.h>

#include "instance/precision.h"
#include "numeric/contradiction.h"

static bool is_subgradient(double g, const gchk_derivative *derivative, double rounding) {
  double slack = 2 * derivative->rounding + rounding;
  return g >= derivative->slope_low - slack && g <= derivative->slope_high + slack;
}

// Why the bound is as wide as it is: what is most of it.
static gchk_doubt doubt_of(const gchk_derivative *derivative, const gchk_allowance *a) {
  const gchk_rung *rung = derivative->chosen < derivative->rung_count ? &derivative->rungs[derivative->chosen] : NULL;
  if (derivative->smoothness == GCHK_UNDEFINED || !isfinite(derivative->bound) || rung == NULL) {
    for (size_t k = 0; k < derivative->rung_count; k++)
      if (!isfinite(derivative->rungs[k].difference))
        return gchk_is_a_step(&derivative->rungs[k]) ? GCHK_DOUBT_DOMAIN : GCHK_DOUBT_STEP;
    return GCHK_DOUBT_KINK;
  }
  if (a->slack / GCHK_ERROR_BARS > derivative->bound)
    return GCHK_DOUBT_SLACK;
  if (2 * derivative->rounding >= derivative->bound)
    return GCHK_DOUBT_ROUNDING;
  return 4 * rung->truncation >= derivative->bound ? GCHK_DOUBT_TRUNCATION : GCHK_DOUBT_KINK;
}

static gchk_resolution resolution_of_zero(const gchk_derivative *derivative) {
  return derivative->is_exact_zero ? GCHK_EXACT_ZERO : GCHK_FLAT;
}

bool gchk_is_little_beside_terms(double unit, double terms, double total_bound) {
  return total_bound <= gchk_tensor_resolution_limit(unit) * terms;
}

double gchk_left_of_zero(double unit, double terms) {
  return gchk_rounding_allowance(unit) * unit * terms;
}

/*
 * Is g no more than rounding leaves of terms that cancel, D nothing, and what is known of both little beside the terms?
 * A mistake in one of them would be of their size.
 */
static bool may_cancel(double g, const gchk_derivative *derivative, const gchk_allowance *a, double total_bound) {
  return derivative->smoothness == GCHK_SMOOTH && fabs(g) <= fmax(a->slack, gchk_left_of_zero(a->unit, a->terms)) &&
         fabs(derivative->value) <= GCHK_ERROR_BARS * derivative->bound &&
         gchk_is_little_beside_terms(a->unit, a->terms, total_bound);
}

/*
 * A gradient that is declared to be 0, where one of the outputs' own size would be G: |g| <= max(slack, 32 u G), which
 * is what is left of terms that cancel; |D| <= 3 E; and E must be small beside G.
 */
static gchk_judgement judge_zero(double g, const gchk_derivative *derivative, const gchk_allowance *a) {
  double value = derivative->value, bound = derivative->bound;
  bool is_known = derivative->smoothness != GCHK_UNDEFINED && isfinite(value) && bound >= 0 && isfinite(bound);
  gchk_judgement judgement = {.verdict = GCHK_FAIL, .error_bars = HUGE_VAL};
  if (!(fabs(g) <= fmax(a->slack, gchk_left_of_zero(a->unit, a->zero_of))))
    return judgement;
  judgement.error_bars = 0;
  if (is_known && derivative->smoothness == GCHK_KINKED && is_subgradient(0, derivative, 0)) {
    judgement.verdict = GCHK_KINK;
    return judgement;
  }
  if (is_known && !(fabs(value) <= GCHK_ERROR_BARS * bound)) {
    judgement.error_bars = fabs(value) / bound;
    return judgement;
  }
  if (is_known && (derivative->is_flat || bound <= gchk_tensor_resolution_limit(a->unit) * a->zero_of)) {
    judgement.verdict = GCHK_PASS;
    judgement.resolution = derivative->is_flat ? resolution_of_zero(derivative) : GCHK_RESOLVED;
    return judgement;
  }
  judgement.verdict = GCHK_INCONCLUSIVE;
  judgement.doubt = doubt_of(derivative, a);
  return judgement;
}

/* Steps of a coarser format than float get nowhere near enough to settle: how far they are off is not known either. */
static bool is_outvoted(double g, const gchk_derivative *derivative, double unit) {
  return unit > GCHK_UNIT_F32 ? gchk_derivative_is_outvoted(derivative)
                              : gchk_derivative_is_outvoted_for(derivative, g);
}

gchk_judgement gchk_judge(double g, const gchk_derivative *derivative, const gchk_allowance *allowance) {
  double value = derivative->value, bound = gchk_total_bound(derivative->bound, allowance->slack);
  double difference = fabs(g - value);
  const gchk_judge_limits limits = gchk_judge_limits_of(allowance->unit, allowance->largest);
  gchk_judgement judgement = {.verdict = GCHK_FAIL, .error_bars = HUGE_VAL};
  if (!isfinite(g))
    return judgement;
  if (allowance->zero_of > 0)
    return judge_zero(g, derivative, allowance);
  if (derivative->smoothness == GCHK_UNDEFINED || !isfinite(value) || !(bound >= 0) || !isfinite(bound)) {
    judgement.verdict = GCHK_INCONCLUSIVE;
    judgement.doubt = doubt_of(derivative, allowance);
    judgement.error_bars = 0;
    return judgement;
  }

  judgement.error_bars = difference > 0 ? difference / bound : 0;
  if (derivative->smoothness == GCHK_KINKED) {
    if (is_subgradient(g, derivative, gchk_rounding_of_gradient(&limits, g) + allowance->slack))
      judgement.verdict = GCHK_KINK;
    return judgement;
  }
  if (!gchk_is_consistent(&limits, g, value, bound)) {
    if (is_outvoted(g, derivative, allowance->unit)) {
      judgement.verdict = GCHK_INCONCLUSIVE;
      judgement.doubt = GCHK_DOUBT_TRUNCATION;
    }
    return judgement;
  }
  if (g == 0 && derivative->is_flat) {
    judgement.verdict = GCHK_PASS;
    judgement.resolution = resolution_of_zero(derivative);
  } else if (gchk_is_resolved(&limits, g, value, bound)) {
    judgement.verdict = GCHK_PASS;
  } else if (bound <= limits.smallest) {
    judgement.verdict = GCHK_PASS;
    judgement.resolution = GCHK_UNRESOLVED;
  } else {
    judgement.verdict = GCHK_INCONCLUSIVE;
    judgement.doubt = doubt_of(derivative, allowance);
    judgement.may_cancel = may_cancel(g, derivative, allowance, bound);
  }
  return judgement;
}

gchk_verdict gchk_verdict_worse(gchk_verdict a, gchk_verdict b) {
  return a > b ? a : b;
}

void gchk_judge_mutations(double g, const gchk_derivative *derivative, const gchk_allowance *allowance,
                          bool caught[GCHK_MUTATIONS]) {
  static const double factors[GCHK_MUTATIONS] = GCHK_MUTATION_FACTORS;
  for (size_t i = 0; i < GCHK_MUTATIONS; i++)
    // A gradient of 0 is what each of these mistakes makes of it.
    caught[i] = g != 0 && gchk_judge(factors[i] * g, derivative, allowance).verdict == GCHK_FAIL;
}
