/* Analytic gradients: what backward produces for an upstream gradient. */
#ifndef GCHK_MEASURE_ANALYTIC_H
#define GCHK_MEASURE_ANALYTIC_H

#include "measure/work.h"

/*
 * Calls forward and backward with the upstream gradient v and copies what backward wrote, over the layer's grad_scale,
 * to gradient[k] for the k-th of work->tensors (NULL entries are left out; NULL: copies nothing). Gradients are
 * zeroed before.
 */
gchk_status gchk_analytic_gradients(gchk_case_work *work, const double *v, double *const *gradient,
                                    gchk_error *error) GCHK_MUST_USE;

/* The same without the forward: of what the instance holds. */
gchk_status gchk_backward_gradients(gchk_case_work *work, const double *v, double *const *gradient,
                                    gchk_error *error) GCHK_MUST_USE;

/* Raises slack by what rounding the changed weights of a training step does to their gradients (conventions.h). */
void gchk_allow_steps(gchk_case_work *work);

/* Sets largest[draw] of every tensor from its analytic gradient. */
void gchk_find_largest(gchk_case_work *work, size_t draw);

#endif
