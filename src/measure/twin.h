/* f32 layers that have a double twin. */
#ifndef GCHK_MEASURE_TWIN_H
#define GCHK_MEASURE_TWIN_H

#include "measure/work.h"

/*
 * For an f32 layer with a double twin: the analytic gradients of the f32 layer, the twin's instance in work->instance
 * with the same values, and in `slack` what rounding in f32 may have done to each gradient.
 */
gchk_status gchk_use_twin(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

#endif
