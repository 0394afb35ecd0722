#include "layers/every_layer.h"

/* Calls of gchk_registry_find until none is left; *index is counted down to 0 at the layer that is wanted. */
static const gchk_layer *walk(size_t *index, gchk_dtype dtype, size_t *nth) {
  const char *name;
  for (size_t i = 0; (name = gchk_registry_name(i)) != NULL; i++)
    for (*nth = 0; gchk_registry_find(name, dtype, *nth) != NULL; (*nth)++)
      if ((*index)-- == 0)
        return gchk_registry_find(name, dtype, *nth);
  return NULL;
}

size_t layer_count(void) {
  size_t index = (size_t)-1, nth;
  (void)walk(&index, GCHK_F64, &nth);
  return (size_t)-1 - index;
}

const gchk_layer *layer_at(size_t index, gchk_dtype dtype) {
  size_t nth;
  return walk(&index, dtype, &nth);
}

size_t nth_of_name(size_t index) {
  size_t nth = 0;
  (void)walk(&index, GCHK_F64, &nth);
  return nth;
}
