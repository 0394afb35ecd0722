/* Steps of layers whose rows stand alone (`rowwise`): their own forward, on as many rows as there are. */
#ifndef GCHK_NETWORK_VARY_ROWS_H
#define GCHK_NETWORK_VARY_ROWS_H

#include "network/vary_plan.h"

/*
 * y = the rows that the step's forward makes of x, both in lanes (layers/lanes.h); lanes of no run are copies of the
 * last one that is of a run.
 */
gchk_status gchk_vary_rows(const gchk_vary_step *step, const gchk_lane_block *block, const double *x, double *y,
                           gchk_error *error) GCHK_MUST_USE;

/* to = f(from) of `count` elements, for a step that acts on elements. */
gchk_status gchk_vary_elements(const gchk_vary_step *step, double *from, double *to, size_t count,
                               gchk_error *error) GCHK_MUST_USE;

#endif
