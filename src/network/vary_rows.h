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

/*
 * to = f(from) of `count` elements, for a step that acts on elements: of those that are changed in the runs of `block`,
 * whose rows have `units`, or where that is NULL, of all elements of the value. Where the step couples rows the runs
 * are one unit of all rows, in their order.
 */
gchk_status gchk_vary_elements(const gchk_vary_step *step, const gchk_lane_block *block, size_t units, double *from,
                               double *to, size_t count, gchk_error *error) GCHK_MUST_USE;

/* y = f(x), rows of `units` elements in lanes, for a step that couples all rows, which follow one another. */
void gchk_vary_columns(const gchk_vary_step *step, const gchk_lane_block *block, size_t units, const double *x,
                       double *y);

/* y = f(x), rows of `units` elements in lanes, for a step that acts on elements; it may read two changed values. */
gchk_status gchk_vary_element_rows(const gchk_vary_step *step, const gchk_lane_block *block, size_t units, double *x,
                                   const double *other, double *y, gchk_error *error) GCHK_MUST_USE;

#endif
