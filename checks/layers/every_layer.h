/* All rows of the registry, for tests that are the same for every layer. */
#ifndef CHECKS_LAYERS_EVERY_LAYER_H
#define CHECKS_LAYERS_EVERY_LAYER_H

#include "gradcheck/layers.h"

/* How many layers there are in each dtype, and the index-th of them. */
size_t layer_count(void);
const gchk_layer *layer_at(size_t index, gchk_dtype dtype);

/* How many before it have the same name: its `nth` in gchk_registry_find. */
size_t nth_of_name(size_t index);

#endif
