/* What is asked of a layer's table of tensors: rows by name, and what a row leaves unsaid. */
#ifndef GCHK_INSTANCE_LAYER_TABLE_H
#define GCHK_INSTANCE_LAYER_TABLE_H

#include "gradcheck/layer.h"

/* The row called `name`, or tensor_count. */
size_t gchk_layer_find_row(const gchk_layer *layer, const char *name);

/* The dtype of the row's tensor: its own; for an index that says none i32, for all others the layer's. */
gchk_dtype gchk_layer_row_dtype(const gchk_layer *layer, const gchk_tensor_spec *row);

#endif
