/* A few of the failing elements, once more: at the base point, and at others. */
#include "evidence/resample.h"

#include <math.h>

#include "core/memory.h"
#include "decide/differentiate_tensor.h"
#include "decide/other_point.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "measure/analytic.h"
#include "measure/base_point.h"
#include "measure/move_values.h"
#include "measure/work_calls.h"

size_t gchk_sample_failing(const gchk_diagnosis *d, size_t elements[GCHK_SAMPLES]) {
  size_t count = 0, step = d->fail_count / GCHK_SAMPLES > 0 ? d->fail_count / GCHK_SAMPLES : 1, seen = 0;
  for (size_t i = 0; i < d->total && count < GCHK_SAMPLES; i++)
    if (d->fails[i] && seen++ % step == 0)
      elements[count++] = i;
  return count;
}

bool gchk_resample(gchk_diagnosis *d, size_t element, gchk_derivative *derivative) {
  gchk_tensor_work again = *d->tensor;
  return gchk_differentiate_element(d->work, &again, element, derivative, NULL) == GCHK_OK;
}

bool gchk_outputs_now(gchk_instance *instance, double *y) {
  return gchk_instance_forward(instance, NULL) == GCHK_OK && gchk_instance_outputs(instance, y, NULL) == GCHK_OK;
}

bool gchk_differenced_now(const gchk_diagnosis *d, double *y) {
  gchk_instance *instance = d->work->instance;
  return gchk_instance_evaluate(instance, d->tensor->index, NULL) == GCHK_OK &&
         gchk_instance_outputs(instance, y, NULL) == GCHK_OK;
}

bool gchk_outputs_with(gchk_diagnosis *d, size_t element, double by, double *y) {
  const double x = gchk_tensor_get(d->t, d->t->value, element);
  gchk_tensor_move(d->t, element, x + by);
  const bool is_there = gchk_differenced_now(d, y);
  gchk_tensor_set(d->t, d->t->value, element, x);
  return is_there;
}

static bool find_gradient(const gchk_diagnosis *d, gchk_case_work *named, const double *v, double *gradient) {
  double **gradients = gchk_arena_alloc(d->arena, named->tensor_count, sizeof *gradients);
  if (gradients == NULL)
    return false;
  for (size_t k = 0; k < named->tensor_count; k++)
    gradients[k] = &named->tensors[k] == d->tensor ? gradient : NULL;
  return gchk_analytic_gradients(named, v, gradients, NULL) == GCHK_OK;
}

bool gchk_gradient_for(gchk_diagnosis *d, const double *v, double *gradient) {
  gchk_case_work named = gchk_named_work(d->work);
  const bool is_found = find_gradient(d, &named, v, gradient);
  return gchk_instance_forward(d->work->instance, NULL) == GCHK_OK && is_found;
}

bool gchk_gradient_now(const gchk_diagnosis *d, double *gradient) {
  gchk_case_work named = gchk_named_work(d->work);
  if (d->work->single != NULL)
    gchk_copy_values(d->work->instance, d->work->single);
  return find_gradient(d, &named, named.v[0], gradient);
}

bool gchk_is_reproducible(gchk_diagnosis *d) {
  double *again = gchk_arena_alloc(d->arena, d->total, sizeof *again);
  if (again == NULL || !gchk_gradient_for(d, d->work->v[0], again))
    return false;
  for (size_t i = 0; i < d->total; i++)
    if (isfinite(d->tensor->numeric[0][i]) && isfinite(d->tensor->analytic[0][i]) &&
        !(fabs(again[i] - d->tensor->analytic[0][i]) <= gchk_diagnosis_error(d, 0, i)))
      return false;
  return true;
}

static bool go(gchk_diagnosis *d, unsigned point, bool with_all, gchk_other_place *place) {
  *place = (gchk_other_place){.spec = *d->work->spec};
  bool *wanted = gchk_arena_alloc(d->arena, d->work->tensor_count, sizeof *wanted);
  if (wanted == NULL)
    return false;
  for (size_t k = 0; k < d->work->tensor_count; k++)
    wanted[k] = with_all || &d->work->tensors[k] == d->tensor;
  gchk_status status = gchk_open_other_point(&place->work, &place->spec, d->work, point, wanted, NULL);
  d->is_out_of_memory = d->is_out_of_memory || status == GCHK_NO_MEMORY;
  // A twin that cannot be used there makes of it another comparison.
  return status == GCHK_OK && (place->work.single != NULL) == (d->work->single != NULL);
}

bool gchk_go_elsewhere(gchk_diagnosis *d, unsigned point, gchk_other_place *place) {
  return go(d, point, false, place);
}

bool gchk_go_elsewhere_with_all(gchk_diagnosis *d, unsigned point, gchk_other_place *place) {
  return go(d, point, true, place);
}

void gchk_leave_elsewhere(gchk_diagnosis *d, gchk_other_place *place) {
  d->work->other_calls += gchk_work_calls(&place->work);
  if (place->work.scratch != NULL && gchk_arena_has_failed(place->work.scratch))
    d->is_out_of_memory = true;
  gchk_work_close(&place->work);
}

bool gchk_start_again_elsewhere(gchk_other_place *place) {
  gchk_case_work named = gchk_named_work(&place->work);
  double *gradient = place->work.tensors[0].analytic[0];
  return gchk_analytic_gradients(&named, place->work.v[0], &gradient, NULL) == GCHK_OK &&
         gchk_outputs_now(place->work.instance, place->work.y);
}

bool gchk_see_elsewhere(gchk_diagnosis *d, gchk_other_place *place, size_t element, gchk_elsewhere *there) {
  gchk_tensor_work *tensor = &place->work.tensors[0];
  const gchk_tensor *t = &place->work.instance->t[tensor->index];
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  if (derivative == NULL)
    return false;
  gchk_status status = gchk_differentiate_element(&place->work, tensor, element, derivative, NULL);
  d->is_out_of_memory = d->is_out_of_memory || status == GCHK_NO_MEMORY;
  if (status != GCHK_OK)
    return false;
  const double analytic = tensor->analytic[0][element];
  *there = (gchk_elsewhere){.analytic = analytic,
                            .numeric = derivative[0].value,
                            .bound = gchk_total_bound(derivative[0].bound, tensor->slack[0][element]) +
                                     gchk_rounding_allowance(d->unit) * d->unit * fabs(analytic),
                            .value = gchk_tensor_get(t, t->value, element)};
  return isfinite(there->analytic) && isfinite(there->numeric) && isfinite(there->bound);
}

bool gchk_look_elsewhere(gchk_diagnosis *d, size_t element, unsigned point, gchk_elsewhere *there) {
  gchk_other_place place;
  const bool is_seen = gchk_go_elsewhere(d, point, &place) && gchk_see_elsewhere(d, &place, element, there);
  gchk_leave_elsewhere(d, &place);
  return is_seen;
}

bool gchk_is_right_there(const gchk_elsewhere *there) {
  return fabs(there->analytic - there->numeric) <= GCHK_ERROR_BARS * there->bound;
}

bool gchk_is_told_there(const gchk_elsewhere *there) {
  static const double far = 30;
  return fabs(there->numeric) > far * there->bound;
}
