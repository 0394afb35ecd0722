/*
 * The verdict of one element: analytic value g against numeric derivative D with error bound E.
 *
 * NUMERICS: |g - D| <= 3 E + 32 u |g| + 4 u max |g| is consistent; consistent is pass where E is small enough beside g
 * and D, or beside the largest gradient of the tensor ("below resolution"), and inconclusive otherwise. A zero whose
 * outputs never moved by a bit passes, below resolution. No absolute tolerance. Comparisons are written so that NaN
 * never passes.
 */
#ifndef GCHK_MEASURE_JUDGE_H
#define GCHK_MEASURE_JUDGE_H

#include "gradcheck/result.h"
#include "numeric/derivative.h"

/* Error bars that a consistent difference may have; units of round-off of g itself that it may have beside them. */
#define GCHK_ERROR_BARS           3.0
#define GCHK_ROUNDING_OF_ANALYTIC 32.0

typedef struct gchk_judgement {
  gchk_verdict verdict;  /* pass, kink, inconclusive, fail */
  bool below_resolution; /* passed, but too small beside its tensor to be told from zero */
  double error_bars;     /* |g - D|/E */
} gchk_judgement;

/* `unit` is the unit round-off of g; `largest` the largest |g| of its tensor (finite ones). */
gchk_judgement gchk_judge(double g, const gchk_derivative *derivative, double unit, double largest);

/* The worse of two verdicts of elements, tensors or cases. */
gchk_verdict gchk_verdict_worse(gchk_verdict a, gchk_verdict b);

/*
 * What would have been caught: the verdict again with g replaced by -g, 0, 2 g, 1.1 g, 1.01 g, 1.001 g, where g is not
 * 0 exactly; the first flag is sign, in the order of gchk_sensitivity.
 */
enum { GCHK_MUTATIONS = 6 };
void gchk_judge_mutations(double g, const gchk_derivative *derivative, double unit, double largest,
                          bool caught[GCHK_MUTATIONS]);

#endif
