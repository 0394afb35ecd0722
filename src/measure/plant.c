/* Planting values. */
#include "measure/plant.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/meaning.h"

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

bool gchk_tensor_spec_can_be_ignored(const gchk_tensor_spec *spec) {
  return spec->ignored != NULL;
}

// How one tensor is changed, and what of it is put back where forward is then not finite.
typedef gchk_status (*change_fn)(gchk_instance *instance, size_t i, gchk_error *error);

static gchk_status plant_real(gchk_instance *instance, size_t i, gchk_error *error) {
  (void)error;
  plant(&instance->t[i]);
  gchk_make_symmetric(instance, i);
  return GCHK_OK;
}

static gchk_status ignore_some(gchk_instance *instance, size_t i, gchk_error *error) {
  const gchk_tensor *t = &instance->t[i];
  double label;
  GCHK_TRY(gchk_ignored_label(instance->layer, instance->layer->tensors[i].ignored, instance->options, &label, error));
  gchk_random random = gchk_random_stream(instance->call.seed, t->name);
  gchk_plant_some(t, label, &random);
  return GCHK_OK;
}

static gchk_status ignore_all(gchk_instance *instance, size_t i, gchk_error *error) {
  const gchk_tensor *t = &instance->t[i];
  double label;
  GCHK_TRY(gchk_ignored_label(instance->layer, instance->layer->tensors[i].ignored, instance->options, &label, error));
  for (size_t e = 0; e < t->count; e++)
    gchk_tensor_set(t, t->value, e, label);
  return GCHK_OK;
}

// Changes tensor i; the first `back` bytes of it are put back where an output is then not finite.
static gchk_status change_tensor(gchk_instance *instance, size_t i, change_fn change, size_t back, double *y,
                                 gchk_error *error) {
  const gchk_buffer *buffer = &instance->values[i];
  void *saved = malloc(buffer->bytes + 1);
  bool are_finite = false;
  if (saved == NULL)
    return gchk_fail_memory(error, "planted values");
  memcpy(saved, buffer->data, buffer->bytes);
  gchk_status status = change(instance, i, error);
  if (status == GCHK_OK)
    status = outputs_are_finite(instance, y, &are_finite, error);
  if (status != GCHK_OK || !are_finite)
    memcpy(buffer->data, saved, status == GCHK_OK && back < buffer->bytes ? back : buffer->bytes);
  free(saved);
  return status;
}

gchk_status gchk_plant_values(gchk_instance *instance, gchk_error *error) {
  double *y = gchk_calloc(gchk_instance_output_count(instance), sizeof *y);
  if (y == NULL)
    return gchk_fail_memory(error, "outputs");
  gchk_status status = GCHK_OK;
  for (size_t i = 0; i < instance->tensor_count && status == GCHK_OK; i++) {
    const gchk_tensor_spec *row = &instance->layer->tensors[i];
    const size_t all = instance->values[i].bytes;
    if (gchk_tensor_spec_can_be_ignored(row))
      status = change_tensor(instance, i, ignore_some, all, y, error);
    else if (gchk_tensor_spec_can_be_planted(row) && instance->t[i].dtype != GCHK_I32)
      status = change_tensor(instance, i, plant_real, all, y, error);
  }
  free(y);
  return status;
}

gchk_status gchk_plant_ignored(gchk_instance *instance, gchk_error *error) {
  double *y = gchk_calloc(gchk_instance_output_count(instance), sizeof *y);
  if (y == NULL)
    return gchk_fail_memory(error, "outputs");
  gchk_status status = GCHK_OK;
  for (size_t i = 0; i < instance->tensor_count && status == GCHK_OK; i++)
    if (gchk_tensor_spec_can_be_ignored(&instance->layer->tensors[i]))
      status = change_tensor(instance, i, ignore_all, sizeof(int32_t), y, error);
  free(y);
  return status;
}
