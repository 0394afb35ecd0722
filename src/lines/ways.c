/* Ways to evaluate elements, asked of the layer by an element that is not changed. */
#include "lines/ways.h"

#include "cost/operations.h"
#include "instance/meaning.h"
#include "measure/vary.h"
#include "start/case_instance.h"

bool gchk_can_update(const gchk_case_work *work, const gchk_tensor_work *tensor) {
  const gchk_layer *layer = work->instance->layer;
  return gchk_surrogate_of(layer, tensor->index) == NULL && !layer->tensors[tensor->index].symmetric;
}

static gchk_status ask_vary(gchk_case_work *work, const gchk_tensor_work *tensor, bool *done, double *operations,
                            gchk_error *error) {
  const gchk_tensor *t = &work->instance->t[tensor->index];
  const size_t element = 0;
  const double value = gchk_tensor_get(t, t->value, element);
  double loss, base;
  const gchk_variants variants = {.tensor = tensor->index,
                                  .count = 1,
                                  .element = &element,
                                  .value = &value,
                                  .loss = &loss,
                                  .base = &base,
                                  .operations = operations};
  *done = false;
  return work->output_count == 1 ? gchk_vary(work->instance, &variants, done, error) : GCHK_OK;
}

gchk_status gchk_find_way(gchk_case_work *work, const gchk_tensor_work *tensor, gchk_way *way, double *operations,
                          gchk_error *error) {
  bool done;
  *way = GCHK_BY_FORWARD;
  if (tensor->total == 0 || !gchk_can_update(work, tensor))
    return GCHK_OK;
  GCHK_TRY(ask_vary(work, tensor, &done, operations, error));
  if (done) {
    *way = GCHK_BY_VARY;
    return GCHK_OK;
  }
  GCHK_TRY(gchk_instance_update(work->instance, tensor->index, 0, &done, error));
  *way = done ? GCHK_BY_UPDATE : GCHK_BY_FORWARD;
  return GCHK_OK;
}

gchk_status gchk_count_by_update(const gchk_case_work *work, const gchk_tensor_work *tensor, double *operations,
                                 gchk_error *error) {
  const gchk_layer *layer = work->instance->layer;
  const gchk_sizes *sizes = &work->instance->sizes;
  GCHK_TRY(gchk_count_update(layer, tensor->index, sizes, operations, error));
  *operations += gchk_count_putting_back(layer, sizes);
  return GCHK_OK;
}
