/*
 * The tables of a float layer and of its double twin, row by row.
 *
 * Numbers in tables (options, fills) may be written as float constants or computed from some, so they agree to float
 * rounding and not bit for bit. Fills are not compared: the twin gets the values that the float layer has.
 */
#include "suite/twin_table.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "instance/convention_table.h"
#include "instance/layer_table.h"
#include "instance/precision.h"

static const char remedy[] = "build both from the same sources, with the same options";

static bool is_same_text(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const char *or_none(const char *text) {
  return text == NULL ? "none" : text;
}

static bool is_near(double a, double b) {
  return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 2 * GCHK_UNIT_F32 * fmax(fabs(a), fabs(b));
}

static gchk_status text_differs(const char *what, const char *twin, const char *single, gchk_error *error) {
  return gchk_fail(error, GCHK_INVALID, "%s: \"%s\", and \"%s\" in the float layer; %s", what, or_none(twin),
                   or_none(single), remedy);
}

// The dtype that the tensor of a float layer has in its twin: reals are double there, integers are what they were.
static gchk_dtype in_double(gchk_dtype dtype) {
  return dtype == GCHK_F32 ? GCHK_F64 : dtype;
}

static gchk_status compare_rows(const gchk_layer *twin, const gchk_layer *single, size_t i, gchk_error *error) {
  const gchk_tensor_spec *a = &twin->tensors[i], *b = &single->tensors[i];
  if (!is_same_text(a->name, b->name))
    return gchk_fail(error, GCHK_INVALID, "tensor %zu is called %s, and %s in the float layer; %s", i + 1,
                     or_none(a->name), or_none(b->name), remedy);
  if (a->role != b->role)
    return gchk_fail(error, GCHK_INVALID, "tensor %s is of role %s, and %s in the float layer; %s", a->name,
                     gchk_role_name(a->role), gchk_role_name(b->role), remedy);
  if (!is_same_text(a->shape, b->shape))
    return gchk_fail(error, GCHK_INVALID, "tensor %s has the shape \"%s\", and \"%s\" in the float layer; %s", a->name,
                     or_none(a->shape), or_none(b->shape), remedy);
  gchk_dtype is = gchk_layer_row_dtype(twin, a), wanted = in_double(gchk_layer_row_dtype(single, b));
  if (is != wanted)
    return gchk_fail(
        error, GCHK_INVALID,
        "tensor %s is %s, and a twin's would be %s; leave the dtype out of the row, or build the twin with "
        "cc $(gradcheck --cflags) -include gradcheck/as_double.h",
        a->name, gchk_dtype_name(is), gchk_dtype_name(wanted));
  if (a->grad != b->grad || a->grad_may_be_null != b->grad_may_be_null ||
      a->upstream_clobbered != b->upstream_clobbered)
    return gchk_fail(error, GCHK_INVALID, "tensor %s has other rules for its gradient than in the float layer; %s",
                     a->name, remedy);
  if (a->symmetric != b->symmetric || a->gradient_is_zero != b->gradient_is_zero ||
      (a->surrogate != NULL) != (b->surrogate != NULL) || !is_same_text(a->ignored, b->ignored))
    return gchk_fail(error, GCHK_INVALID,
                     "tensor %s is declared otherwise than in the float layer (symmetric, gradient_is_zero, ignored or "
                     "surrogate); %s",
                     a->name, remedy);
  return GCHK_OK;
}

static gchk_status compare_options(const gchk_layer *twin, const gchk_layer *single, gchk_error *error) {
  if (twin->option_count != single->option_count)
    return gchk_fail(error, GCHK_INVALID, "it has %zu options, and the float layer %zu; %s", twin->option_count,
                     single->option_count, remedy);
  for (size_t i = 0; i < twin->option_count; i++) {
    const gchk_option_spec *a = &twin->options[i], *b = &single->options[i];
    if (!is_same_text(a->name, b->name))
      return text_differs("an option", a->name, b->name, error);
    if (!is_near(a->initial, b->initial) || !is_near(a->minimum, b->minimum) || !is_near(a->maximum, b->maximum))
      return gchk_fail(error, GCHK_INVALID, "option %s is %g in [%g, %g], and %g in [%g, %g] in the float layer; %s",
                       a->name, a->initial, a->minimum, a->maximum, b->initial, b->minimum, b->maximum, remedy);
  }
  bool has_values = twin->option_values != NULL;
  if (has_values != (single->option_values != NULL))
    return gchk_fail(error, GCHK_INVALID, "one of it and the float layer sets option values; %s", remedy);
  for (size_t i = 0; has_values && i < twin->option_count; i++)
    if (!is_near(twin->option_values[i], single->option_values[i]))
      return gchk_fail(error, GCHK_INVALID, "option %s is set to %g, and to %g in the float layer; %s",
                       twin->options[i].name, twin->option_values[i], single->option_values[i], remedy);
  return GCHK_OK;
}

static gchk_status compare_shape_cases(const gchk_layer *twin, const gchk_layer *single, gchk_error *error) {
  const char *const *a = twin->shape_cases, *const *b = single->shape_cases;
  if ((a == NULL) != (b == NULL))
    return gchk_fail(error, GCHK_INVALID, "one of it and the float layer has shape cases; %s", remedy);
  for (; a != NULL && (*a != NULL || *b != NULL); a++, b++)
    if (!is_same_text(*a, *b))
      return text_differs("a shape case", *a, *b, error);
  return GCHK_OK;
}

// Which of the optional callbacks a layer has, in one number.
static unsigned callbacks(const gchk_layer *layer) {
  const bool has[] = {layer->create != NULL,      layer->destroy != NULL,  layer->bind != NULL,
                      layer->reset != NULL,       layer->set_seed != NULL, layer->set_mode != NULL,
                      layer->loss != NULL,        layer->update != NULL,   layer->forward != NULL,
                      layer->set_threads != NULL, layer->backward != NULL, layer->surrogate != NULL};
  unsigned bits = 0;
  for (size_t i = 0; i < sizeof has / sizeof has[0]; i++)
    bits |= (unsigned)has[i] << i;
  return bits;
}

gchk_status gchk_twin_table_matches(const gchk_layer *twin, const gchk_layer *single, gchk_error *error) {
  if (twin->dtype != GCHK_F64)
    return gchk_fail(error, GCHK_INVALID,
                     "it is %s, and a twin is f64; build it from the same sources with "
                     "cc $(gradcheck --cflags) -include gradcheck/as_double.h -shared -fPIC",
                     twin->dtype == GCHK_DTYPE_UNSET ? "of no dtype" : gchk_dtype_name(twin->dtype));
  if (twin->tensor_count != single->tensor_count)
    return gchk_fail(error, GCHK_INVALID, "it has %zu tensors, and the float layer %zu; %s", twin->tensor_count,
                     single->tensor_count, remedy);
  for (size_t i = 0; i < twin->tensor_count; i++)
    GCHK_TRY(compare_rows(twin, single, i, error));
  if (!is_same_text(twin->sizes, single->sizes))
    return text_differs("its sizes are", twin->sizes, single->sizes, error);
  if (!is_same_text(twin->sizes_require, single->sizes_require))
    return text_differs("what it requires of its sizes is", twin->sizes_require, single->sizes_require, error);
  if (!is_same_text(twin->sizes_default, single->sizes_default))
    return text_differs("what its sizes are by default is", twin->sizes_default, single->sizes_default, error);
  GCHK_TRY(compare_shape_cases(twin, single, error));
  GCHK_TRY(compare_options(twin, single, error));
  if (twin->flags != single->flags || !is_near(twin->grad_scale, single->grad_scale))
    return gchk_fail(error, GCHK_INVALID, "its flags or its grad_scale are not those of the float layer; %s", remedy);
  const char *differs = gchk_conventions_first_difference(twin, single);
  if (differs != NULL)
    return gchk_fail(error, GCHK_INVALID, "its .%s is not that of the float layer; %s", differs, remedy);
  if (callbacks(twin) != callbacks(single))
    return gchk_fail(error, GCHK_INVALID, "it has other callbacks than the float layer; %s", remedy);
  return GCHK_OK;
}
