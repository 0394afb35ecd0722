/* Analytic gradients: what backward produces for an upstream gradient. */
#include "measure/analytic.h"

#include <math.h>
#include <string.h>

#include "core/largest.h"
#include "instance/conventions.h"
#include "instance/meaning.h"

gchk_status gchk_analytic_gradients(gchk_case_work *work, const double *v, double *const *gradient, gchk_error *error) {
  GCHK_TRY(gchk_instance_forward(work->instance, error));
  return gchk_backward_gradients(work, v, gradient, error);
}

static void read_gradient(const gchk_tensor *t, double scale, double *gradient) {
  if (t->dtype == GCHK_F64 && scale == 1) {
    memcpy(gradient, t->grad, t->count * sizeof *gradient);
    return;
  }
  for (size_t e = 0; e < t->count; e++)
    gradient[e] = gchk_tensor_get(t, t->grad, e) / scale;
}

gchk_status gchk_backward_gradients(gchk_case_work *work, const double *v, double *const *gradient, gchk_error *error) {
  gchk_instance *instance = work->instance;
  gchk_instance_start_backward(instance, v);
  GCHK_TRY(gchk_instance_backward(instance, error));
  double scale = gchk_grad_scale(instance->layer);
  for (size_t k = 0; gradient != NULL && k < work->tensor_count; k++) {
    if (gradient[k] == NULL)
      continue;
    read_gradient(&instance->t[work->tensors[k].index], scale, gradient[k]);
    gchk_fold_symmetric(instance, work->tensors[k].index, gradient[k]);
  }
  return GCHK_OK;
}

void gchk_find_largest(gchk_case_work *work, size_t draw) {
  for (size_t k = 0; k < work->tensor_count; k++) {
    gchk_tensor_work *tensor = &work->tensors[k];
    tensor->largest[draw] = gchk_largest_size(tensor->analytic[draw], tensor->total);
    if (isfinite(tensor->largest[draw]))
      continue;
    tensor->largest[draw] = 0;
    for (size_t e = 0; e < tensor->total; e++)
      if (isfinite(tensor->analytic[draw][e]))
        tensor->largest[draw] = fmax(tensor->largest[draw], fabs(tensor->analytic[draw][e]));
  }
}

void gchk_allow_steps(gchk_case_work *work) {
  const gchk_instance *instance = work->single != NULL ? work->single : work->instance;
  const double scale = fabs(gchk_grad_scale(instance->layer));
  for (size_t k = 0; instance->conventions.rate != 0 && k < work->tensor_count; k++) {
    gchk_tensor_work *tensor = &work->tensors[k];
    for (size_t e = 0; e < tensor->total; e++)
      for (size_t d = 0; d < work->draw_count; d++)
        tensor->slack[d][e] += gchk_step_rounding(instance, tensor->index, e) / scale;
  }
}
