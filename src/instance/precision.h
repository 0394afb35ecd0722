/* How exact the types of numbers are. */
#ifndef GCHK_INSTANCE_PRECISION_H
#define GCHK_INSTANCE_PRECISION_H

#include "gradcheck/tensor.h"

#define GCHK_UNIT_F64 0x1p-53
#define GCHK_UNIT_F32 0x1p-24

/* The unit round-off of a dtype: 2^-24 for f32, 2^-53 for f64 (and for integers, which are exact as doubles). */
double gchk_unit_of(gchk_dtype dtype);

#endif
