/*
 * The verdict of one element: analytic value g against numeric derivative D with error bound E.
 *
 * NUMERICS: |g - D| <= 3 E + 32 u |g| + 16 u max |g| + slack is consistent; consistent is pass where E + slack/3 is
 * small enough beside g and D, or beside the largest gradient of the tensor ("unresolved"), and inconclusive otherwise.
 * A zero whose outputs never moved by a bit passes: an exact zero fully, a flat one counted apart. No absolute
 * tolerance.
 * Comparisons are written so that NaN never passes.
 */
#ifndef GCHK_MEASURE_JUDGE_H
#define GCHK_MEASURE_JUDGE_H

#include "gradcheck/result.h"
#include "measure/judge_limits.h"
#include "numeric/derivative.h"

/* Units of round-off of g itself that a consistent difference may have beside its error bars. */
#define GCHK_ROUNDING_OF_ANALYTIC 32.0

/* What an analytic value may be off by without a mistake. */
typedef struct gchk_allowance {
  double unit;    /* unit round-off of g */
  double largest; /* the largest |g| of its tensor (finite ones) */
  double slack;   /* what rounding inside backward may have done to g, as measured (slack.h) */
  double zero_of; /* not 0: the gradient is declared to be 0, where one of the outputs' own size would be this large */
  double terms;   /* the size of the terms that make up gradients of its tensor (slack.h); 0: not known */
} gchk_allowance;

/* How well a value that passed is told from zero. */
typedef enum gchk_resolution {
  GCHK_RESOLVED = 0,
  GCHK_CANCELLED,  /* what rounding leaves of terms that cancel, and no output depends on the element (independent.h) */
  GCHK_EXACT_ZERO, /* 0, and no output moves by a bit however far one goes: a full pass */
  GCHK_FLAT,       /* 0, and no output moves within the variable's own size */
  GCHK_UNRESOLVED  /* not 0, but too small beside its tensor */
} gchk_resolution;

typedef struct gchk_judgement {
  gchk_verdict verdict; /* pass, kink, inconclusive, fail */
  gchk_resolution resolution;
  gchk_doubt doubt;  /* of an inconclusive one */
  bool may_cancel;   /* an inconclusive one: terms cancel, if the outputs do not depend on the element at all */
  double error_bars; /* |g - D|/(E + slack/3) */
} gchk_judgement;

/* What rounding may leave of terms of this size that cancel to a gradient of 0. */
double gchk_left_of_zero(double unit, double terms);

/* Is E + slack/3 so small beside terms of this size that a mistake in one of them would show? */
bool gchk_is_little_beside_terms(double unit, double terms, double total_bound);

gchk_judgement gchk_judge(double g, const gchk_derivative *derivative, const gchk_allowance *allowance);

/* The worse of two verdicts of elements, tensors or cases. */
gchk_verdict gchk_verdict_worse(gchk_verdict a, gchk_verdict b);

/*
 * What would have been caught: the verdict again with g replaced by -g, 0, 2 g, 1.1 g, 1.01 g, 1.001 g, where g is not
 * 0 exactly; the first flag is sign, in the order of gchk_sensitivity.
 */
enum { GCHK_MUTATIONS = 6 };
#define GCHK_MUTATION_FACTORS                                                                                          \
  { -1, 0, 2, 1.1, 1.01, 1.001 }
void gchk_judge_mutations(double g, const gchk_derivative *derivative, const gchk_allowance *allowance,
                          bool caught[GCHK_MUTATIONS]);

#endif
