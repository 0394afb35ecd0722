/* A few of the failing elements, once more: at the base point, and at others. */
#include "evidence/resample.h"

#include <math.h>

#include "core/memory.h"
#include "decide/differentiate_tensor.h"
#include "decide/other_point.h"
#include "measure/base_point.h"

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

static gchk_status differentiate_there(gchk_case_work *other, size_t element, gchk_elsewhere *there,
                                       gchk_error *error) {
  gchk_tensor_work *tensor = &other->tensors[0];
  const gchk_tensor *t = &other->instance->t[tensor->index];
  gchk_derivative *derivative = gchk_arena_alloc(other->scratch, GCHK_MAX_DRAWS, sizeof *derivative);
  if (derivative == NULL)
    return gchk_fail_memory(error, "a diagnosis");
  GCHK_TRY(gchk_differentiate_element(other, tensor, element, derivative, error));
  *there = (gchk_elsewhere){.analytic = tensor->analytic[0][element],
                            .numeric = derivative[0].value,
                            .bound = derivative[0].bound,
                            .value = gchk_tensor_get(t, t->value, element)};
  return GCHK_OK;
}

bool gchk_look_elsewhere(gchk_diagnosis *d, size_t element, unsigned point, gchk_elsewhere *there) {
  gchk_case spec;
  gchk_case_work other;
  bool *wanted = gchk_arena_alloc(d->arena, d->work->tensor_count, sizeof *wanted);
  if (wanted == NULL || d->work->single != NULL)
    return false;
  for (size_t k = 0; k < d->work->tensor_count; k++)
    wanted[k] = &d->work->tensors[k] == d->tensor;
  gchk_status status = gchk_open_other_point(&other, &spec, d->work, point, wanted, NULL);
  if (status == GCHK_OK)
    status = differentiate_there(&other, element, there, NULL);
  d->work->other_calls += gchk_work_calls(&other);
  gchk_work_close(&other);
  d->is_out_of_memory = d->is_out_of_memory || status == GCHK_NO_MEMORY;
  return status == GCHK_OK && isfinite(there->analytic) && isfinite(there->numeric) && isfinite(there->bound);
}
