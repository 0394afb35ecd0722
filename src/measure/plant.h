/*
 * Planted values: what real data has and random numbers never do, zeros, ties, rows of equal elements, and ones.
 *
 * Unguarded divisions, logarithms and roots, ties in a maximum and the ends of a clip show only there.
 */
#ifndef GCHK_MEASURE_PLANT_H
#define GCHK_MEASURE_PLANT_H

#include "instance/instance.h"

/* Inputs whose row asks for a fill of its own, or for a distance from a kink, are left as they are. */
bool gchk_tensor_spec_can_be_planted(const gchk_tensor_spec *spec);

/* Are there labels whose row says which value does not count? */
bool gchk_tensor_spec_can_be_ignored(const gchk_tensor_spec *spec);

/*
 * Puts the ignored label into all labels of a row that says which it is; where an output is then not finite, the first
 * keeps its value. Costs a forward such a row.
 */
gchk_status gchk_plant_ignored(gchk_instance *instance, gchk_error *error) GCHK_MUST_USE;

/*
 * Plants values into the filled inputs of `instance`, one tensor after the other; where an output is then not finite,
 * the tensor is put back. Ignored labels go into some of those that have them. Costs a forward an input.
 */
gchk_status gchk_plant_values(gchk_instance *instance, gchk_error *error) GCHK_MUST_USE;

#endif
