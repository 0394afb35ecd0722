/* What rounding inside backward may have done to the analytic gradients. */
#ifndef GCHK_MEASURE_SLACK_H
#define GCHK_MEASURE_SLACK_H

#include "measure/work.h"

/*
 * Raises slack of every tensor, for `draws` draws from the first one on, to a multiple of what moving all inputs,
 * parameters and upstream gradients by one unit of rounding does to the gradients that work->instance computes, which
 * are in `analytic`. A move after which the layer fails or is not finite adds nothing. Sets `terms` by it. Leaves the
 * instance at its values, forward not done. Costs twelve forwards and backwards a draw.
 */
gchk_status gchk_measure_slack(gchk_case_work *work, size_t first_draw, size_t draws, gchk_error *error) GCHK_MUST_USE;

/*
 * Slack of the f32 instance `single` whose values its double twin, work->instance, holds, raised to what moves by
 * units of float do to the twin's gradients, and to what those of `single`, which are in `analytic`, lose beside them.
 * Sets `terms` by it, and *is_open: an element loses more than all this explains. Costs seventeen forwards and
 * backwards of the twin a draw, and twelve of `single`; and those of gentler.h where float loses more than that.
 */
gchk_status gchk_measure_twin_slack(gchk_case_work *work, gchk_instance *single, bool *is_open,
                                    gchk_error *error) GCHK_MUST_USE;

#endif
