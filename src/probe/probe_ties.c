/*
 * Probe: elements of an input that have one value, moved together.
 *
 * Where values are tied each gradient alone may be right (any slope between the one-sided ones is) and their sum wrong:
 * every tied maximum takes all of the gradient. Along the direction that moves all of a tied group the sum must
 * agree with the difference. Only a group whose elements are right one by one is reported here, and of which one at
 * least sits on a kink: where a function is smooth the sum of right gradients is right.
 */
#include "probe/probe_ties.h"

#include <math.h>

#include "calls/probe_direction.h"
#include "calls/probe_spread.h"
#include "core/memory.h"
#include "measure/judge.h"
#include "measure/variable.h"

enum { MOST_GROUPS = 8, MOST_ELEMENTS = 32, LARGEST_TENSOR = 1024 };

typedef struct group {
  size_t tensor, count;
  size_t element[MOST_ELEMENTS];
  double value;
} group;

// The next group of tied elements whose first is at `from` or later; false when there is none.
static bool next_group(const gchk_tensor *t, size_t *from, group *g) {
  for (; *from < t->count; ++*from) {
    double x = gchk_tensor_get(t, t->value, *from);
    bool is_first = true;
    for (size_t k = 0; k < *from && is_first; k++)
      is_first = gchk_tensor_get(t, t->value, k) != x;
    g->count = 0;
    for (size_t k = *from; is_first && k < t->count && g->count < MOST_ELEMENTS; k++)
      if (gchk_tensor_get(t, t->value, k) == x)
        g->element[g->count++] = k;
    g->value = x;
    if (is_first && g->count > 1) {
      ++*from;
      return true;
    }
  }
  return false;
}

// Is the sum of the group's gradients what moving elements first .. last of it shows?
static gchk_status judge_together(gchk_probe *probe, const group *g, size_t first, size_t count, gchk_verdict *verdict,
                                  double *sum, double *numeric, gchk_error *error) {
  gchk_direction direction;
  gchk_derivative *derivative = gchk_arena_alloc(probe->arena, 1, sizeof *derivative);
  if (derivative == NULL)
    return gchk_fail_memory(error, "the probes");
  const gchk_tensor *t = &probe->instance->t[g->tensor];
  double step = gchk_scale_of(g->value, gchk_root_mean_square(t)), largest = 0;
  for (size_t k = 0; k < t->count; k++)
    if (isfinite(probe->base.of[g->tensor][k]))
      largest = fmax(largest, fabs(probe->base.of[g->tensor][k]));
  GCHK_TRY(gchk_direction_init(&direction, probe, probe->instance, error));
  for (size_t k = first; k < first + count; k++)
    direction.step.of[g->tensor][g->element[k]] = step;
  GCHK_TRY(gchk_direction_slope(&direction, probe, &probe->base, derivative, sum, error));
  const gchk_allowance allowance = {.unit = probe->unit, .largest = largest * step};
  gchk_judgement judgement = gchk_judge(*sum, derivative, &allowance);
  *numeric = derivative->value / step;
  *sum /= step;
  *verdict = derivative->smoothness == GCHK_UNDEFINED ? GCHK_INCONCLUSIVE : judgement.verdict;
  // Where moving all of them kinks too, several units may, and then a sum beyond the two slopes is no mistake.
  if (count > 1 && derivative->smoothness == GCHK_KINKED)
    *verdict = GCHK_INCONCLUSIVE;
  return GCHK_OK;
}

static gchk_status probe_group(gchk_probe *probe, const group *g, gchk_error *error) {
  const gchk_tensor *t = &probe->instance->t[g->tensor];
  gchk_verdict verdict = GCHK_INCONCLUSIVE;
  double sum = 0, numeric = 0, alone, ignored;
  GCHK_TRY(judge_together(probe, g, 0, g->count, &verdict, &sum, &numeric, error));
  if (verdict != GCHK_FAIL)
    return GCHK_OK;
  // What additions in another order change of the gradients is no tie.
  double explained = 0;
  GCHK_TRY(gchk_probe_find_limits(probe, error));
  for (size_t k = 0; k < g->count; k++)
    explained += probe->limits.gradient[g->tensor][g->element[k]];
  if (fabs(sum - numeric) <= explained)
    return GCHK_OK;
  bool has_kink = false;
  for (size_t k = 0; k < g->count; k++) {
    GCHK_TRY(judge_together(probe, g, k, 1, &verdict, &alone, &ignored, error));
    if (verdict != GCHK_PASS && verdict != GCHK_KINK)
      return GCHK_OK;
    has_kink = has_kink || verdict == GCHK_KINK;
  }
  if (!has_kink)
    return GCHK_OK;
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_WRONG_AT_TIES, t->name,
      "%zu elements of %s are tied at %.6g (the first is %s): each gradient alone is a slope that could be, but they "
      "add up to %.6g "
      "where moving all of them shows %.6g: every tied one takes what belongs to one",
      g->count, t->name, g->value, gchk_index_format(&t->shape, g->element[0], index, sizeof index), sum, numeric);
  gchk_finding_number(&probe->work->findings, finding, "index", (double)g->element[0]);
  gchk_finding_number(&probe->work->findings, finding, "sum", sum);
  gchk_finding_number(&probe->work->findings, finding, "numeric", numeric);
  return GCHK_OK;
}

gchk_status gchk_probe_ties(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  if (!probe->is_repeatable)
    return GCHK_OK;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    group g = {.tensor = i};
    size_t from = 0;
    if (t->role != GCHK_INPUT || probe->base.of[i] == NULL || t->count > LARGEST_TENSOR)
      continue;
    for (size_t n = 0; n < MOST_GROUPS && next_group(t, &from, &g); n++)
      GCHK_TRY(probe_group(probe, &g, error));
  }
  gchk_probe_restore(probe);
  return gchk_instance_forward(probe->instance, error);
}
