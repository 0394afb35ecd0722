/* Indices of elements, row-major. */
#include "instance/index.h"

#include <stdio.h>

void gchk_shape_index(const gchk_shape *shape, size_t flat, size_t index[GCHK_MAX_RANK]) {
  for (size_t i = shape->rank; i-- > 0;) {
    size_t dim = shape->dim[i] ? shape->dim[i] : 1;
    index[i] = i == 0 ? flat : flat % dim;
    flat /= dim;
  }
}

const char *gchk_index_format(const gchk_shape *shape, size_t flat, char *text, size_t size) {
  size_t index[GCHK_MAX_RANK];
  gchk_shape_index(shape, flat, index);
  size_t used = (size_t)snprintf(text, size, "[");
  for (size_t k = 0; k < shape->rank && used < size; k++)
    used += (size_t)snprintf(text + used, size - used, k == 0 ? "%zu" : ",%zu", index[k]);
  if (used < size)
    (void)snprintf(text + used, size - used, "]");
  return text;
}

size_t gchk_axis_stride(const gchk_shape *shape, size_t axis) {
  size_t stride = 1;
  for (size_t k = axis + 1; k < shape->rank; k++)
    stride *= shape->dim[k];
  return stride;
}

size_t gchk_axis_index(const gchk_shape *shape, size_t axis, size_t flat) {
  return flat / gchk_axis_stride(shape, axis) % shape->dim[axis];
}
