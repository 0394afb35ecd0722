/*
 * The verdict of one element, NUMERICS "Verdict of an element":
 *
 *     |g - D| <= 3 E + 32 u |g| + 4 u max |g|          consistent
 *         E <= 2 % of max(|g|, |D|)                        pass
 *         g = 0 and no output moved at any step            pass, below resolution
 *         E <= 2e-4 of the largest |g| of the tensor       pass, below resolution
 *         otherwise                                        inconclusive
 *     otherwise                                        fail
 *
 * At a kink every g between the two slopes, 2 R wider, is a subgradient. A g that is not finite is wrong whatever D is.
 * The two limits of resolution never turn a fail into a pass, and no comparison with NaN comes out as a pass.
 */
#include "measure/judge.h"

#include <math.h>

static const double rounding_of_terms = 4; /* units of round-off of the largest of the tensor */
static const double resolution = 0.02;
static const double tensor_resolution = 2e-4;

static bool is_subgradient(double g, const gchk_derivative *derivative, double rounding) {
  double slack = 2 * derivative->rounding + rounding;
  return g >= derivative->slope_low - slack && g <= derivative->slope_high + slack;
}

gchk_judgement gchk_judge(double g, const gchk_derivative *derivative, double unit, double largest) {
  double value = derivative->value, bound = derivative->bound;
  double difference = fabs(g - value);
  // A gradient is a sum whose terms may be as large as the largest of its tensor.
  double rounding =
      unit * (GCHK_ROUNDING_OF_ANALYTIC * fabs(g) + (isfinite(largest) ? rounding_of_terms * largest : 0));
  gchk_judgement judgement = {.verdict = GCHK_FAIL, .error_bars = HUGE_VAL};
  if (!isfinite(g))
    return judgement;
  if (derivative->smoothness == GCHK_UNDEFINED || !isfinite(value) || !(bound >= 0) || !isfinite(bound)) {
    judgement.verdict = GCHK_INCONCLUSIVE;
    judgement.error_bars = 0;
    return judgement;
  }

  judgement.error_bars = difference > 0 ? difference / bound : 0;
  if (derivative->smoothness == GCHK_KINKED) {
    if (is_subgradient(g, derivative, rounding))
      judgement.verdict = GCHK_KINK;
    return judgement;
  }
  if (!(difference <= GCHK_ERROR_BARS * bound + rounding))
    return judgement;
  judgement.verdict = GCHK_INCONCLUSIVE;
  if (g == 0 && derivative->is_flat) {
    // Neither side moves at all; a tensor of nothing else is below resolution as a whole, and is not passed as one.
    judgement.verdict = GCHK_PASS;
    judgement.below_resolution = true;
  } else if (bound <= resolution * fmax(fabs(g), fabs(value))) {
    judgement.verdict = GCHK_PASS;
  } else if (largest > 0 && isfinite(largest) && bound <= tensor_resolution * largest) {
    judgement.verdict = GCHK_PASS;
    judgement.below_resolution = true;
  }
  return judgement;
}

gchk_verdict gchk_verdict_worse(gchk_verdict a, gchk_verdict b) {
  return a > b ? a : b;
}

void gchk_judge_mutations(double g, const gchk_derivative *derivative, double unit, double largest,
                          bool caught[GCHK_MUTATIONS]) {
  static const double factors[GCHK_MUTATIONS] = {-1, 0, 2, 1.1, 1.01, 1.001};
  for (size_t i = 0; i < GCHK_MUTATIONS; i++)
    // A gradient of 0 is what each of these mistakes makes of it.
    caught[i] = g != 0 && gchk_judge(factors[i] * g, derivative, unit, largest).verdict == GCHK_FAIL;
}
