/* The place of an element in its tensor: flat, and as one index a dimension. Row-major. */
#ifndef GCHK_INSTANCE_INDEX_H
#define GCHK_INSTANCE_INDEX_H

#include "gradcheck/tensor.h"
#include <stddef.h>

/* The indices of the flat element `flat`; the first is beyond its dimension where the element is beyond the tensor. */
void gchk_shape_index(const gchk_shape *shape, size_t flat, size_t index[GCHK_MAX_RANK]);

/* "[2,3]", written into `text`, which is returned. */
enum { GCHK_INDEX_TEXT = 128 };
const char *gchk_index_format(const gchk_shape *shape, size_t flat, char *text, size_t size);

/* How far apart neighbours along an axis are, and the index along it of a flat element. */
size_t gchk_axis_stride(const gchk_shape *shape, size_t axis);
size_t gchk_axis_index(const gchk_shape *shape, size_t axis, size_t flat);

#endif
