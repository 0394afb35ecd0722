/* What rounding inside backward may have done to the analytic gradients. */
#ifndef GCHK_MEASURE_SLACK_H
#define GCHK_MEASURE_SLACK_H

#include "measure/work.h"

/*
 * Raises slack of every tensor, for every draw, to a multiple of what moving all inputs, parameters and upstream gradients
 * by one unit of rounding does to the gradients that work->instance computes. `single` NULL: the instance's own
 * gradients, which are in `analytic`; else the f32 instance whose values its double twin, work->instance, holds. A
 * move after which the layer fails or is not finite adds nothing. Leaves the instance at its values, forward not done.
 * Costs four forwards and backwards a draw, five with a twin.
 */
gchk_status gchk_measure_slack(gchk_case_work *work, const gchk_instance *single, gchk_error *error) GCHK_MUST_USE;

/* Copies the given values of `from`, of the same table in another precision. */
void gchk_copy_values(const gchk_instance *from, gchk_instance *to);

#endif
