/*
 * Probe: what backward does with what is in the gradient buffers already.
 *
 * Backward runs onto zeros (g0) and onto two random patterns p. At every element one of these holds:
 *
 *     g == g0          it overwrites
 *     g == p + g0      it accumulates
 *     g == p           it was never written, or 0 was added to it (g0 == 0: the two cannot be told apart here)
 *     none of them     what it computes depends on the buffers in another way
 *
 * One tensor must have one rule, and the one that it declares. The patterns are far larger than what rounding explains,
 * so that no rule is taken for another: of the tensor's own size, and of that of the largest gradient where additions
 * in another order may change more than the tensor holds. What fits no rule then may still be what is left of terms
 * that cancel: once more, with patterns that are large beside the measured limits of each element, before it is blamed.
 */
#include "probe/probe_rules.h"

#include <math.h>

#include "calls/probe_spread.h"
#include "core/memory.h"
#include "instance/precision.h"
#include "probe/row_padding.h"

enum { PATTERNS = 2 };

typedef enum rule { OVERWRITES, ACCUMULATES, UNTOUCHED, OTHER, UNKNOWN, RULE_COUNT } rule;

typedef struct trial {
  gchk_gradients pattern[PATTERNS], result[PATTERNS];
  double largest;    /* of all gradients */
  double reordering; /* relative: what another order of additions may change */
  bool has_limits;   /* the measured limits count too */
} trial;

// What holds at one element under one pattern.
static rule rule_of(double onto_zero, double pattern, double result, double slack) {
  if (!isfinite(onto_zero))
    return UNKNOWN;
  if (gchk_is_same(result, onto_zero))
    return OVERWRITES;
  if (result == pattern && onto_zero == 0)
    return UNTOUCHED;
  if (fabs(result - (pattern + onto_zero)) <= slack)
    return ACCUMULATES;
  return fabs(result - onto_zero) <= slack ? OVERWRITES : OTHER;
}

// What holds under two patterns. What is left of terms that cancel is added to one of them, and lost in the other.
static rule rule_of_both(rule one, rule other) {
  const bool may_add = (one == UNTOUCHED || one == ACCUMULATES) && (other == UNTOUCHED || other == ACCUMULATES);
  return one == other ? one : may_add ? ACCUMULATES : OTHER;
}

typedef struct tally {
  size_t count[RULE_COUNT];
  size_t first[RULE_COUNT]; /* an element where it holds */
} tally;

// What rounding explains of element k of tensor i, by itself.
static double slack_of(const gchk_probe *probe, const trial *t, size_t i, size_t k) {
  return t->reordering * t->largest + (t->has_limits ? 2 * probe->limits.gradient[i][k] : 0);
}

static tally tally_tensor(const gchk_probe *probe, const trial *t, size_t i) {
  tally result = {{0}, {0}};
  for (size_t k = probe->instance->t[i].count; k-- > 0;) {
    rule found = UNKNOWN;
    for (int p = 0; p < PATTERNS; p++) {
      double pattern = t->pattern[p].of[i][k];
      double slack = slack_of(probe, t, i, k) + t->reordering * fabs(pattern);
      rule one = rule_of(probe->base.of[i][k], pattern, t->result[p].of[i][k], slack);
      found = p == 0 ? one : rule_of_both(found, one);
    }
    result.count[found]++;
    result.first[found] = k;
  }
  return result;
}

// Is what backward leaves alone the gap at the end of each row?
static bool is_in_gaps(const gchk_probe *probe, const trial *both, size_t i) {
  const gchk_tensor *t = &probe->instance->t[i];
  unsigned char *untouched = gchk_arena_alloc(probe->arena, t->count, 1);
  if (untouched == NULL)
    return false; // the arena says so
  for (size_t k = 0; k < t->count; k++)
    untouched[k] = both->result[0].of[i][k] == both->pattern[0].of[i][k];
  return gchk_is_row_padding(probe->instance, t, untouched);
}

static void report_one(gchk_probe *probe, gchk_code code, size_t i, size_t element, size_t count,
                       const char *sentence) {
  const gchk_tensor *t = &probe->instance->t[i];
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding =
      gchk_probe_report(probe, code, t->name, "the gradient of %s: %s (%zu of %zu elements, the first is %s)", t->name,
                        sentence, count, t->count, gchk_index_format(&t->shape, element, index, sizeof index));
  gchk_finding_number(&probe->work->findings, finding, "index", (double)element);
  gchk_finding_number(&probe->work->findings, finding, "elements", (double)count);
  gchk_finding_text(&probe->work->findings, finding, "calls", "backward onto zeros, and onto two patterns");
}

static void judge_tensor(gchk_probe *probe, const trial *both, size_t i, const tally *found) {
  const size_t *n = found->count, *first = found->first;
  gchk_grad_rule declared = probe->instance->layer->tensors[i].grad;
  size_t total = probe->instance->t[i].count;
  if (n[OTHER] > 0)
    report_one(probe, GCHK_CODE_READS_GRADIENT, i, first[OTHER], n[OTHER],
               "it depends on what was in the gradient buffers, and not by adding to it");
  else if (n[OVERWRITES] > 0 && n[ACCUMULATES] > 0)
    report_one(probe, GCHK_CODE_MIXED_GRADIENT_RULE, i, first[OVERWRITES], n[OVERWRITES],
               "some elements are overwritten and others accumulated into");
  else if (declared == GCHK_GRAD_ACCUMULATE && n[OVERWRITES] > 0)
    report_one(probe, GCHK_CODE_OVERWRITES_GRADIENT, i, first[OVERWRITES], n[OVERWRITES],
               "backward overwrites (=) what it declares to accumulate into (+=), and loses what was there");
  else if (declared == GCHK_GRAD_OVERWRITE && n[ACCUMULATES] > 0)
    report_one(probe, GCHK_CODE_ACCUMULATES_GRADIENT, i, first[ACCUMULATES], n[ACCUMULATES],
               "backward accumulates (+=) into what it declares to overwrite (=): the caller's garbage stays in");
  if (n[UNTOUCHED] == 0 || n[ACCUMULATES] > 0 || is_in_gaps(probe, both, i))
    return;
  if (n[OVERWRITES] > 0)
    report_one(probe, GCHK_CODE_UNWRITTEN_GRADIENT, i, first[UNTOUCHED], n[UNTOUCHED],
               "backward never writes some elements and overwrites the others: garbage stays in them");
  else if (declared == GCHK_GRAD_OVERWRITE && n[UNTOUCHED] == total)
    report_one(probe, GCHK_CODE_UNWRITTEN_GRADIENT, i, first[UNTOUCHED], n[UNTOUCHED],
               "backward declares to overwrite it and never writes it");
}

// Undeclared rules: no caller can serve two parameters, or two inputs, that want different things.
static void judge_role(gchk_probe *probe, const tally *tallies, gchk_role role) {
  const gchk_instance *instance = probe->instance;
  size_t overwrites = instance->tensor_count, accumulates = instance->tensor_count;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    bool is_undeclared = instance->layer->tensors[i].grad == GCHK_GRAD_DETECT;
    const size_t *n = tallies[i].count;
    if (instance->t[i].role != role || probe->base.of[i] == NULL || !is_undeclared || n[OTHER] > 0)
      continue;
    if (n[ACCUMULATES] > 0 && n[OVERWRITES] == 0)
      accumulates = i;
    if (n[OVERWRITES] > 0 && n[ACCUMULATES] == 0)
      overwrites = i;
  }
  if (overwrites == instance->tensor_count || accumulates == instance->tensor_count)
    return;
  const char *one = instance->t[overwrites].name, *two = instance->t[accumulates].name;
  gchk_finding *finding =
      gchk_probe_report(probe, GCHK_CODE_MIXED_GRADIENT_RULE, one,
                        "backward overwrites (=) the gradient of %s and accumulates (+=) into that of %s: a caller who "
                        "zeroes once and adds up "
                        "several backwards loses all but the last of %s; declare the rules if it is meant",
                        one, two, one);
  gchk_finding_text(&probe->work->findings, finding, "accumulates", "%s", two);
}

static double largest_of(const double *x, size_t count) {
  double largest = 0;
  for (size_t k = 0; k < count; k++)
    if (isfinite(x[k]))
      largest = fmax(largest, fabs(x[k]));
  return largest;
}

// The size of the pattern for a tensor: its own, or more where rounding alone may be as large.
static double scale_of(const gchk_probe *probe, const trial *t, size_t i) {
  static const double beyond = 32;
  const size_t count = probe->instance->t[i].count;
  double slack = t->reordering * t->largest;
  for (size_t k = 0; t->has_limits && k < count; k++)
    slack = fmax(slack, slack_of(probe, t, i, k));
  const double scale = fmax(largest_of(probe->base.of[i], count), beyond * slack);
  return scale > 0 ? scale : 1;
}

static gchk_status run_trial(gchk_probe *probe, trial *t, gchk_error *error) {
  gchk_instance *instance = probe->instance;
  for (int p = 0; p < PATTERNS; p++) {
    for (size_t i = 0; i < instance->tensor_count; i++) {
      const double scale = probe->base.of[i] != NULL ? scale_of(probe, t, i) : 0;
      for (size_t k = 0; t->pattern[p].of[i] != NULL && k < instance->t[i].count; k++) {
        double x = scale * gchk_random_signed(&probe->random);
        t->pattern[p].of[i][k] = instance->t[i].dtype == GCHK_F32 ? (double)(float)x : x;
      }
    }
    GCHK_TRY(gchk_probe_forward(probe, instance, "forward before a backward onto a pattern", error));
    GCHK_TRY(gchk_probe_backward(probe, instance, probe->upstream, &t->pattern[p], "backward onto a pattern", error));
    gchk_gradients_read(instance, &t->result[p]);
  }
  return GCHK_OK;
}

static gchk_status trial_new(gchk_probe *probe, trial *t, gchk_error *error) {
  // n terms: n u at the most, and with high probability sqrt(n) u (measure/reordering.h).
  const double likely = 3 * (8 + sqrt((double)probe->largest_count)) * fmax(GCHK_UNIT_F32, probe->unit);
  *t = (trial){.reordering = fmin(gchk_probe_reordering(probe), likely)};
  for (size_t i = 0; i < probe->instance->tensor_count; i++)
    if (probe->base.of[i] != NULL)
      t->largest = fmax(t->largest, largest_of(probe->base.of[i], probe->instance->t[i].count));
  for (int p = 0; p < PATTERNS; p++) {
    GCHK_TRY(gchk_gradients_new(probe, probe->instance, &t->pattern[p], error));
    GCHK_TRY(gchk_gradients_new(probe, probe->instance, &t->result[p], error));
  }
  return GCHK_OK;
}

// Tallies all tensors; true where none has an element that fits no rule, or two rules.
static bool tally_all(const gchk_probe *probe, const trial *t, tally *tallies) {
  bool is_clear = true;
  for (size_t i = 0; i < probe->instance->tensor_count; i++) {
    if (probe->base.of[i] == NULL)
      continue;
    tallies[i] = tally_tensor(probe, t, i);
    const size_t *n = tallies[i].count;
    is_clear = is_clear && n[OTHER] == 0 && (n[OVERWRITES] == 0 || n[ACCUMULATES] == 0);
  }
  return is_clear;
}

gchk_status gchk_probe_rules(gchk_probe *probe, gchk_error *error) {
  if (!probe->is_repeatable)
    return GCHK_OK;
  gchk_instance *instance = probe->instance;
  trial t;
  GCHK_TRY(trial_new(probe, &t, error));
  GCHK_TRY(run_trial(probe, &t, error));
  tally *tallies = gchk_arena_alloc(probe->arena, instance->tensor_count, sizeof *tallies);
  if (tallies == NULL)
    return gchk_fail_memory(error, "the probes");
  if (!tally_all(probe, &t, tallies)) {
    GCHK_TRY(gchk_probe_find_limits(probe, error));
    t.has_limits = true;
    GCHK_TRY(run_trial(probe, &t, error));
    (void)tally_all(probe, &t, tallies);
  }
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (probe->base.of[i] != NULL)
      judge_tensor(probe, &t, i, &tallies[i]);
  judge_role(probe, tallies, GCHK_PARAMETER);
  judge_role(probe, tallies, GCHK_INPUT);
  return GCHK_OK;
}
