/* Does a layer's table make sense? Said before anything is called, with the remedy. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/name_table.h"
#include "gradcheck/check.h"
#include "instance/conditions.h"
#include "instance/convention_table.h"
#include "instance/layer_sizes.h"
#include "instance/layer_table.h"
#include "instance/meaning.h"
#include "instance/precision.h"
#include "instance/sizes.h"

static const char *or_nameless(const char *name) {
  return name == NULL || name[0] == '\0' ? "(a layer without a name)" : name;
}

// 2^-p, at least as coarse as the numbers of the type that it is held in; at 2^-2 a number has two bits.
static bool is_unit(double unit, gchk_dtype dtype) {
  int exponent;
  return unit == 0 || (frexp(unit, &exponent) == 0.5 && unit >= gchk_unit_of(dtype) && unit <= 0x1p-2);
}

static gchk_status validate_unit(const char *layer, const char *of, const char *field, double unit, gchk_dtype dtype,
                                 gchk_error *error) {
  if (dtype == GCHK_I32 && unit != 0)
    return gchk_fail(error, GCHK_INVALID, "%s: %s%s is %g, but integers are exact; leave it out", layer, of, field,
                     unit);
  if (dtype == GCHK_I32 || is_unit(unit, dtype))
    return GCHK_OK;
  return gchk_fail(
      error, GCHK_INVALID,
      "%s: %s%s is %g; a unit round-off is 2^-p, half the spacing of the numbers at 1, from %g (%s) to "
      "0.25: write GCHK_UNIT_OF_BF16 (2^-8), GCHK_UNIT_OF_F16 or GCHK_UNIT_OF_TF32 (2^-11), or leave it out",
      layer, of, field, unit, gchk_unit_of(dtype), gchk_dtype_name(dtype));
}

static gchk_status validate_tensor(const gchk_layer *layer, size_t i, gchk_name_table *names, gchk_error *error) {
  const gchk_tensor_spec *t = &layer->tensors[i];
  if (t->name == NULL || t->name[0] == '\0')
    return gchk_fail(error, GCHK_INVALID, "%s: tensor %zu has no name", layer->name, i);
  size_t first;
  if (!gchk_name_table_add(names, t->name, i, &first))
    return gchk_fail_memory(error, "the names of tensors");
  if (first != i)
    return gchk_fail(error, GCHK_INVALID, "%s: two tensors are called %s", layer->name, t->name);
  if (t->role <= GCHK_ROLE_UNSET || t->role > GCHK_CONSTANT)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: tensor %s has no role; give it GCHK_INPUT, GCHK_PARAMETER, GCHK_OUTPUT, ...", layer->name,
                     t->name);
  if (t->shape == NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: tensor %s has no shape; \"\" is a scalar", layer->name, t->name);
  if (t->dtype > GCHK_I32)
    return gchk_fail(error, GCHK_INVALID, "%s: tensor %s: %d is no dtype", layer->name, t->name, (int)t->dtype);
  bool is_integer = gchk_layer_row_dtype(layer, t) == GCHK_I32;
  if (is_integer && t->role != GCHK_INDEX && t->role != GCHK_CONSTANT && t->role != GCHK_CACHE &&
      t->role != GCHK_SCRATCH)
    return gchk_fail(error, GCHK_INVALID, "%s: tensor %s is i32 and cannot be differentiated; make its role GCHK_INDEX",
                     layer->name, t->name);
  char of[64];
  (void)snprintf(of, sizeof of, "tensor %.40s: ", t->name);
  GCHK_TRY(validate_unit(layer->name, of, "unit", t->unit, gchk_layer_row_dtype(layer, t), error));
  if (t->fill.kind == GCHK_FILL_VALUES && t->fill.values == NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: tensor %s is to be filled with values, and has none; set .fill.values",
                     layer->name, t->name);
  GCHK_TRY(gchk_validate_meaning(layer, i, error));
  gchk_status status = gchk_sizes_scan(t->shape, NULL, NULL, error);
  return status == GCHK_OK ? GCHK_OK : gchk_fail_within(error, "%s: tensor %s", layer->name, t->name);
}

static gchk_status validate_tensors(const gchk_layer *layer, gchk_error *error) {
  gchk_name_table names = {0};
  gchk_status status = GCHK_OK;
  bool has_output = layer->loss != NULL;
  for (size_t i = 0; i < layer->tensor_count && status == GCHK_OK; i++) {
    status = validate_tensor(layer, i, &names, error);
    has_output = has_output || layer->tensors[i].role == GCHK_OUTPUT;
  }
  gchk_name_table_deinit(&names);
  if (status == GCHK_OK && !has_output)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: has neither an output tensor nor a loss callback: nothing to differentiate", layer->name);
  return status;
}

gchk_status gchk_layer_validate(const gchk_layer *layer, gchk_error *error) {
  if (layer == NULL)
    return gchk_fail(error, GCHK_INVALID, "the layer is NULL");
  const char *name = or_nameless(layer->name);
  if (layer->name == NULL || layer->name[0] == '\0')
    return gchk_fail(error, GCHK_INVALID, "%s: give it one", name);
  if (layer->dtype != GCHK_F64 && layer->dtype != GCHK_F32)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: its dtype is not set; write .dtype = GCHK_F32 (float) or GCHK_F64 (double)", name);
  if (layer->forward == NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: has no forward", name);
  if (layer->tensors == NULL || layer->tensor_count == 0)
    return gchk_fail(error, GCHK_INVALID, "%s: has no tensors; add GCHK_TENSORS(table)", name);
  if (layer->options == NULL && layer->option_count > 0)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: has no options, and an option_count of %zu; use GCHK_OPTION_TABLE(table)", name,
                     layer->option_count);
  GCHK_TRY(validate_unit(name, "", "unit", layer->unit, layer->dtype, error));
  GCHK_TRY(validate_unit(name, "", "product_unit", layer->product_unit, layer->dtype, error));
  GCHK_TRY(validate_tensors(layer, error));
  if (layer->twin != NULL && (layer->twin->dtype != GCHK_F64 || layer->twin->tensors == NULL ||
                              layer->twin->tensor_count != layer->tensor_count))
    return gchk_fail(error, GCHK_INVALID, "%s: its twin must be f64 and have the same tensors", name);
  const char *differs = layer->twin != NULL ? gchk_conventions_first_difference(layer->twin, layer) : NULL;
  if (differs != NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: its twin has another .%s; both are called in the same way", name,
                     differs);
  if (layer->surrogate == layer->forward)
    return gchk_fail(error, GCHK_INVALID, "%s: its surrogate is its forward; leave it out", name);
  if (gchk_layer_scan_sizes(layer, NULL, NULL, error) != GCHK_OK)
    return gchk_fail_within(error, "%s", name);
  if (layer->sizes_require != NULL && gchk_conditions_scan(layer->sizes_require, NULL, NULL, error) != GCHK_OK)
    return gchk_fail_within(error, "%s", name);
  for (size_t i = 0; i < layer->option_count; i++)
    if (layer->options[i].name == NULL)
      return gchk_fail(error, GCHK_INVALID, "%s: option %zu has no name", name, i);
  return gchk_conventions_validate(layer, error);
}
