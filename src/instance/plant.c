/* Planting values. */
#include "instance/plant.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

bool gchk_tensor_spec_can_be_planted(const gchk_tensor_spec *spec) {
  return spec->role == GCHK_INPUT && spec->fill.kind == GCHK_FILL_DEFAULT && !(spec->keep_away > 0) &&
         spec->grad != GCHK_GRAD_NONE;
}

static void plant(const gchk_tensor *t) {
  size_t n = t->count;
  size_t columns = t->shape.rank == 0 ? 1 : t->shape.dim[t->shape.rank - 1];
  gchk_tensor_set(t, t->value, 0, 0);
  if (n > 2)
    gchk_tensor_set(t, t->value, 2, gchk_tensor_get(t, t->value, 1));
  if (n > 8) {
    gchk_tensor_set(t, t->value, n / 2, 1);
    gchk_tensor_set(t, t->value, n / 2 + 1, -1);
  }
  // The last row: all elements equal, so that its variance is 0 and its maximum is shared by all.
  if (columns > 1 && n / columns > 1) {
    double x = gchk_tensor_get(t, t->value, n - 1);
    for (size_t e = n - columns; e < n; e++)
      gchk_tensor_set(t, t->value, e, x);
  }
}

static gchk_status outputs_are_finite(gchk_instance *instance, double *y, bool *are_finite, gchk_error *error) {
  *are_finite = true;
  GCHK_TRY(gchk_instance_forward(instance, error));
  GCHK_TRY(gchk_instance_outputs(instance, y, error));
  for (size_t j = 0; j < gchk_instance_output_count(instance); j++)
    *are_finite = *are_finite && isfinite(y[j]);
  return GCHK_OK;
}

gchk_status gchk_plant_values(gchk_instance *instance, gchk_error *error) {
  double *y = gchk_calloc(gchk_instance_output_count(instance), sizeof *y);
  if (y == NULL)
    return gchk_fail_memory(error, "outputs");
  gchk_status status = GCHK_OK;
  for (size_t i = 0; i < instance->tensor_count && status == GCHK_OK; i++) {
    if (!gchk_tensor_spec_can_be_planted(&instance->layer->tensors[i]) || instance->t[i].dtype == GCHK_I32)
      continue;
    const gchk_buffer *buffer = &instance->values[i];
    void *saved = malloc(buffer->bytes + 1);
    if (saved == NULL) {
      status = gchk_fail_memory(error, "planted values");
      break;
    }
    memcpy(saved, buffer->data, buffer->bytes);
    plant(&instance->t[i]);
    bool are_finite;
    status = outputs_are_finite(instance, y, &are_finite, error);
    if (status != GCHK_OK || !are_finite)
      memcpy(buffer->data, saved, buffer->bytes);
    free(saved);
  }
  free(y);
  return status;
}
