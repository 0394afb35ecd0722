/*
 * The emulated rules.
 *
 *     PyTorch gradcheck      h = 1e-6   |g - n| <= 1e-5 + 1e-3 |n|                       (made for double)
 *     JAX check_grads        h = 1e-4   |g - n| <= t + t |n|, t = 1e-5 in double, 2e-3 in float
 *     Chainer check_backward h = 1e-3   |g - n| <= 1e-5 + 1e-4 |n|
 *     Caffe GradientChecker  h = 1e-2   |g - n| <= 1e-3 max(|g|, |n|, 1)                 (the pair most tests give)
 *     Ridders, GSL           rules_estimates.c   |g - n| <= 3 times the error that the rule itself states; undecided,
 *                                                as ours is, where that is more than 2 % of max(|g|, |n|)
 *
 * g is the analytic value, n = (f(x+h) - f(x-h))/2h. Left out: that JAX and Chainer take a random direction over all
 * elements at once, which only hides more.
 */
#include "bench/rules.h"

#include <math.h>

#include "bench/rules_estimates.h"
#include "numeric/families_trial.h"
#include "numeric/trees.h"

typedef struct fixed_rule {
  const char *name;
  double step;
  double absolute[2], relative[2]; /* in double, in float */
  double floor;                    /* Caffe: relative to max(|g|, |n|, floor) */
  rule_estimate (*estimate)(const trial_function *function, double x, double s); /* NULL: a fixed step */
} fixed_rule;

static const fixed_rule fixed_rules[RULE_COUNT] = {
    {.name = "gradcheck (this)"},
    {.name = "PyTorch gradcheck", .step = 1e-6, .absolute = {1e-5, 1e-5}, .relative = {1e-3, 1e-3}},
    {.name = "JAX check_grads", .step = 1e-4, .absolute = {1e-5, 2e-3}, .relative = {1e-5, 2e-3}},
    {.name = "Chainer check_backward", .step = 1e-3, .absolute = {1e-5, 1e-5}, .relative = {1e-4, 1e-4}},
    {.name = "Caffe GradientChecker", .step = 1e-2, .relative = {1e-3, 1e-3}, .floor = 1},
    {.name = "Ridders", .estimate = rule_ridders},
    {.name = "GSL deriv_central", .estimate = rule_gsl_central},
};

const char *rule_name(size_t rule) {
  return fixed_rules[rule].name;
}

static const double factors[GCHK_MUTATIONS] = {-1, 0, 2, 1.1, 1.01, 1.001};

typedef enum decision { ACCEPTED, REJECTED, UNDECIDED } decision;
static const double error_bars = 3, resolution = 0.02;

static decision decide(const fixed_rule *rule, double g, const rule_estimate *n, bool is_float) {
  double largest = fmax(fabs(g), fabs(n->value));
  if (!rule->estimate) {
    double size = rule->floor > 0 ? fmax(largest, rule->floor) : fabs(n->value);
    double allowed = rule->absolute[is_float] + rule->relative[is_float] * size;
    return fabs(g - n->value) <= allowed ? ACCEPTED : REJECTED;
  }
  if (!isfinite(n->value) || !isfinite(n->error))
    return UNDECIDED;
  if (!(fabs(g - n->value) <= error_bars * n->error))
    return REJECTED;
  return n->error <= resolution * largest ? ACCEPTED : UNDECIDED;
}

static decision decision_of(gchk_verdict verdict, bool below_resolution) {
  if (verdict == GCHK_FAIL)
    return REJECTED;
  return verdict <= GCHK_KINK && !below_resolution ? ACCEPTED : UNDECIDED;
}

/* What our rule says of one element: of g and of the spoilt ones. */
typedef struct our_decision {
  double g;
  decision of_right, of_wrong[GCHK_MUTATIONS];
} our_decision;

static void score_rule(rule_score *score, double g, decision of_right, const decision of_wrong[GCHK_MUTATIONS]) {
  score->count++;
  score->nonzero += g != 0;
  score->alarms += of_right == REJECTED;
  score->undecided += of_right == UNDECIDED;
  for (size_t m = 0; m < GCHK_MUTATIONS && g != 0; m++)
    score->missed[m] += of_wrong[m] == ACCEPTED;
}

static void score_element(rule_score scores[RULE_COUNT], const our_decision *ours, const trial_function *function,
                          double x, double s) {
  score_rule(&scores[OUR_RULE], ours->g, ours->of_right, ours->of_wrong);
  for (size_t r = 1; r < RULE_COUNT; r++) {
    const fixed_rule *rule = &fixed_rules[r];
    rule_estimate n = rule->estimate ? rule->estimate(function, x, s)
                                     : (rule_estimate){.value = rule_quotient(function, x, rule->step)};
    decision of_wrong[GCHK_MUTATIONS];
    for (size_t m = 0; m < GCHK_MUTATIONS; m++)
      of_wrong[m] = decide(rule, factors[m] * ours->g, &n, function->is_float);
    score_rule(&scores[r], ours->g, decide(rule, ours->g, &n, function->is_float), of_wrong);
  }
}

static void score_trial(rule_score scores[RULE_COUNT], const trial_function *function, double x, double scale,
                        quad exact) {
  trial result;
  trial_run(&result, function, x, scale, exact, NOISE_MEASURED);
  // Undecided is what is inconclusive: a zero that is told from nothing else is not.
  our_decision ours = {.g = result.g, .of_right = decision_of(result.judgement.verdict, false)};
  for (size_t m = 0; m < GCHK_MUTATIONS; m++)
    ours.of_wrong[m] = decision_of(result.wrong[m].verdict, result.wrong[m].resolution != GCHK_RESOLVED);
  score_element(scores, &ours, function, x, result.scale);
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
      score_trial(scores, &function, x, 0, (is_float && f->derivative32 ? f->derivative32 : f->derivative)((quad)x));
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
    score_trial(scores, &function, made.x, made.scale, tree_exact(&made, (quad)made.x).slope);
  }
}

void rules_on_families(bool is_float, size_t count, rule_score scores[RULE_COUNT]) {
  for (size_t r = 0; r < RULE_COUNT; r++)
    scores[r] = (rule_score){0};
  for (size_t f = 0; f < family_count(); f++) {
    const family *of = family_at(f);
    // Where there is no one derivative, or none that any difference could show, there is nothing to compare.
    for (size_t i = 0; i < count && (of->kind == FAMILY_SMOOTH || of->kind == FAMILY_RIPPLE); i++) {
      family_type type = is_float ? FAMILY_F32 : FAMILY_F64;
      family_member member;
      family_result result;
      family_member_make(&member, of, i, is_float);
      family_trial(&result, of, &member, type);
      our_decision ours = {.g = result.g[0], .of_right = decision_of(result.verdict, false)};
      for (size_t m = 0; m < GCHK_MUTATIONS; m++)
        ours.of_wrong[m] = result.caught[m] ? REJECTED : result.passed[m] ? ACCEPTED : UNDECIDED;
      family_phi phi = {of, &member, type};
      double s = fmax(fabs(member.x), member.scale);
      score_element(scores, &ours, &(trial_function){family_phi_value, &phi, is_float}, member.x, s > 0 ? s : 1);
    }
  }
}

double rule_alarm_share(const rule_score *score) {
  return 100 * (double)score->alarms / (double)score->count;
}

double rule_missed_share(const rule_score *score, size_t mutation) {
  return 100 * (double)score->missed[mutation] / (double)score->nonzero;
}
