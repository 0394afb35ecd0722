/* Does a double twin compute what the float layer computes? */
#ifndef GCHK_MEASURE_TWIN_MATCH_H
#define GCHK_MEASURE_TWIN_MATCH_H

#include "measure/work.h"

/* Of the values at the base point: where float that saturates there does not. */
enum { GCHK_GENTLER_PARTS = 4 };
extern const double gchk_gentler_parts[GCHK_GENTLER_PARTS];

/*
 * Compares the outputs of the f32 instance `single`, at its base point, with those of work->instance, its double twin,
 * at the same values. GCHK_INVALID where they differ by more than rounding in f32 does, with the output that differs
 * most, and where tensors have other shapes. Where they agree at smaller values, all of them, *is_saturated is set
 * instead: they are the same function, of which float has lost too much here. `single` is left as it was; the twin's
 * values are then anything. Costs nine forwards of both, and 36 more where they differ.
 */
gchk_status gchk_twin_matches(gchk_case_work *work, gchk_instance *single, bool *is_saturated,
                              gchk_error *error) GCHK_MUST_USE;

/*
 * *saturates: at the base point of `single` its outputs, which agree with the twin's, differ from them by more than
 * follows from rounding of the inputs and of sums, and by eight times what they do at the smallest of those values.
 * They agree because rounding is as large here, and it is so because float saturates. As above; costs up to 18 forwards
 * of both.
 */
gchk_status gchk_float_saturates(gchk_case_work *work, gchk_instance *single, bool *saturates,
                                 gchk_error *error) GCHK_MUST_USE;

#endif
