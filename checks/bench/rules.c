/*
 * The emulated rules.
 *
 *     PyTorch gradcheck      h = 1e-6   |g - n| <= 1e-5 + 1e-3 |n|                       (made for double)
 *     JAX check_grads        h = 1e-4   |g - n| <= t + t |n|, t = 1e-5 in double, 2e-3 in float
 *     Chainer check_backward h = 1e-3   |g - n| <= 1e-5 + 1e-4 |n|
 *     Caffe GradientChecker  h = 1e-2   |g - n| <= 1e-3 max(|g|, |n|, 1)                 (the pair most tests give)
 *
 * g is the analytic value, n = (f(x+h) - f(x-h))/2h. Left out: that JAX and Chainer take a random direction over all
 * elements at once, which only hides more.
 */
#include "bench/rules.h"

#include <math.h>

#include "numeric/trees.h"

typedef struct fixed_rule {
  const char *name;
  double step;
  double absolute[2], relative[2]; /* in double, in float */
  double floor;                    /* Caffe: relative to max(|g|, |n|, floor) */
} fixed_rule;

static const fixed_rule fixed_rules[RULE_COUNT] = {
    {.name = "gradcheck (this)"},
    {.name = "PyTorch gradcheck", .step = 1e-6, .absolute = {1e-5, 1e-5}, .relative = {1e-3, 1e-3}},
    {.name = "JAX check_grads", .step = 1e-4, .absolute = {1e-5, 2e-3}, .relative = {1e-5, 2e-3}},
    {.name = "Chainer check_backward", .step = 1e-3, .absolute = {1e-5, 1e-5}, .relative = {1e-4, 1e-4}},
    {.name = "Caffe GradientChecker", .step = 1e-2, .relative = {1e-3, 1e-3}, .floor = 1},
};

const char *rule_name(size_t rule) {
  return fixed_rules[rule].name;
}

static const double factors[GCHK_MUTATIONS] = {-1, 0, 2, 1.1, 1.01, 1.001};

static double quotient(const trial_function *function, double x, double h) {
  double plus = x + h, minus = x - h;
  if (!function->is_float)
    return (function->value(function->context, plus) - function->value(function->context, minus)) / (2 * h);
  float up = (float)function->value(function->context, (double)(float)plus);
  float down = (float)function->value(function->context, (double)(float)minus);
  return (double)((up - down) / (2 * (float)h));
}

static bool accepts(const fixed_rule *rule, double g, double n, bool is_float) {
  double size = rule->floor > 0 ? fmax(fmax(fabs(g), fabs(n)), rule->floor) : fabs(n);
  return fabs(g - n) <= rule->absolute[is_float] + rule->relative[is_float] * size;
}

static void score_element(rule_score scores[RULE_COUNT], const trial_function *function, double x, double scale,
                          quad exact) {
  trial ours;
  trial_run(&ours, function, x, scale, exact, NOISE_MEASURED);
  for (size_t r = 0; r < RULE_COUNT; r++) {
    rule_score *score = &scores[r];
    const fixed_rule *rule = &fixed_rules[r];
    double n = r == OUR_RULE ? 0 : quotient(function, x, rule->step);
    score->count++;
    score->nonzero += ours.g != 0;
    if (r == OUR_RULE) {
      score->alarms += ours.judgement.verdict == GCHK_FAIL;
      score->undecided += ours.judgement.verdict == GCHK_INCONCLUSIVE;
    } else {
      score->alarms += !accepts(rule, ours.g, n, function->is_float);
    }
    for (size_t m = 0; m < GCHK_MUTATIONS && ours.g != 0; m++) {
      bool is_accepted = r == OUR_RULE ? ours.wrong[m].verdict <= GCHK_KINK && ours.wrong[m].resolution == GCHK_RESOLVED
                                       : accepts(rule, factors[m] * ours.g, n, function->is_float);
      score->missed[m] += is_accepted;
    }
  }
}

static double value64(void *context, double x) {
  return (*(const hard_function *const *)context)->value(x);
}

static double value32(void *context, double x) {
  return (double)(*(const hard_function *const *)context)->value32((float)x);
}

void rules_on_hard_functions(bool is_float, rule_score scores[RULE_COUNT]) {
  for (size_t r = 0; r < RULE_COUNT; r++)
    scores[r] = (rule_score){0};
  for (size_t i = 0; i < hard_function_count; i++) {
    const hard_function *f = &hard_functions[i];
    if (f->kind == HARD_KINK || (is_float && !f->value32))
      continue;
    const double *p = is_float && f->points32 ? f->points32 : f->points;
    for (; !isnan(*p); p++) {
      trial_function function = {is_float ? value32 : value64, &f, is_float};
      double x = is_float ? (double)(float)*p : *p;
      score_element(scores, &function, x, 0, (is_float && f->derivative32 ? f->derivative32 : f->derivative)((quad)x));
    }
  }
}

void rules_on_trees(bool is_float, size_t count, uint64_t seed, rule_score scores[RULE_COUNT]) {
  for (size_t r = 0; r < RULE_COUNT; r++)
    scores[r] = (rule_score){0};
  for (size_t i = 0; i < count; i++) {
    tree made;
    tree_next(&made, &seed, is_float);
    trial_function function = {is_float ? tree_value32 : tree_value, &made, is_float};
    score_element(scores, &function, made.x, made.scale, tree_exact(&made, (quad)made.x).slope);
  }
}

double rule_alarm_share(const rule_score *score) {
  return 100 * (double)score->alarms / (double)score->count;
}

double rule_missed_share(const rule_score *score, size_t mutation) {
  return 100 * (double)score->missed[mutation] / (double)score->nonzero;
}
