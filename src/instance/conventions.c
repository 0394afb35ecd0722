/* What is done around the callbacks of a layer for the conventions that it declares. */
#include "instance/conventions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/layer_table.h"
#include "instance/precision.h"
#include "instance/snapshot.h"

// A parameter that backward changes in place.
static bool is_stepped(const gchk_instance *instance, size_t i) {
  return instance->conventions.rate != 0 && instance->t[i].role == GCHK_PARAMETER && instance->t[i].grad != NULL &&
         instance->layer->tensors[i].grad != GCHK_GRAD_NONE;
}

static gchk_status find_rate(gchk_instance *instance, gchk_error *error) {
  const gchk_layer *layer = instance->layer;
  double rate = layer->learning_rate;
  for (size_t k = 0; layer->learning_rate_option != NULL && k < layer->option_count; k++)
    if (strcmp(layer->options[k].name, layer->learning_rate_option) == 0)
      rate = instance->options[k];
  if (layer->learning_rate_option != NULL && !(rate > 0 && isfinite(rate)))
    return gchk_fail(error, GCHK_INVALID,
                     "%s: option %s is %g: gradients are (w - w')/%s, so it must be positive and finite", layer->name,
                     layer->learning_rate_option, rate, layer->learning_rate_option);
  instance->conventions.rate = rate;
  return GCHK_OK;
}

static gchk_status find_steps(gchk_instance *instance, gchk_error *error) {
  const gchk_layer *layer = instance->layer;
  instance->conventions.steps = 1;
  if (layer->time == NULL)
    return GCHK_OK;
  const gchk_size_binding *size = gchk_sizes_find(&instance->sizes, layer->time);
  if (size == NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: .time is \"%s\", and there is no size of that name", layer->name,
                     layer->time);
  instance->conventions.steps = size->value;
  return GCHK_OK;
}

// Each term of a gradient may be one change of the weight.
static double count_roundings(const gchk_instance *instance) {
  size_t most = 1;
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].role != GCHK_PARAMETER && instance->t[i].count > most)
      most = instance->t[i].count;
  return 1 + 2 * sqrt((double)most);
}

// The input in whose buffers tensor i lies, or tensor_count.
static size_t place_of(const gchk_instance *instance, size_t i) {
  const char *name = instance->layer->tensors[i].in_place_of;
  return name == NULL ? instance->tensor_count : gchk_layer_find_row(instance->layer, name);
}

static bool is_plain(const gchk_instance *instance) {
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->layer->tensors[i].in_place_of != NULL || is_stepped(instance, i))
      return false;
  return true;
}

gchk_status gchk_conventions_init(gchk_instance *instance, gchk_error *error) {
  gchk_conventions *c = &instance->conventions;
  GCHK_TRY(find_rate(instance, error));
  GCHK_TRY(find_steps(instance, error));
  c->roundings = count_roundings(instance);
  if (is_plain(instance))
    return GCHK_OK;
  c->seen = gchk_calloc(instance->tensor_count, sizeof *c->seen);
  c->place = gchk_calloc(instance->tensor_count, sizeof *c->place);
  if (c->seen == NULL || c->place == NULL)
    return gchk_fail_memory(error, instance->layer->name);
  for (size_t i = 0; i < instance->tensor_count; i++)
    c->place[i] = place_of(instance, i);
  return GCHK_OK;
}

void gchk_conventions_deinit(gchk_conventions *conventions) {
  free(conventions->seen);
  free(conventions->place);
  *conventions = (gchk_conventions){0};
}

void gchk_conventions_show(gchk_instance *instance) {
  const gchk_conventions *c = &instance->conventions;
  if (c->seen == NULL)
    return;
  memcpy(c->seen, instance->t, instance->tensor_count * sizeof *c->seen);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (is_stepped(instance, i))
      c->seen[i].grad = NULL;
    if (c->place[i] == instance->tensor_count)
      continue;
    c->seen[c->place[i]].value = instance->t[i].value;
    c->seen[i].grad = instance->t[c->place[i]].grad;
  }
}

void gchk_conventions_before_forward(gchk_instance *instance) {
  const gchk_conventions *c = &instance->conventions;
  instance->conventions.is_used_up = false;
  for (size_t i = 0; c->seen != NULL && i < instance->tensor_count; i++)
    if (c->place[i] < instance->tensor_count)
      memcpy(instance->t[i].value, instance->t[c->place[i]].value, instance->values[i].bytes);
}

bool gchk_conventions_want_forward(const gchk_instance *instance) {
  return instance->conventions.is_used_up;
}

gchk_status gchk_conventions_before_backward(gchk_instance *instance, gchk_kept *kept, gchk_error *error) {
  const gchk_conventions *c = &instance->conventions;
  const bool uses_up = (instance->layer->flags & GCHK_CONSUMES_CACHE) != 0, steps = c->rate != 0;
  *kept = (gchk_kept){NULL, NULL};
  if (uses_up)
    kept->made = gchk_snapshot_new(instance, GCHK_SNAPSHOT_MADE);
  if (steps)
    kept->parameters = gchk_snapshot_new(instance, GCHK_SNAPSHOT_PARAMETERS);
  if ((uses_up && kept->made == NULL) || (steps && kept->parameters == NULL)) {
    gchk_snapshot_free(kept->made);
    gchk_snapshot_free(kept->parameters);
    *kept = (gchk_kept){NULL, NULL};
    return gchk_fail_memory(error, "a copy of the layer's buffers");
  }
  for (size_t i = 0; c->seen != NULL && i < instance->tensor_count; i++)
    if (c->place[i] < instance->tensor_count)
      memcpy(instance->t[c->place[i]].grad, instance->t[i].grad, instance->grads[i].bytes);
  instance->conventions.is_used_up = uses_up;
  return GCHK_OK;
}

// (w - w')/rate, where t holds w'.
static void find_gradient(const gchk_tensor *t, const unsigned char *before, double rate) {
  for (size_t e = 0; e < t->count; e++)
    gchk_tensor_set(t, t->grad, e, (gchk_tensor_get(t, before, e) - gchk_tensor_get(t, t->value, e)) / rate);
}

void gchk_conventions_after_backward(gchk_instance *instance, gchk_kept *kept) {
  const double rate = instance->conventions.rate;
  for (size_t i = 0; kept->parameters != NULL && i < instance->tensor_count; i++) {
    if (!is_stepped(instance, i))
      continue;
    const unsigned char *before = gchk_snapshot_value(kept->parameters, i);
    find_gradient(&instance->t[i], before, rate);
    memcpy(instance->t[i].value, before, instance->values[i].bytes);
  }
  if (kept->made != NULL)
    gchk_snapshot_restore(kept->made, instance);
  gchk_snapshot_free(kept->made);
  gchk_snapshot_free(kept->parameters);
  *kept = (gchk_kept){NULL, NULL};
}

double gchk_step_rounding(const gchk_instance *instance, size_t i, size_t e) {
  const gchk_tensor *t = &instance->t[i];
  if (!is_stepped(instance, i))
    return 0;
  const double w = gchk_tensor_get(t, t->value, e);
  const gchk_conventions *c = &instance->conventions;
  return isfinite(w) ? c->roundings * gchk_tensor_unit(instance, i) * fabs(w) / c->rate : 0;
}
