/*
 * The gradient of a constant: g_i = +- dL/dc_i for a constant c of as many elements, which is differenced for that at
 * some failing elements, and at some right ones, which must agree too.
 */
#include "diagnose/diagnose_constant.h"

#include <math.h>

#include "decide/differentiate_tensor.h"
#include "evidence/candidate.h"
#include "evidence/resample.h"
#include "measure/tensor_work.h"

enum { TRIED = 2 * GCHK_SAMPLES };

/* Elements that are compared, failing ones first, and the constant's derivatives there. */
typedef struct comparison {
  size_t element[TRIED], count, failing;
  gchk_derivative *of_constant; /* GCHK_MAX_DRAWS for each */
} comparison;

static bool differentiate(gchk_diagnosis *d, size_t constant, comparison *c) {
  gchk_tensor_work work;
  if (gchk_tensor_work_init(d->work, &work, constant, NULL) != GCHK_OK)
    return false;
  for (size_t k = 0; k < c->count; k++)
    if (gchk_differentiate_element(d->work, &work, c->element[k], c->of_constant + k * GCHK_MAX_DRAWS, NULL) != GCHK_OK)
      return false;
  return true;
}

static bool equals(const gchk_diagnosis *d, const comparison *c, double sign) {
  for (size_t k = 0; k < c->count; k++) {
    for (size_t draw = 0; draw < d->draws; draw++) {
      const double a = d->tensor->analytic[draw][c->element[k]];
      const gchk_derivative *other = &c->of_constant[k * GCHK_MAX_DRAWS + draw];
      const double error = gchk_total_bound(other->bound, d->tensor->slack[draw][c->element[k]]);
      if (!(fabs(a - sign * other->value) <= gchk_candidate_tolerance(d, a, error)))
        return false;
    }
  }
  return true;
}

// One and the same number everywhere, or the upstream gradient itself, may come from anywhere.
static bool tells(const gchk_diagnosis *d, const comparison *c) {
  const double *a = d->tensor->analytic[0], *v = d->work->v[0], first = a[c->element[0]];
  bool differ = c->failing == 1 && first != 0, is_upstream = true;
  for (size_t k = 0; k < c->failing; k++) {
    const size_t i = c->element[k];
    differ = differ || a[i] != first;
    is_upstream = is_upstream && fabs(a[i]) == fabs(v[d->output_count == d->total ? i : 0]);
  }
  return differ && !is_upstream;
}

static void choose(const gchk_diagnosis *d, comparison *c) {
  c->count = c->failing = gchk_sample_failing(d, c->element);
  for (size_t k = 0; k < d->tensor->checked_count && c->count < TRIED; k++)
    if (d->tensor->verdict[d->tensor->checked[k]] == GCHK_PASS)
      c->element[c->count++] = d->tensor->checked[k];
}

static bool report(gchk_diagnosis *d, const comparison *c, const char *name, double sign) {
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_SWAPPED_TENSORS, d->fail_count,
      "analytic is the gradient of the constant %s%s (%zu of %zu that were tried): backward returns dL/d%s for dL/d%s",
      name, sign < 0 ? " with its sign changed" : "", c->failing, c->failing, name, d->t->name);
  gchk_finding_text(&d->tensor->findings, finding, "other", "%s", name);
  return true;
}

bool gchk_diagnose_constant(gchk_diagnosis *d) {
  const gchk_instance *instance = d->work->instance;
  comparison c = {.of_constant = gchk_arena_alloc(d->arena, (size_t)TRIED * GCHK_MAX_DRAWS, sizeof *c.of_constant)};
  if (d->fail_count == 0 || c.of_constant == NULL)
    return false;
  choose(d, &c);
  for (size_t i = 0; i < instance->tensor_count && tells(d, &c); i++) {
    const gchk_tensor *t = &instance->t[i];
    const bool is_real_constant = t->role == GCHK_CONSTANT && t->dtype != GCHK_I32;
    if (!is_real_constant || t->count != d->total || !gchk_may_be_changed(d, i) || !differentiate(d, i, &c))
      continue;
    for (int sign = 1; sign >= -1; sign -= 2)
      if (equals(d, &c, sign))
        return report(d, &c, t->name, sign);
  }
  return false;
}
