/* Lanes of y = x W + b and y = x W^T + b. */
#ifndef GCHK_LAYERS_LANES_PRODUCT_H
#define GCHK_LAYERS_LANES_PRODUCT_H

#include "layers/lanes.h"

extern const gchk_lanes gchk_affine_lanes, gchk_linear_lanes;

#endif
