/* The stages that checking a case and explaining an element share. */
#ifndef GCHK_MEASURE_BASE_POINT_H
#define GCHK_MEASURE_BASE_POINT_H

#include "measure/work.h"

/* `work` is to be closed even when this fails. */
gchk_status gchk_work_open(gchk_case_work *work, const gchk_case *spec, const gchk_options *options, gchk_arena *arena,
                           gchk_error *error) GCHK_MUST_USE;
void gchk_work_close(gchk_case_work *work);

/* The instance, filled, its forward done, its outputs in work->y. GCHK_LAYER_FAILED when an output is not finite. */
gchk_status gchk_reach_base_point(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

/* Fills analytic and largest of every tensor for every draw; by the double twin where there is one. */
gchk_status gchk_find_analytic(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

/*
 * An intermediate value: a cache with a gradient, from which the layer's update goes on to the outputs. forward writes it
 * anew, so that only update can evaluate a change of it.
 */
bool gchk_is_inner_value(const gchk_instance *instance, size_t i);

/* Does the case say something of an intermediate value's gradient, so that it is checked like a parameter? */
bool gchk_setting_asks_for_gradient(const gchk_tensor_setting *setting);

#endif
