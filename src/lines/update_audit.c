/*
 * The audit of `update` and of `vary`.
 *
 * For a changed element, |update - forward| per output must be what two orders of summation may differ by: a small
 * part of the change itself, or of rounding on the outputs' own scale; where a coarser precision is declared, some
 * units of it of the output. A wrong update differs by about the change.
 */
#include "lines/update_audit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "measure/vary.h"
#include "numeric/steps.h"

enum {
  SAMPLED_ELEMENTS = 4,
  POINTS = 32,         /* that vary is asked about together, as it is for differences, */
  COMPARED_POINTS = 8, /* and of them those that forward is */
  MOVED_POINTS = 2     /* and at which all elements that are said to have no effect are moved too */
};

// A disagreement of this part of the change would show in a derivative; rounding is far below it.
static const double relative_part = 1e-6;
// Two summations of n terms differ by at most about n units; layers of this tool sum up to some thousands.
static const double rounding_units = 4096;
// An output as it was, as it is updated, and as forward gives it: each is rounded once.
static const double stored_units = 3;

// The output at which update and forward disagree, or output_count.
static size_t disagreement(const gchk_case_work *work, const double *updated, const double *whole) {
  double change = 0, size = 0;
  for (size_t j = 0; j < work->output_count; j++) {
    change = fmax(change, fabs(whole[j] - work->y[j]));
    size = fmax(size, fmax(fabs(whole[j]), fabs(work->y[j])));
  }
  const double unit = gchk_unit_of(work->instance->layer->dtype), declared = gchk_coarsest_unit(work->instance);
  const double of_all = relative_part * change + rounding_units * unit * size;
  for (size_t j = 0; j < work->output_count; j++) {
    const double stored = declared > unit ? stored_units * declared * fmax(fabs(whole[j]), fabs(work->y[j])) : 0;
    if (!(fabs(updated[j] - whole[j]) <= of_all + stored) && !(isnan(updated[j]) && isnan(whole[j])) &&
        updated[j] != whole[j])
      return j;
  }
  return work->output_count;
}

typedef struct audit {
  gchk_case_work *work;
  gchk_tensor_work *tensor;
  gchk_snapshot *snapshot;
  double *updated, *whole;
} audit;

/* *output: where they disagree with the element at `there`, or output_count. */
static gchk_status audit_element(audit *a, size_t element, double there, bool *has_update, size_t *output,
                                 gchk_error *error) {
  gchk_instance *instance = a->work->instance;
  gchk_tensor *t = &instance->t[a->tensor->index];
  double x = gchk_tensor_get(t, t->value, element);
  *output = a->work->output_count;
  gchk_snapshot_restore(a->snapshot, instance);
  gchk_tensor_set(t, t->value, element, there);
  gchk_status status = gchk_instance_update(instance, a->tensor->index, element, has_update, error);
  if (status == GCHK_OK && *has_update)
    status = gchk_instance_outputs(instance, a->updated, error);
  if (status == GCHK_OK && *has_update)
    status = gchk_instance_forward(instance, error);
  if (status == GCHK_OK && *has_update)
    status = gchk_instance_outputs(instance, a->whole, error);
  gchk_tensor_set(t, t->value, element, x);
  gchk_snapshot_restore(a->snapshot, instance);
  // There is no forward to compare with for an intermediate value: forward writes it anew.
  if (status == GCHK_OK && *has_update && !gchk_instance_is_inner_value(instance, a->tensor->index))
    *output = disagreement(a->work, a->updated, a->whole);
  return status;
}

static void report_disagreement(audit *a, const char *callback, size_t element, size_t output) {
  gchk_finding_list *list = &a->tensor->findings;
  gchk_finding *finding =
      gchk_finding_add(list, GCHK_CODE_UPDATE_DIFFERS,
                       "the layer's %s gives output %zu as %.17g where forward gives %.17g, after a change of "
                       "element %zu: %s is wrong, and differences were taken without it",
                       callback, output, a->updated[output], a->whole[output], element, callback);
  gchk_finding_number(list, finding, "element", (double)element);
  gchk_finding_number(list, finding, "output", (double)output);
  gchk_finding_number(list, finding, "updated", a->updated[output]);
  gchk_finding_number(list, finding, "forward", a->whole[output]);
}

static gchk_status open_audit(audit *a, gchk_case_work *work, gchk_tensor_work *tensor, gchk_snapshot *snapshot,
                              gchk_error *error) {
  *a = (audit){.work = work,
               .tensor = tensor,
               .snapshot = snapshot,
               .updated = gchk_arena_alloc(work->scratch, work->output_count, sizeof(double)),
               .whole = gchk_arena_alloc(work->scratch, work->output_count, sizeof(double))};
  return a->snapshot != NULL && a->updated != NULL && a->whole != NULL
             ? GCHK_OK
             : gchk_fail_memory(error, "a snapshot of outputs and caches");
}

/* An eighth of the element away, towards zero where there is nothing beyond. */
static double sampled_value(const gchk_case_work *work, const gchk_tensor_work *tensor, size_t element) {
  const gchk_tensor *t = &work->instance->t[tensor->index];
  const double x = gchk_tensor_get(t, t->value, element), step = (x != 0 ? fabs(x) : 1) / 8;
  return gchk_tensor_holds(t, x + step) ? x + step : x - step;
}

gchk_status gchk_audit_update(gchk_case_work *work, gchk_tensor_work *tensor, gchk_snapshot **snapshot,
                              gchk_error *error) {
  *snapshot = NULL;
  if (work->instance->layer->update == NULL)
    return GCHK_OK;
  audit a;
  bool has_update = true;
  size_t output = work->output_count;
  gchk_status status = open_audit(&a, work, tensor, gchk_snapshot_new(work->instance, GCHK_SNAPSHOT_MADE), error);
  for (size_t k = 0; k < SAMPLED_ELEMENTS && status == GCHK_OK && has_update && output == work->output_count; k++) {
    size_t element = k == 0 ? tensor->total - 1 : gchk_random_below(&work->random, tensor->total);
    status = audit_element(&a, element, sampled_value(work, tensor, element), &has_update, &output, error);
    if (output < work->output_count)
      report_disagreement(&a, "update", element, output);
  }
  if (status != GCHK_OK || !has_update || output < work->output_count) {
    gchk_snapshot_free(a.snapshot);
    a.snapshot = NULL;
  }
  *snapshot = a.snapshot;
  return status;
}

gchk_status gchk_audit_update_at(gchk_case_work *work, gchk_tensor_work *tensor, gchk_snapshot *snapshot,
                                 size_t element, double step, bool *agrees, gchk_error *error) {
  const gchk_tensor *t = &work->instance->t[tensor->index];
  const double x = gchk_tensor_get(t, t->value, element), unit = gchk_tensor_unit(work->instance, tensor->index);
  const double both[] = {gchk_step_to(x, step, unit), gchk_step_to(x, -step, unit)};
  audit a;
  *agrees = true;
  GCHK_TRY(open_audit(&a, work, tensor, snapshot, error));
  for (size_t k = 0; k < 2 && *agrees; k++) {
    bool has_update;
    size_t output;
    if (!gchk_tensor_holds(t, both[k]))
      continue;
    GCHK_TRY(audit_element(&a, element, both[k], &has_update, &output, error));
    *agrees = output == work->output_count;
    if (!*agrees)
      report_disagreement(&a, "update", element, output);
  }
  return GCHK_OK;
}

/* Elements whose gradient is largest of some drawn at random: what nothing depends on says nothing. */
static size_t choose_element(gchk_case_work *work, const gchk_tensor_work *tensor) {
  size_t best = gchk_random_below(&work->random, tensor->total);
  for (int i = 0; i < SAMPLED_ELEMENTS; i++) {
    const size_t other = gchk_random_below(&work->random, tensor->total);
    best = fabs(tensor->analytic[0][other]) > fabs(tensor->analytic[0][best]) ? other : best;
  }
  return best;
}

typedef struct points {
  size_t count, compared;
  bool *has_no_effect; // NULL: not asked
  size_t element[POINTS];
  double value[POINTS], loss[POINTS];
} points;

static bool some_have_none(const bool *has_no_effect, size_t count) {
  return has_no_effect != NULL && memchr(has_no_effect, true, count) != NULL;
}

static void add_point(gchk_case_work *work, const gchk_tensor_work *tensor, points *p, size_t e, double h) {
  const gchk_tensor *t = &work->instance->t[tensor->index];
  const double x = gchk_tensor_get(t, t->value, e), unit = gchk_tensor_unit(work->instance, tensor->index);
  const double there = gchk_step_to(x, h, unit);
  p->element[p->count] = e;
  p->value[p->count++] = gchk_tensor_holds(t, there) ? there : gchk_step_to(x, -h, unit);
}

/* Steps of all sizes, to both sides, from what a difference takes to the element's own size. */
static void choose_points(gchk_case_work *work, const gchk_tensor_work *tensor, points *p) {
  const gchk_tensor *t = &work->instance->t[tensor->index];
  p->compared = COMPARED_POINTS;
  for (size_t k = 0; k < POINTS; k++) {
    const size_t e = k == 0 ? tensor->total - 1 : choose_element(work, tensor);
    const double x = fabs(gchk_tensor_get(t, t->value, e)), h = ldexp(x != 0 ? x : 1, -(int)(k % COMPARED_POINTS));
    add_point(work, tensor, p, e, k % 2 == 0 ? h : -h);
  }
}

/* Forward at one of the points, beside vary. */
static gchk_status compare_point(audit *a, const points *p, size_t k, bool *agrees, gchk_error *error) {
  gchk_instance *instance = a->work->instance;
  gchk_tensor *t = &instance->t[a->tensor->index];
  const double x = gchk_tensor_get(t, t->value, p->element[k]);
  gchk_tensor_set(t, t->value, p->element[k], p->value[k]);
  gchk_status status = gchk_instance_forward(instance, error);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(instance, a->whole, error);
  gchk_tensor_set(t, t->value, p->element[k], x);
  *a->updated = p->loss[k];
  *agrees = status != GCHK_OK || disagreement(a->work, a->updated, a->whole) == 1;
  return status;
}

/* Moves all elements that are said to have no effect beyond every step, some up, the others down. */
static void move_without_effect(const gchk_case_work *work, const bool *has_no_effect, double *x, size_t count,
                                double way) {
  enum { SIGNS = 192 };              // no power of two: in rows as long each column would have one sign
  gchk_random random = work->random; // a copy: what is drawn after the audit is the same without it
  double sign[SIGNS];
  for (size_t k = 0; k < SIGNS; k++)
    sign[k] = gchk_random_below(&random, 2) == 0 ? way : -way;
  for (size_t first = 0; first < count; first += SIGNS)
    for (size_t k = 0; k < SIGNS && first + k < count; k++) {
      const size_t e = first + k;
      const double there = x[e] + sign[k] * (1 + fabs(x[e]));
      x[e] = (has_no_effect[e] & (there - there == 0)) ? there : x[e];
    }
}

/* The same with those moved too. */
static gchk_status compare_moved(audit *a, const points *p, size_t k, bool *agrees, gchk_error *error) {
  const gchk_tensor *t = &a->work->instance->t[a->tensor->index];
  double *before = gchk_malloc(t->count, sizeof *before);
  if (before == NULL)
    return gchk_fail_memory(error, "an audit");
  memcpy(before, t->value, t->count * sizeof *before);
  move_without_effect(a->work, p->has_no_effect, t->value, t->count, k % 2 == 0 ? 1 : -1);
  const gchk_status status = compare_point(a, p, k, agrees, error);
  memcpy(t->value, before, t->count * sizeof *before);
  free(before);
  return status;
}

static void report_effect(audit *a, const bool *has_no_effect, double whole) {
  size_t count = 0;
  for (size_t e = 0; e < a->tensor->total; e++)
    count += has_no_effect[e];
  gchk_finding_list *list = &a->tensor->findings;
  gchk_finding *finding =
      gchk_finding_add(list, GCHK_CODE_UPDATE_DIFFERS,
                       "the layer's vary gives the loss as %.17g whatever elements are that it says have no effect, "
                       "and forward gives %.17g where they are changed: vary is wrong, and differences were taken "
                       "without it",
                       *a->updated, whole);
  gchk_finding_number(list, finding, "elements", (double)count);
  gchk_finding_number(list, finding, "updated", *a->updated);
  gchk_finding_number(list, finding, "forward", whole);
}

/* At the k-th point forward gave another loss: because of what was changed there, or of what was moved besides? */
static gchk_status report_point(audit *a, const points *p, size_t k, bool is_moved, gchk_error *error) {
  const double whole = *a->whole;
  bool agrees = false;
  if (is_moved)
    GCHK_TRY(compare_point(a, p, k, &agrees, error));
  if (agrees)
    report_effect(a, p->has_no_effect, whole);
  else
    report_disagreement(a, "vary", p->element[k], 0);
  return GCHK_OK;
}

/* One-sided slopes start from it: nothing but rounding, on the scale of the losses, may be between the two. */
static bool is_base_right(const audit *a, const points *p, double base) {
  const gchk_case_work *work = a->work;
  double size = fabs(work->y[0]);
  for (size_t k = 0; k < p->count; k++)
    size = fmax(size, isfinite(p->loss[k]) ? fabs(p->loss[k]) : 0);
  if (fabs(base - work->y[0]) <= rounding_units * gchk_unit_of(work->instance->layer->dtype) * size)
    return true;
  gchk_finding_list *list = &a->tensor->findings;
  gchk_finding *finding = gchk_finding_add(
      list, GCHK_CODE_UPDATE_DIFFERS,
      "the layer's vary gives the loss as %.17g where nothing is changed, and forward gives %.17g: vary "
      "is wrong, and differences were taken without it",
      base, work->y[0]);
  gchk_finding_number(list, finding, "updated", base);
  gchk_finding_number(list, finding, "forward", work->y[0]);
  return false;
}

static gchk_status audit_points(gchk_case_work *work, gchk_tensor_work *tensor, points *p, double *base, bool *agrees,
                                gchk_error *error) {
  double loss, whole;
  audit a = {.work = work, .tensor = tensor, .updated = &loss, .whole = &whole};
  const gchk_variants variants = {.tensor = tensor->index,
                                  .count = p->count,
                                  .element = p->element,
                                  .value = p->value,
                                  .loss = p->loss,
                                  .base = base,
                                  .has_no_effect = p->has_no_effect};
  *base = (double)NAN;
  GCHK_TRY(gchk_vary(work->instance, &variants, agrees, error));
  *agrees = *agrees && is_base_right(&a, p, *base);
  // There is no forward to compare with for an intermediate value.
  if (!*agrees || gchk_instance_is_inner_value(work->instance, tensor->index))
    return GCHK_OK;
  const bool says_some = some_have_none(p->has_no_effect, tensor->total);
  for (size_t k = 0; k < p->compared && *agrees; k++) {
    const bool is_moved = says_some && k < MOVED_POINTS;
    GCHK_TRY(is_moved ? compare_moved(&a, p, k, agrees, error) : compare_point(&a, p, k, agrees, error));
    if (!*agrees)
      GCHK_TRY(report_point(&a, p, k, is_moved, error));
  }
  return gchk_instance_forward(work->instance, error);
}

/* Where only some elements are checked, few of them need it; and forward cannot tell of what it writes itself. */
static bool may_have_no_effect(const gchk_case_work *work, const gchk_tensor_work *tensor) {
  return work->instance->t[tensor->index].dtype == GCHK_F64 && tensor->checked_count == tensor->total &&
         !gchk_instance_is_inner_value(work->instance, tensor->index);
}

gchk_status gchk_audit_vary(gchk_case_work *work, gchk_tensor_work *tensor, bool *varies, double *base,
                            bool **has_no_effect, gchk_error *error) {
  *varies = false;
  *has_no_effect = NULL;
  if (work->instance->layer->vary == NULL || work->output_count != 1)
    return GCHK_OK;
  const bool asks = may_have_no_effect(work, tensor);
  points *p = gchk_arena_alloc(work->scratch, 1, sizeof *p);
  bool *said = asks ? gchk_arena_alloc(work->scratch, tensor->total, sizeof *said) : NULL;
  if (p == NULL || (asks && said == NULL))
    return gchk_fail_memory(error, "an audit");
  p->has_no_effect = said;
  choose_points(work, tensor, p);
  GCHK_TRY(audit_points(work, tensor, p, base, varies, error));
  if (*varies && some_have_none(said, tensor->total))
    *has_no_effect = said;
  return GCHK_OK;
}

gchk_status gchk_audit_vary_at(gchk_case_work *work, gchk_tensor_work *tensor, size_t element, double step,
                               bool *agrees, gchk_error *error) {
  points p = {.compared = 2};
  double base;
  add_point(work, tensor, &p, element, step);
  add_point(work, tensor, &p, element, -step);
  return audit_points(work, tensor, &p, &base, agrees, error);
}
