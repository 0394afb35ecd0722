/* Everything about the verdict of one element: the same stages as a check, for one tensor, with the whole ladder. */
#include "check/explain.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "instance/precision.h"
#include "measure/base_point.h"
#include "measure/differentiate_tensor.h"
#include "measure/step_curve.h"
#include "measure/tensor_work.h"
#include "measure/upstream.h"

static gchk_status find_element(const gchk_tensor *t, const size_t *index, size_t rank, size_t *flat,
                                gchk_error *error) {
  char shape[256];
  *flat = 0;
  if (rank == 1 && t->shape.rank != 1) {
    *flat = index[0]; // a flat index serves tensors of any rank
  } else {
    if (rank != t->shape.rank)
      return gchk_fail(error, GCHK_INVALID, "%s is %s; give %zu indices, or one flat index", t->name,
                       gchk_shape_format(&t->shape, shape, sizeof shape), t->shape.rank);
    for (size_t d = 0; d < rank; d++) {
      if (index[d] >= t->shape.dim[d])
        return gchk_fail(error, GCHK_INVALID, "index %zu of %s is %zu; its shape is %s, and indices start at 0", d,
                         t->name, index[d], gchk_shape_format(&t->shape, shape, sizeof shape));
      *flat = *flat * t->shape.dim[d] + index[d];
    }
  }
  if (*flat >= t->count)
    return gchk_fail(error, GCHK_INVALID, "element %zu of %s; its shape %s has %zu", *flat, t->name,
                     gchk_shape_format(&t->shape, shape, sizeof shape), t->count);
  return GCHK_OK;
}

static gchk_status explain(gchk_case_work *work, const char *name, const size_t *index, size_t rank,
                           gchk_explanation *explanation, gchk_error *error) {
  GCHK_TRY(gchk_reach_base_point(work, error));
  size_t i = gchk_instance_find(work->instance, name);
  if (i == work->instance->tensor_count)
    return gchk_fail(error, GCHK_INVALID, "%s has no tensor '%s'; `gradcheck list` names them", work->spec->name, name);
  if (!gchk_instance_is_differentiable(work->instance, i) && !gchk_instance_is_inner_value(work->instance, i))
    return gchk_fail(error, GCHK_INVALID, "%s of %s is not differentiated: backward provides no gradient for it", name,
                     work->spec->name);
  const gchk_tensor *t = &work->instance->t[i];
  size_t e;
  GCHK_TRY(find_element(t, index, rank, &e, error));
  GCHK_TRY(gchk_draw_upstream(work, error));
  gchk_tensor_work tensor;
  GCHK_TRY(gchk_tensor_work_init(work, &tensor, i, error));
  work->tensors = &tensor;
  work->tensor_count = 1;
  *explanation = (gchk_explanation){.shape = t->shape,
                                    .flat = e,
                                    .x = gchk_tensor_get(t, t->value, e),
                                    .dtype = t->dtype,
                                    .draw_count = work->draw_count};
  GCHK_TRY(gchk_find_analytic(work, error));
  explanation->uses_twin = work->single != NULL;
  GCHK_TRY(gchk_differentiate_element(work, &tensor, e, true, explanation->derivative, error));
  gchk_step_curve_data data = {0};
  gchk_step_curve step_curve;
  gchk_step_curve_add(&data, &explanation->derivative[0], explanation->derivative[0].value);
  if (!gchk_step_curve_finish(&data, work->scratch, 1, &step_curve))
    return gchk_fail_memory(error, "a step curve");
  explanation->order = step_curve.order;
  explanation->decades = step_curve.decades;
  double unit = work->single != NULL ? GCHK_UNIT_F32 : gchk_unit_of(t->dtype);
  for (size_t d = 0; d < work->draw_count; d++) {
    explanation->sigma[d] = tensor.sigma[d];
    explanation->analytic[d] = tensor.analytic[d][e];
    explanation->largest[d] = tensor.largest[d];
    explanation->slack[d] = tensor.slack[d] == NULL ? 0 : tensor.slack[d][e];
    gchk_derivative derivative = explanation->derivative[d];
    derivative.bound += explanation->slack[d];
    explanation->judgement[d] = gchk_judge(explanation->analytic[d], &derivative, unit, tensor.largest[d]);
  }
  return GCHK_OK;
}

gchk_status gchk_explain_element(const gchk_case *spec, const gchk_options *options, const char *tensor,
                                 const size_t *index, size_t rank, gchk_explanation *explanation, gchk_error *error) {
  gchk_case_work work;
  gchk_arena *arena = gchk_arena_new();
  if (arena == NULL)
    return gchk_fail_memory(error, "an explanation");
  gchk_status status = gchk_work_open(&work, spec, options, arena, error);
  if (status == GCHK_OK)
    status = explain(&work, tensor, index, rank, explanation, error);
  gchk_work_close(&work);
  gchk_arena_free(arena);
  return status;
}
