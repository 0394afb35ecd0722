/* Is a layer the double twin of another, as far as their tables say? */
#ifndef GCHK_SUITE_TWIN_TABLE_H
#define GCHK_SUITE_TWIN_TABLE_H

#include "gradcheck/layer.h"

/*
 * GCHK_OK where `twin` is f64 and its table otherwise that of the f32 layer `single`: tensors with names, roles,
 * shapes, dtypes, gradients; sizes, options, flags and callbacks. Else GCHK_INVALID with the first thing that differs.
 * What the two compute is compared at the base point of every case (measure/twin_match.c).
 */
gchk_status gchk_twin_table_matches(const gchk_layer *twin, const gchk_layer *single, gchk_error *error) GCHK_MUST_USE;

#endif
