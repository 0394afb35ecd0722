/*
 * A tensor of which forward uses a function of each element alone, as the decay exp(-exp(w)) of a recurrence, or the
 * exp(s) by which logits are scaled. With q' the derivative of such a function,
 *
 *     lost     analytic_i = numeric_i / q'(x_i)    backward stops at q(x), and stores its gradient as that of x
 *     twice    analytic_i = numeric_i q'(x_i)      it multiplies by q' once too often
 *
 * for every element, x_i being its own value. Nothing is fitted. What may be by accident for one element is not so at
 * other base points.
 */
#include "values/diagnose_own_slope.h"

#include <math.h>

#include "evidence/candidate.h"

static double of_log(double x) {
  return exp(x);
}
static double of_log_negated(double x) {
  return -exp(x);
}
static double of_minus_log(double x) {
  return exp(-x);
}
static double of_decay(double x) {
  return -exp(-x);
}
static double of_softplus(double x) {
  return 1 / (1 + exp(-x));
}
static double of_logistic(double x) {
  return of_softplus(x) * (1 - of_softplus(x));
}
static double of_tanh(double x) {
  return 1 - tanh(x) * tanh(x);
}
static double of_square(double x) {
  return 2 * x;
}

static const struct slope {
  double (*at)(double x);
  const char *name, *used; /* q', and q */
} slopes[] = {{of_log, "exp x", "exp x"},
              {of_log_negated, "-exp x", "-exp x"},
              {of_minus_log, "exp -x", "-exp -x"},
              {of_decay, "-exp -x", "exp -x"},
              {of_softplus, "logistic x", "softplus x"},
              {of_logistic, "logistic' x", "logistic x"},
              {of_tanh, "1 - tanh^2 x", "tanh x"},
              {of_square, "2x", "x^2"}};

// Candidates where the slope is told from 0: beside a tiny one everything is large.
static void weigh(const gchk_diagnosis *d, const struct slope *slope, bool is_lost, gchk_candidate *c) {
  static const double least = 1e-3, most = 1e3;
  for (size_t i = 0; i < d->total; i++) {
    const double q = slope->at(gchk_tensor_get(d->t, d->t->value, i)), factor = is_lost ? 1 / q : q;
    const bool is_known = fabs(q) > least && fabs(q) < most;
    for (size_t draw = 0; draw < d->draws; draw++) {
      c->value[draw][i] = is_known ? d->tensor->numeric[draw][i] * factor : (double)NAN;
      c->slack[draw][i] = is_known ? gchk_diagnosis_error(d, draw, i) * fmax(1, fabs(factor)) : 0;
    }
  }
}

bool gchk_diagnose_own_slope(gchk_diagnosis *d) {
  gchk_candidate c;
  size_t matched;
  if (d->fail_count == 0 || !gchk_candidate_new(d, &c))
    return false;
  for (size_t k = 0; k < 2 * sizeof slopes / sizeof slopes[0]; k++) {
    const struct slope *slope = &slopes[k / 2];
    const bool is_lost = k % 2 == 0;
    weigh(d, slope, is_lost, &c);
    if (!gchk_candidate_holds(d, &c, true, &matched))
      continue;
    const char *name = d->t->name;
    gchk_finding *finding =
        is_lost ? gchk_diagnosis_add(d, GCHK_CODE_WRONG_DERIVATIVE, matched,
                                     "analytic is what is right over %s, x being each element's own value, on %zu of "
                                     "%zu: it is the gradient of %s, which forward makes of %s, and is not multiplied "
                                     "by its derivative",
                                     slope->name, matched, d->fail_count, slope->used, name)
                : gchk_diagnosis_add(d, GCHK_CODE_WRONG_DERIVATIVE, matched,
                                     "analytic is what is right times %s, x being each element's own value, on %zu of "
                                     "%zu: the derivative of %s is multiplied in once too often",
                                     slope->name, matched, d->fail_count, slope->used);
    gchk_finding_text(&d->tensor->findings, finding, "found", "%s", is_lost ? "1" : "twice");
    gchk_finding_text(&d->tensor->findings, finding, "expected", "%s", slope->name);
    return true;
  }
  return false;
}
