/* The base point of a case: its instance, outputs and analytic gradients. What checking and explaining share. */
#ifndef GCHK_MEASURE_BASE_POINT_H
#define GCHK_MEASURE_BASE_POINT_H

#include "measure/work.h"

/* `work` is to be closed even when this fails. */
gchk_status gchk_work_open(gchk_case_work *work, const gchk_case *spec, const gchk_options *options, gchk_arena *arena,
                           gchk_error *error) GCHK_MUST_USE;
void gchk_work_close(gchk_case_work *work);

/* The instance, filled, its forward done, its outputs in work->y. GCHK_LAYER_FAILED when an output is not finite. */
gchk_status gchk_reach_base_point(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

/* The part after filling: the forward of work->instance and its outputs. */
gchk_status gchk_work_forward(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

/*
 * Fills analytic, largest and slack of every tensor for every draw; goes over to the double twin where there is one. Of
 * a loss, without a twin, whose second gradients are a multiple of the first ones (upstream.h), the first draw is left.
 */
gchk_status gchk_find_analytic(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

#endif
