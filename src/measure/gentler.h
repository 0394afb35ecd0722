/* Rounding inside a float backward where float saturates: what no move of the values there shows. */
#ifndef GCHK_MEASURE_GENTLER_H
#define GCHK_MEASURE_GENTLER_H

#include "measure/work.h"

/*
 * Raises slack of this draw where what the f32 instance `single` loses beside its double twin, work->instance, is more
 * than slack and rounding allow, and no more than its rounding where inputs and parameters are a half to a sixteenth as
 * large; sets *is_open where some loss is left that nothing explains. loss[k] is what it loses at the values that both
 * hold, for the k-th of work->tensors. Leaves both at these values, forward not done. Costs up to twenty forwards and
 * backwards of each, and none where nothing is beyond slack.
 */
gchk_status gchk_allow_saturation(gchk_case_work *work, gchk_instance *single, size_t draw, double *const *loss,
                                  bool *is_open, gchk_error *error) GCHK_MUST_USE;

#endif
