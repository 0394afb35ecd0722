/* The upstream gradients of a check. */
#ifndef GCHK_MEASURE_UPSTREAM_H
#define GCHK_MEASURE_UPSTREAM_H

#include "measure/work.h"

/* Draws the upstream gradients: v[0] is 1 for a scalar output, everything else is random and signed. */
gchk_status gchk_draw_upstream(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

#endif
