/* Rows of a layer's tables. */
#include "instance/layer_table.h"

#include <string.h>

size_t gchk_layer_find_row(const gchk_layer *layer, const char *name) {
  size_t i = 0;
  while (i < layer->tensor_count && strcmp(layer->tensors[i].name, name) != 0)
    i++;
  return i;
}

gchk_dtype gchk_layer_row_dtype(const gchk_layer *layer, const gchk_tensor_spec *row) {
  if (row->dtype != GCHK_DTYPE_UNSET)
    return row->dtype;
  return row->role == GCHK_INDEX ? GCHK_I32 : layer->dtype;
}

size_t gchk_layer_find_option(const gchk_layer *layer, const char *name) {
  size_t i = 0;
  while (i < layer->option_count && (layer->options[i].name == NULL || strcmp(layer->options[i].name, name) != 0))
    i++;
  return i;
}

double gchk_layer_option(const gchk_layer *layer, const double *options, size_t i) {
  const double *values = options != NULL ? options : layer->option_values;
  return values != NULL ? values[i] : layer->options[i].initial;
}
