/* The rules of conventions of calling, each with the remedy. */
#include "instance/convention_table.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "instance/layer_sizes.h"
#include "instance/layer_table.h"
#include "instance/precision.h"

static gchk_status validate_input_in_place(const gchk_layer *layer, const gchk_tensor_spec *y,
                                           const gchk_tensor_spec *x, gchk_error *error) {
  if (x->role != GCHK_INPUT)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: %s is in place of %s, which is of role %s; only an input has a value to overwrite and a "
                     "gradient to turn the upstream gradient into",
                     layer->name, y->name, x->name, gchk_role_name(x->role));
  if (strcmp(x->shape, y->shape) != 0)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: %s has the shape \"%s\" and is in place of %s, whose shape is \"%s\"; one buffer has one "
                     "shape: write the same in both rows",
                     layer->name, y->name, y->shape, x->name, x->shape);
  if (gchk_layer_row_dtype(layer, x) != gchk_layer_row_dtype(layer, y))
    return gchk_fail(error, GCHK_INVALID, "%s: %s is %s and is in place of %s, which is %s; one buffer has one dtype",
                     layer->name, y->name, gchk_dtype_name(gchk_layer_row_dtype(layer, y)), x->name,
                     gchk_dtype_name(gchk_layer_row_dtype(layer, x)));
  if (x->grad != GCHK_GRAD_DETECT && x->grad != GCHK_GRAD_OVERWRITE)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: %s is in place of %s: backward finds the upstream gradient in the gradient of %s and "
                     "overwrites it; leave .grad out of the row of %s",
                     layer->name, y->name, x->name, x->name, x->name);
  if (x->grad_may_be_null)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: %s is in place of %s: the gradient of %s is the upstream gradient too and cannot be NULL; "
                     "leave out .grad_may_be_null",
                     layer->name, y->name, x->name, x->name);
  return GCHK_OK;
}

static gchk_status validate_place(const gchk_layer *layer, size_t i, gchk_error *error) {
  const gchk_tensor_spec *y = &layer->tensors[i];
  if (y->in_place_of == NULL)
    return GCHK_OK;
  if (y->role != GCHK_OUTPUT)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: %s is in place of %s and of role %s; .in_place_of belongs in the row of the output",
                     layer->name, y->name, y->in_place_of, gchk_role_name(y->role));
  const size_t k = gchk_layer_find_row(layer, y->in_place_of);
  if (k == layer->tensor_count)
    return gchk_fail(
        error, GCHK_INVALID,
        "%s: %s is in place of \"%s\", and no tensor has that name; name the input that forward overwrites",
        layer->name, y->name, y->in_place_of);
  for (size_t other = 0; other < i; other++)
    if (layer->tensors[other].in_place_of != NULL && strcmp(layer->tensors[other].in_place_of, y->in_place_of) == 0)
      return gchk_fail(error, GCHK_INVALID, "%s: %s and %s are both in place of %s; it holds one of them", layer->name,
                       layer->tensors[other].name, y->name, y->in_place_of);
  if (layer->update != NULL)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: %s is in place of %s, and after forward nothing holds the input that an update would start "
                     "from; leave out the update callback",
                     layer->name, y->name, y->in_place_of);
  return validate_input_in_place(layer, y, &layer->tensors[k], error);
}

static gchk_status validate_rate(const gchk_layer *layer, gchk_error *error) {
  const bool has_rate = layer->learning_rate != 0;
  if (!has_rate && layer->learning_rate_option == NULL)
    return GCHK_OK;
  if (has_rate && layer->learning_rate_option != NULL)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: the rate of its training step is said twice: .learning_rate is %g, .learning_rate_option is "
                     "\"%s\"; leave one out",
                     layer->name, layer->learning_rate, layer->learning_rate_option);
  if (has_rate && !(layer->learning_rate > 0 && isfinite(layer->learning_rate)))
    return gchk_fail(error, GCHK_INVALID,
                     "%s: .learning_rate is %g: gradients are (w - w')/rate, so it must be positive and finite; for a "
                     "step that adds, set .grad_scale = -1",
                     layer->name, layer->learning_rate);
  if (!has_rate && gchk_layer_find_option(layer, layer->learning_rate_option) == layer->option_count)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: .learning_rate_option is \"%s\", and no option has that name; add it to the option table, or "
                     "give a number, .learning_rate",
                     layer->name, layer->learning_rate_option);
  size_t stepped = 0;
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const gchk_tensor_spec *w = &layer->tensors[i];
    if (w->role != GCHK_PARAMETER || w->grad == GCHK_GRAD_NONE)
      continue;
    stepped++;
    if (w->grad != GCHK_GRAD_DETECT || w->grad_may_be_null)
      return gchk_fail(error, GCHK_INVALID,
                       "%s: a training step changes %s itself and gives no gradient; leave .grad and "
                       ".grad_may_be_null out of its row (GCHK_GRAD_NONE: it is not trained)",
                       layer->name, w->name);
  }
  return stepped > 0 ? GCHK_OK
                     : gchk_fail(error, GCHK_INVALID,
                                 "%s: it has a learning rate and no parameter that a step could change; give the "
                                 "weights the role GCHK_PARAMETER",
                                 layer->name);
}

typedef struct wanted {
  const char *name;
  bool is_found;
} wanted;

static void note_size(void *context, const char *name, bool is_list) {
  wanted *w = context;
  w->is_found = w->is_found || (!is_list && strcmp(name, w->name) == 0);
}

static gchk_status validate_time(const gchk_layer *layer, gchk_error *error) {
  if (layer->time == NULL)
    return GCHK_OK;
  wanted w = {.name = layer->time};
  GCHK_TRY(gchk_layer_scan_sizes(layer, note_size, &w, error));
  if (!w.is_found)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: .time is \"%s\", and no shape has a size of that name; name the size that counts the steps",
                     layer->name, layer->time);
  return layer->update == NULL ? GCHK_OK
                               : gchk_fail(error, GCHK_INVALID,
                                           "%s: .time is \"%s\", and an update callback is not called once a step; "
                                           "leave out the update callback",
                                           layer->name, layer->time);
}

gchk_status gchk_conventions_validate(const gchk_layer *layer, gchk_error *error) {
  for (size_t i = 0; i < layer->tensor_count; i++)
    GCHK_TRY(validate_place(layer, i, error));
  GCHK_TRY(validate_rate(layer, error));
  return validate_time(layer, error);
}

static bool is_same_text(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

const char *gchk_conventions_first_difference(const gchk_layer *a, const gchk_layer *b) {
  for (size_t i = 0; i < a->tensor_count; i++)
    if (!is_same_text(a->tensors[i].in_place_of, b->tensors[i].in_place_of))
      return "in_place_of";
  const double rounding = 2 * GCHK_UNIT_F32 * fmax(fabs(a->learning_rate), fabs(b->learning_rate));
  if (!(fabs(a->learning_rate - b->learning_rate) <= rounding))
    return "learning_rate";
  if (!is_same_text(a->learning_rate_option, b->learning_rate_option))
    return "learning_rate_option";
  return is_same_text(a->time, b->time) ? NULL : "time";
}

const char *gchk_conventions_beyond_networks(const gchk_layer *layer) {
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (layer->tensors[i].in_place_of != NULL)
      return "in_place_of";
  if (layer->learning_rate != 0)
    return "learning_rate";
  if (layer->learning_rate_option != NULL)
    return "learning_rate_option";
  return layer->time != NULL ? "time" : NULL;
}
