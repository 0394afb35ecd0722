/*
 * Planted values: what real data has and random numbers never do.
 *
 * Unguarded divisions, logarithms and roots, ties in a maximum and the ends of a clip show only at zeros, ones, equal
 * rows and the ends of a range; distances and margins only where an input is just what stands beside it; approximations
 * and functions that saturate only far from the mean; what divides by a determinant or by a difference of eigenvalues
 * only at singular matrices.
 */
#ifndef GCHK_START_PLANT_H
#define GCHK_START_PLANT_H

#include "gradcheck/check.h"
#include "instance/instance.h"

/* Has the row anything for this kind of planting? What asks for a distance from a kink keeps it. */
bool gchk_can_be_planted(const gchk_tensor_spec *spec, gchk_planting kind);

/* Are there labels whose row says which value does not count? */
bool gchk_tensor_spec_can_be_ignored(const gchk_tensor_spec *spec);

/*
 * Puts the ignored label into all labels of a row that says which it is; where an output is then not finite, the first
 * keeps its value. Costs a forward such a row.
 */
gchk_status gchk_plant_ignored(gchk_instance *instance, gchk_error *error) GCHK_MUST_USE;

/*
 * Plants values into the filled inputs of `instance`, one tensor after the other; where forward refuses them or an
 * output is then not finite, the tensor is put back, and milder values of the kind are tried. Ignored labels go into
 * some of those that have them. GCHK_LAYER_FAILED where of an unusual kind nothing could be planted. Costs at the most
 * nine forwards an input, and twelve where they are made short instead of large (shorten.h).
 */
gchk_status gchk_plant_values(gchk_instance *instance, gchk_planting kind, gchk_error *error) GCHK_MUST_USE;

#endif
