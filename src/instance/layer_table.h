/* What is asked of a layer's tables of tensors and options: rows by name, and what a row leaves unsaid. */
#ifndef GCHK_INSTANCE_LAYER_TABLE_H
#define GCHK_INSTANCE_LAYER_TABLE_H

#include "gradcheck/layer.h"

/* The row called `name`, or tensor_count. */
size_t gchk_layer_find_row(const gchk_layer *layer, const char *name);

/* The dtype of the row's tensor: its own; for an index that says none i32, for all others the layer's. */
gchk_dtype gchk_layer_row_dtype(const gchk_layer *layer, const gchk_tensor_spec *row);

/* The option called `name`, or option_count. */
size_t gchk_layer_find_option(const gchk_layer *layer, const char *name);

/* Option i of `options`; where that is NULL what the layer's own value says, or its initial one. */
double gchk_layer_option(const gchk_layer *layer, const double *options, size_t i);

#endif
