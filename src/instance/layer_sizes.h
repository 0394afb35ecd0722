/* The sizes of a layer: all that its shapes and defaults name, and what they are where nobody says. */
#ifndef GCHK_INSTANCE_LAYER_SIZES_H
#define GCHK_INSTANCE_LAYER_SIZES_H

#include "gradcheck/layer.h"
#include "instance/expression.h"

/* gchk_sizes_scan of every tensor's shape, then the names in the layer's sizes_default. Checks the notation of both. */
gchk_status gchk_layer_scan_sizes(const gchk_layer *layer, gchk_size_name_fn found, void *context,
                                  gchk_error *error) GCHK_MUST_USE;

/* Sizes that are not bound yet get what the layer's sizes_default says, where that can be told. */
void gchk_layer_default_sizes(const gchk_layer *layer, gchk_sizes *sizes);

/* The sizes of a case: of `text`, "N=3 C=4", or where that is NULL of the layer's own; then the defaults. */
gchk_status gchk_layer_read_sizes(const gchk_layer *layer, const char *text, gchk_sizes *sizes,
                                  gchk_error *error) GCHK_MUST_USE;

#endif
