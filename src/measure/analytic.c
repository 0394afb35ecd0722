/* Analytic gradients: what backward produces for an upstream gradient. */
#include "measure/analytic.h"

#include <math.h>
#include <string.h>

#include "core/mean_square.h"
#include "instance/conventions.h"
#include "instance/meaning.h"

gchk_status gchk_analytic_gradients(gchk_case_work *work, const double *v, double *const *gradient, gchk_error *error) {
  GCHK_TRY(gchk_instance_forward(work->instance, error));
  return gchk_backward_gradients(work, v, gradient, error);
}

gchk_status gchk_backward_gradients(gchk_case_work *work, const double *v, double *const *gradient, gchk_error *error) {
  gchk_instance_start_backward(work->instance, v);
  GCHK_TRY(gchk_instance_backward(work->instance, error));
  for (size_t k = 0; gradient != NULL && k < work->tensor_count; k++)
    if (gradient[k] != NULL)
      gchk_take_gradient(work, k, gradient[k]);
  return GCHK_OK;
}

static bool is_read_as_it_is(const gchk_instance *instance, size_t i) {
  return instance->t[i].dtype == GCHK_F64 && gchk_grad_scale(instance->layer) == 1;
}

bool gchk_gradient_is_in_place(const gchk_case_work *work, size_t k) {
  const size_t i = work->tensors[k].index;
  return is_read_as_it_is(work->instance, i) && !work->instance->layer->tensors[i].symmetric;
}

void gchk_take_gradient(const gchk_case_work *work, size_t k, double *gradient) {
  const gchk_instance *instance = work->instance;
  const size_t i = work->tensors[k].index;
  const gchk_tensor *t = &instance->t[i];
  const double scale = gchk_grad_scale(instance->layer);
  if (is_read_as_it_is(instance, i))
    memcpy(gradient, t->grad, t->count * sizeof *gradient);
  else
    for (size_t e = 0; e < t->count; e++)
      gradient[e] = gchk_tensor_get(t, t->grad, e) / scale;
  gchk_fold_symmetric(instance, i, gradient);
}

const double *gchk_gradient_left(const gchk_case_work *work, size_t k, double *room) {
  if (gchk_gradient_is_in_place(work, k))
    return work->instance->t[work->tensors[k].index].grad;
  gchk_take_gradient(work, k, room);
  return room;
}

void gchk_find_largest(gchk_case_work *work, size_t draw) {
  for (size_t k = 0; k < work->tensor_count; k++)
    work->tensors[k].largest[draw] = gchk_largest_finite(work->tensors[k].analytic[draw], work->tensors[k].total);
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
