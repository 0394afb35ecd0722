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

/* Is what backward writes for the k-th tensor its gradient as it is: double, and neither scaled nor folded? */
bool gchk_gradient_is_in_place(const gchk_case_work *work, size_t k);

/* Copies what the last backward left for the k-th tensor, over the layer's grad_scale. */
void gchk_take_gradient(const gchk_case_work *work, size_t k, double *gradient);

/* The same where it is, if it is in place; else in `room`, which may be NULL if it is. */
const double *gchk_gradient_left(const gchk_case_work *work, size_t k, double *room);

/* Raises slack by what rounding the changed weights of a training step does to their gradients (conventions.h). */
void gchk_allow_steps(gchk_case_work *work);

/* Sets largest[draw] of every tensor from its analytic gradient. */
void gchk_find_largest(gchk_case_work *work, size_t draw);

#endif
