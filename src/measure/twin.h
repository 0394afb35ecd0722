/* f32 layers that have a double twin. */
#ifndef GCHK_MEASURE_TWIN_H
#define GCHK_MEASURE_TWIN_H

#include "measure/work.h"

/*
 * For an f32 layer with a double twin, its analytic gradients known: the twin's instance in work->instance with the
 * same values, its outputs in work->y, the f32 instance in work->single, and slack set. Where float saturates at the
 * base point, so that its outputs or its gradients are not the twin's, or the twin computes something else in a case
 * that gradcheck varied by itself, the twin is set aside, with a note: the f32 instance stays where it is, and is
 * differenced itself.
 */
gchk_status gchk_use_twin(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

#endif
