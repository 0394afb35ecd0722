/* An instance of a layer: buffers, options, state, and the calls of its callbacks. */
#include "instance/instance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/conventions.h"
#include "instance/layer_sizes.h"
#include "instance/layer_table.h"
#include "instance/roles.h"
#include "instance/snapshot.h"
#include "instance/under_way.h"

static bool has_gradient(const gchk_tensor_spec *spec, gchk_dtype dtype) {
  if (dtype == GCHK_I32)
    return false;
  switch (spec->role) {
  case GCHK_INPUT:
  case GCHK_PARAMETER:
  case GCHK_OUTPUT:
    return true;
  case GCHK_CACHE:
  case GCHK_SCRATCH:
    return spec->grad != GCHK_GRAD_DETECT && spec->grad != GCHK_GRAD_NONE;
  case GCHK_INDEX:
  case GCHK_CONSTANT:
  case GCHK_ROLE_UNSET:
    break;
  }
  return false;
}

static gchk_status make_tensor(gchk_instance *instance, size_t i, gchk_error *error) {
  const gchk_tensor_spec *spec = &instance->layer->tensors[i];
  gchk_tensor *t = &instance->t[i];
  t->name = spec->name;
  t->role = spec->role;
  t->dtype = gchk_layer_row_dtype(instance->layer, spec);
  gchk_status status = gchk_sizes_shape(&instance->sizes, spec->shape, &t->shape, error);
  if (status == GCHK_OK)
    status = gchk_shape_count(&t->shape, &t->count, error);
  if (status == GCHK_OK)
    status = gchk_buffer_init(&instance->values[i], t->count, gchk_dtype_size(t->dtype), error);
  if (status == GCHK_OK && has_gradient(spec, t->dtype))
    status = gchk_buffer_init(&instance->grads[i], t->count, gchk_dtype_size(t->dtype), error);
  if (status != GCHK_OK) {
    // Without an error gchk_fail_within does not know the status.
    (void)gchk_fail_within(error, "%s: tensor %s", instance->layer->name, spec->name);
    return status;
  }
  t->value = instance->values[i].data;
  t->grad = instance->grads[i].data;
  gchk_note_buffer(&instance->values[i], gchk_dtype_size(t->dtype), false, t->name);
  if (t->grad != NULL)
    gchk_note_buffer(&instance->grads[i], gchk_dtype_size(t->dtype), true, t->name);
  return GCHK_OK;
}

static gchk_status callback(gchk_instance *instance, gchk_callback function, const char *what, gchk_error *error) {
  if (function == NULL)
    return GCHK_OK;
  gchk_error inner; // not zeroed whole: this is called some hundred thousand times
  inner.message[0] = '\0';
  gchk_conventions_show(instance);
  gchk_note_callback(what, &instance->call);
  gchk_status status = function(&instance->call, &inner);
  gchk_note_return();
  if (status == GCHK_OK)
    return GCHK_OK;
  return gchk_fail(error, GCHK_LAYER_FAILED, "%s: %s failed: %s", instance->layer->name, what,
                   gchk_told_by(status, &inner));
}

// Once, or once a time step.
static gchk_status callback_in_time(gchk_instance *instance, gchk_callback function, const char *what, bool is_back,
                                    gchk_error *error) {
  const size_t steps = instance->conventions.steps;
  gchk_status status = GCHK_OK;
  size_t step = 0;
  for (size_t k = 0; k < steps && status == GCHK_OK; k++) {
    step = is_back ? steps - 1 - k : k;
    instance->call.time = step;
    status = callback(instance, function, what, error);
  }
  instance->call.time = 0;
  if (status != GCHK_OK && instance->layer->time != NULL)
    (void)gchk_fail_within(error, "%s=%zu", instance->layer->time, step);
  return status;
}

static gchk_status start(gchk_instance *instance, gchk_error *error) {
  const gchk_layer *layer = instance->layer;
  gchk_conventions_show(instance);
  if (layer->create != NULL) {
    gchk_error inner = {GCHK_OK, ""};
    gchk_note_callback("create", &instance->call);
    gchk_status status = layer->create(&instance->call, &instance->call.state, &inner);
    gchk_note_return();
    if (status != GCHK_OK)
      return gchk_fail(error, status == GCHK_NO_MEMORY ? GCHK_NO_MEMORY : GCHK_LAYER_FAILED, "%s: create failed: %s",
                       layer->name, gchk_told_by(status, &inner));
  }
  GCHK_TRY(callback(instance, layer->bind, "bind", error));
  return callback(instance, layer->set_mode, "set_mode", error);
}

static gchk_status make_options(gchk_instance *instance, const double *options, gchk_error *error) {
  const gchk_layer *layer = instance->layer;
  for (size_t i = 0; i < layer->option_count; i++) {
    const gchk_option_spec *spec = &layer->options[i];
    const double x = gchk_layer_option(layer, options, i);
    if (!(x >= spec->minimum && x <= spec->maximum) && spec->minimum < spec->maximum)
      return gchk_fail(error, GCHK_INVALID, "%s: option %s is %g; it must be from %g to %g", layer->name, spec->name, x,
                       spec->minimum, spec->maximum);
    instance->options[i] = x;
  }
  return GCHK_OK;
}

gchk_status gchk_instance_new(gchk_instance **result, const gchk_layer *layer, const gchk_sizes *sizes,
                              const double *options, gchk_mode mode, uint64_t seed, gchk_error *error) {
  *result = NULL;
  gchk_instance *instance = gchk_calloc(1, sizeof *instance);
  if (instance == NULL)
    return gchk_fail_memory(error, "an instance of a layer");
  gchk_status status = GCHK_OK;
  size_t count = layer->tensor_count;
  instance->layer = layer;
  instance->tensor_count = count;
  if (sizes != NULL)
    instance->sizes = *sizes;
  gchk_layer_default_sizes(layer, &instance->sizes);
  instance->t = gchk_calloc(count + 8, sizeof *instance->t); // whoever asks for a row behind the table finds NULL
  instance->values = gchk_calloc(count, sizeof *instance->values);
  instance->grads = gchk_calloc(count, sizeof *instance->grads);
  instance->options = gchk_calloc(layer->option_count, sizeof *instance->options);
  if (instance->t == NULL || instance->values == NULL || instance->grads == NULL || instance->options == NULL) {
    status = gchk_fail_memory(error, layer->name);
    goto done;
  }
  status = make_options(instance, options, error);
  for (size_t i = 0; i < count && status == GCHK_OK; i++)
    status = make_tensor(instance, i, error);
  if (status == GCHK_OK)
    status = gchk_conventions_init(instance, error);
  if (status != GCHK_OK)
    goto done;
  const gchk_tensor *seen = instance->conventions.seen;
  instance->call = (gchk_call){.t = seen != NULL ? seen : instance->t,
                               .tensor_count = count,
                               .option = instance->options,
                               .sizes = &instance->sizes,
                               .layer = layer,
                               .mode = mode,
                               .seed = seed,
                               .threads = 1};
  status = start(instance, error);
done:
  if (status != GCHK_OK) {
    gchk_instance_free(instance);
    instance = NULL;
  }
  *result = instance;
  return status;
}

static void give_back(gchk_buffer *buffer) {
  gchk_forget_buffer(buffer);
  gchk_buffer_deinit(buffer);
}

void gchk_instance_free(gchk_instance *instance) {
  if (instance == NULL)
    return;
  if (instance->layer->destroy != NULL && instance->call.state != NULL) {
    gchk_note_callback("destroy", &instance->call);
    instance->layer->destroy(instance->call.state);
    gchk_note_return();
  }
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (instance->values != NULL)
      give_back(&instance->values[i]);
    if (instance->grads != NULL)
      give_back(&instance->grads[i]);
  }
  gchk_conventions_deinit(&instance->conventions);
  free(instance->values);
  free(instance->grads);
  free(instance->options);
  free(instance->t);
  free(instance);
}

gchk_status gchk_instance_forward_by(gchk_instance *instance, gchk_callback function, const char *what,
                                     gchk_error *error) {
  const gchk_layer *layer = instance->layer;
  GCHK_TRY(callback(instance, layer->reset, "reset", error));
  GCHK_TRY(callback(instance, layer->set_seed, "set_seed", error));
  instance->forward_calls++;
  gchk_conventions_before_forward(instance);
  return callback_in_time(instance, function, what, false, error);
}

gchk_status gchk_instance_forward(gchk_instance *instance, gchk_error *error) {
  return gchk_instance_forward_by(instance, instance->layer->forward, "forward", error);
}

// forward anew, which may write gradients, between setting the upstream gradient and backward.
static gchk_status forward_again(gchk_instance *instance, gchk_error *error) {
  gchk_snapshot *gradients = gchk_snapshot_new(instance, GCHK_SNAPSHOT_GRADIENTS);
  if (gradients == NULL)
    return gchk_fail_memory(error, "a copy of the layer's gradients");
  gchk_status status = gchk_instance_forward(instance, error);
  gchk_snapshot_restore(gradients, instance);
  gchk_snapshot_free(gradients);
  return status;
}

gchk_status gchk_instance_backward(gchk_instance *instance, gchk_error *error) {
  gchk_kept kept;
  if (instance->layer->backward == NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: " GCHK_NO_BACKWARD, instance->layer->name);
  if (gchk_conventions_want_forward(instance))
    GCHK_TRY(forward_again(instance, error));
  GCHK_TRY(gchk_conventions_before_backward(instance, &kept, error));
  gchk_status status = callback_in_time(instance, instance->layer->backward, "backward", true, error);
  gchk_conventions_after_backward(instance, &kept);
  return status;
}

gchk_status gchk_instance_bind(gchk_instance *instance, gchk_error *error) {
  return callback(instance, instance->layer->bind, "bind", error);
}

gchk_status gchk_instance_update(gchk_instance *instance, size_t tensor, size_t element, bool *done,
                                 gchk_error *error) {
  const gchk_layer *layer = instance->layer;
  *done = false;
  if (layer->update == NULL)
    return GCHK_OK;
  gchk_error inner;
  inner.message[0] = '\0';
  gchk_note_update(&instance->call, tensor, element);
  const gchk_status status = layer->update(&instance->call, tensor, element, done, &inner);
  gchk_note_return();
  if (status != GCHK_OK)
    return gchk_fail(error, GCHK_LAYER_FAILED, "%s: update failed: %s", layer->name, inner.message);
  instance->forward_calls += *done;
  return GCHK_OK;
}

size_t gchk_instance_output_count(const gchk_instance *instance) {
  if (instance->layer->loss != NULL)
    return 1;
  size_t count = 0;
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].role == GCHK_OUTPUT)
      count += instance->t[i].count;
  return count;
}

static void read_values(const gchk_tensor *t, double *y) {
  if (t->dtype == GCHK_F64) {
    memcpy(y, t->value, t->count * sizeof *y);
    return;
  }
  for (size_t i = 0; i < t->count; i++)
    y[i] = gchk_tensor_get(t, t->value, i);
}

gchk_status gchk_instance_outputs(gchk_instance *instance, double *y, gchk_error *error) {
  const gchk_layer *layer = instance->layer;
  if (layer->loss != NULL) {
    gchk_error inner;
    inner.message[0] = '\0';
    gchk_note_callback("loss", &instance->call);
    const gchk_status status = layer->loss(&instance->call, y, &inner);
    gchk_note_return();
    if (status != GCHK_OK)
      return gchk_fail(error, GCHK_LAYER_FAILED, "%s: loss failed: %s", layer->name, inner.message);
    return GCHK_OK;
  }
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (instance->t[i].role == GCHK_OUTPUT) {
      read_values(&instance->t[i], y);
      y += instance->t[i].count;
    }
  }
  return GCHK_OK;
}

void gchk_instance_set_upstream(gchk_instance *instance, const double *v) {
  bool from_callback = instance->layer->loss != NULL;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->role != GCHK_OUTPUT || t->grad == NULL)
      continue;
    for (size_t k = 0; k < t->count; k++)
      gchk_tensor_set(t, t->grad, k, from_callback ? v[0] : v[k]);
    v += from_callback ? 0 : t->count;
  }
}

void gchk_instance_start_backward(gchk_instance *instance, const double *v) {
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].grad != NULL)
      memset(instance->t[i].grad, 0, instance->grads[i].bytes);
  gchk_instance_set_upstream(instance, v);
}

bool gchk_instance_is_differentiable(const gchk_instance *instance, size_t i) {
  const gchk_tensor *t = &instance->t[i];
  gchk_grad_rule rule = instance->layer->tensors[i].grad;
  return gchk_role_is_moved(t->role) && t->grad != NULL && rule != GCHK_GRAD_NONE && rule != GCHK_GRAD_SCRATCH;
}

bool gchk_instance_is_inner_value(const gchk_instance *instance, size_t i) {
  const gchk_tensor *t = &instance->t[i];
  return t->role == GCHK_CACHE && t->grad != NULL && instance->layer->update != NULL &&
         instance->layer->tensors[i].grad == GCHK_GRAD_OVERWRITE;
}

double gchk_grad_scale(const gchk_layer *layer) {
  return layer->grad_scale == 0 ? 1 : layer->grad_scale;
}

size_t gchk_instance_find(const gchk_instance *instance, const char *name) {
  return gchk_layer_find_row(instance->layer, name);
}

void gchk_instance_copy_given(gchk_instance *to, const gchk_instance *from) {
  for (size_t i = 0; i < to->tensor_count; i++)
    if (gchk_role_is_given(to->t[i].role) && to->values[i].bytes == from->values[i].bytes)
      memcpy(to->t[i].value, from->t[i].value, from->values[i].bytes);
}
