/* Whether two shapes are one: as many dimensions, and each of the same size. */
#ifndef GCHK_INSTANCE_SAME_SHAPE_H
#define GCHK_INSTANCE_SAME_SHAPE_H

#include "gradcheck/tensor.h"

bool gchk_is_same_shape(const gchk_shape *a, const gchk_shape *b);

#endif
