/*
 * What a case expects: values, gradients, and gradients from elsewhere.
 *
 * Expected values and gradients are numbers that somebody printed, with a relative tolerance that says to how many
 * digits; they are compared with analytic gradients for an upstream gradient of 1, or the one that the case gives.
 * Reference gradients come from an autograd and are compared with analytic and numeric ones, as numpy.allclose does.
 * What rounding inside backward was measured to do is allowed beside it, for an autograd of that precision adds in an
 * order of its own, and so does each kernel of a BLAS.
 */
#include "claims/expectations.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "instance/meaning.h"
#include "measure/tensor_work.h"
#include "start/case_instance.h"

static double tolerance_of(const gchk_tensor_setting *setting, gchk_dtype dtype) {
  return setting->expected_tolerance > 0 ? setting->expected_tolerance : dtype == GCHK_F32 ? 1e-5 : 1e-7;
}

static bool is_close(double got, double expected, double tolerance, double largest) {
  // Printed numbers have an absolute resolution too: one unit of the tolerance of the tensor's largest.
  return fabs(got - expected) <= tolerance * fmax(fabs(expected), largest);
}

typedef struct comparison {
  const double *expected;
  size_t count;
  double tolerance;
  const void *buffer;
  double scale;
  const char *what;
} comparison;

static void compare(gchk_finding_list *list, const gchk_tensor *t, const comparison *c, gchk_code code) {
  if (c->count != 1 && c->count != t->count) {
    (void)gchk_finding_add(list, code, "%zu expected %ss of %s for %zu elements", c->count, c->what, t->name, t->count);
    return;
  }
  double largest = 0;
  for (size_t e = 0; e < c->count; e++)
    largest = fmax(largest, fabs(c->expected[e]));
  size_t wrong = 0, first = 0;
  for (size_t e = t->count; e-- > 0;) {
    double got = gchk_tensor_get(t, c->buffer, e) / c->scale;
    if (!is_close(got, c->expected[c->count == 1 ? 0 : e], c->tolerance, largest)) {
      wrong++;
      first = e;
    }
  }
  if (wrong == 0)
    return;
  double got = gchk_tensor_get(t, c->buffer, first) / c->scale;
  double expected = c->expected[c->count == 1 ? 0 : first];
  gchk_finding *finding = gchk_finding_add(
      list, code,
      "the %s of %s is %.17g at element %zu where %.17g is expected (%zu of %zu differ by more than %.3g relative)",
      c->what, t->name, got, first, expected, wrong, t->count, c->tolerance);
  gchk_finding_text(list, finding, "tensor", "%s", t->name);
  gchk_finding_number(list, finding, "element", (double)first);
  gchk_finding_number(list, finding, "value", got);
  gchk_finding_number(list, finding, "expected", expected);
}

static void take_given_upstream(const gchk_case_work *work, const gchk_instance *instance, double *v) {
  size_t at = 0;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->role != GCHK_OUTPUT)
      continue;
    const gchk_tensor_setting *setting = gchk_case_setting(work->spec, t->name);
    for (size_t k = 0; k < t->count; k++, at++)
      if (setting != NULL && setting->upstream != NULL && at < work->output_count)
        v[at] = setting->upstream[setting->upstream_count == 1 ? 0 : k];
  }
}

// What rounding inside backward does to each element, for an upstream gradient v; 0 where it was not measured.
static void slack_for(const gchk_case_work *work, size_t index, const double *v, size_t count, double *slack) {
  memset(slack, 0, count * sizeof *slack);
  for (size_t k = 0; k < work->tensor_count; k++) {
    const gchk_tensor_work *tensor = &work->tensors[k];
    for (size_t c = 0; tensor->index == index && c < tensor->checked_count; c++) {
      const size_t e = tensor->checked[c];
      // The draws of a scalar output are numbers; those of several outputs are of the size of v.
      for (size_t draw = 0; draw < work->draw_count && tensor->point[e] == 0; draw++) {
        const double size = work->output_count == 1 ? fabs(v[0] / work->v[draw][0]) : 1;
        if (isfinite(size * tensor->slack[draw][e]))
          slack[e] = fmax(slack[e], size * tensor->slack[draw][e]);
      }
    }
  }
}

static void compare_reference(const gchk_tensor_setting *setting, const double *analytic, const double *numeric,
                              const double *slack, size_t count, gchk_reference_result *r) {
  r->present = true;
  r->rtol = setting->reference_rtol > 0 ? setting->reference_rtol : 1e-5;
  r->atol = setting->reference_atol > 0 ? setting->reference_atol : 1e-8;
  r->elements = count;
  r->numeric_max_abs_diff = numeric == NULL ? (double)NAN : 0;
  for (size_t e = 0; e < count; e++) {
    double reference = setting->reference[e];
    double diff = fabs(analytic[e] - reference);
    r->fail += !(diff <= r->atol + r->rtol * fabs(reference) + slack[e]);
    r->max_abs_diff = diff > r->max_abs_diff || isnan(diff) ? diff : r->max_abs_diff;
    if (numeric != NULL && !isnan(numeric[e]))
      r->numeric_max_abs_diff = fmax(r->numeric_max_abs_diff, fabs(numeric[e] - reference));
  }
}

/*
 * The true error of the numeric derivatives beside their bounds, where the reference is for what they are derivatives
 * of: an upstream gradient of 1, the first draw of a scalar output.
 */
static void compare_bounds(const gchk_case_work *work, const gchk_tensor_setting *setting, size_t index,
                           const double *v, gchk_reference_result *r) {
  r->covered = r->worst_bars = (double)NAN;
  if (work->output_count != 1 || v[0] != work->v[0][0])
    return;
  for (size_t k = 0; k < work->tensor_count; k++) {
    const gchk_tensor_work *tensor = &work->tensors[k];
    size_t covered = 0, compared = 0;
    for (size_t c = 0; tensor->index == index && c < tensor->checked_count; c++) {
      size_t e = tensor->checked[c];
      // A reference is of the base point.
      if (!isfinite(tensor->numeric[0][e]) || tensor->verdict[e] == GCHK_KINK || tensor->point[e] != 0)
        continue;
      double off = fabs(tensor->numeric[0][e] - setting->reference[e]), bound = tensor->numeric_bound[0][e];
      double bars = off > 0 ? off / bound : 0;
      compared++;
      covered += off <= bound;
      r->worst_bars = fmax(r->worst_bars, bars);
    }
    if (compared > 0)
      r->covered = (double)covered / (double)compared;
  }
}

static void report_reference(gchk_finding_list *list, const gchk_tensor *t, const gchk_reference_result *r) {
  if (r->fail == 0)
    return;
  gchk_finding *finding = gchk_finding_add(
      list, GCHK_CODE_REFERENCE_DIFFERS,
      "%zu of %zu analytic gradients of %s are not close to the reference %s (rtol %.3g, atol %.3g; largest difference "
      "%.3g; numeric against reference %.3g)",
      r->fail, r->elements, t->name, r->source, r->rtol, r->atol, r->max_abs_diff, r->numeric_max_abs_diff);
  gchk_finding_text(list, finding, "tensor", "%s", t->name);
  gchk_finding_number(list, finding, "max_abs_diff", r->max_abs_diff);
}

// The numeric gradient for the upstream gradient v, where it can be had from what was differentiated; NULL otherwise.
static const double *numeric_for(gchk_case_work *work, size_t index, const double *v, double *room) {
  for (size_t k = 0; k < work->tensor_count; k++) {
    const gchk_tensor_work *tensor = &work->tensors[k];
    if (tensor->index != index || (tensor->jacobian == NULL && work->output_count > 1))
      continue;
    for (size_t e = 0; e < tensor->total; e++) {
      const bool is_here = tensor->point[e] == 0; // of another point there is no numeric gradient for it
      room[e] = !is_here ? (double)NAN : work->output_count == 1 ? v[0] * tensor->numeric[0][e] : 0;
      for (size_t j = 0; work->output_count > 1 && j < work->output_count; j++)
        room[e] += v[j] * tensor->jacobian[e * work->output_count + j];
    }
    return room;
  }
  return NULL;
}

/*
 * The reference of a symmetric tensor with (i,j) and (j,i) added up, as analytic and numeric gradients are compared:
 * whoever made it may divide them otherwise.
 */
static gchk_status fold_reference(gchk_case_work *work, const gchk_instance *instance, size_t i, double *analytic,
                                  gchk_tensor_setting *setting, gchk_error *error) {
  if (!instance->layer->tensors[i].symmetric)
    return GCHK_OK;
  double *folded = gchk_arena_copy(work->scratch, setting->reference, setting->reference_count, sizeof *folded);
  if (folded == NULL)
    return gchk_fail_memory(error, "a reference gradient");
  gchk_fold_symmetric(instance, i, folded);
  gchk_fold_symmetric(instance, i, analytic);
  setting->reference = folded;
  return GCHK_OK;
}

static gchk_status compare_references(gchk_case_work *work, const gchk_instance *instance, const double *v,
                                      gchk_case_result *result, gchk_error *error) {
  double scale = gchk_grad_scale(instance->layer);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    const gchk_tensor_setting *said = gchk_case_setting(work->spec, t->name);
    if (said == NULL || said->reference == NULL || t->grad == NULL)
      continue;
    gchk_tensor_setting setting = *said;
    if (setting.reference_count != t->count)
      return gchk_fail(error, GCHK_INVALID, "%s: the reference gradient has %zu elements, the tensor %zu", t->name,
                       setting.reference_count, t->count);
    double *analytic = gchk_arena_alloc(work->scratch, t->count, sizeof *analytic);
    double *room = gchk_arena_alloc(work->scratch, t->count, sizeof *room);
    double *slack = gchk_arena_alloc(work->scratch, t->count, sizeof *slack);
    if (analytic == NULL || room == NULL || slack == NULL)
      return gchk_fail_memory(error, "a reference gradient");
    for (size_t e = 0; e < t->count; e++)
      analytic[e] = gchk_tensor_get(t, t->grad, e) / scale;
    GCHK_TRY(fold_reference(work, instance, i, analytic, &setting, error));
    gchk_reference_result reference = {0};
    slack_for(work, i, v, t->count, slack);
    compare_reference(&setting, analytic, numeric_for(work, i, v, room), slack, t->count, &reference);
    compare_bounds(work, &setting, i, v, &reference);
    reference.source = gchk_arena_strdup(work->arena, setting.reference_source != NULL ? setting.reference_source : "");
    if (reference.source == NULL)
      return gchk_fail_memory(error, "a reference gradient");
    report_reference(gchk_findings_of(work, i), t, &reference);
    for (size_t k = 0; k < result->tensor_count; k++)
      if (strcmp(result->tensors[k].name, t->name) == 0)
        result->tensors[k].reference = reference;
  }
  return GCHK_OK;
}

gchk_status gchk_run_expected(gchk_case_work *work, gchk_instance *instance, double **v, gchk_error *error) {
  double *ones = *v = gchk_arena_alloc(work->scratch, work->output_count, sizeof *ones);
  if (ones == NULL)
    return gchk_fail_memory(error, "expected gradients");
  for (size_t j = 0; j < work->output_count; j++)
    ones[j] = 1;
  take_given_upstream(work, instance, ones);
  GCHK_TRY(gchk_instance_forward(instance, error));
  gchk_instance_start_backward(instance, ones);
  return gchk_instance_backward(instance, error);
}

gchk_status gchk_check_expectations(gchk_case_work *work, gchk_instance *instance, gchk_case_result *result,
                                    gchk_error *error) {
  double *ones;
  if (work->spec->setting_count == 0)
    return GCHK_OK;
  GCHK_TRY(gchk_run_expected(work, instance, &ones, error));
  double scale = gchk_grad_scale(instance->layer);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    const gchk_tensor_setting *setting = gchk_case_setting(work->spec, t->name);
    if (setting == NULL)
      continue;
    double tolerance = tolerance_of(setting, work->spec->layer->dtype);
    comparison c = {setting->expected_value, setting->expected_value_count, tolerance, t->value, 1, "value"};
    if (setting->expected_value != NULL)
      compare(gchk_findings_of(work, i), t, &c, GCHK_CODE_EXPECTED_VALUE);
    c = (comparison){
        setting->expected_gradient, setting->expected_gradient_count, tolerance, t->grad, scale, "gradient"};
    if (setting->expected_gradient != NULL && t->grad != NULL)
      compare(gchk_findings_of(work, i), t, &c, GCHK_CODE_EXPECTED_GRADIENT);
  }
  return compare_references(work, instance, ones, result, error);
}
