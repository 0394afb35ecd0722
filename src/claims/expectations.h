/* What a case expects: values, gradients, and gradients from elsewhere. */
#ifndef GCHK_CLAIMS_EXPECTATIONS_H
#define GCHK_CLAIMS_EXPECTATIONS_H

#include "measure/work.h"

/*
 * Compares expected values, expected gradients and reference gradients with those of `instance`, the layer that the
 * case names (work->instance may be its double twin); findings go to the tensors and the case. Costs a forward and a
 * backward.
 */
gchk_status gchk_check_expectations(gchk_case_work *work, gchk_instance *instance, gchk_case_result *result,
                                    gchk_error *error) GCHK_MUST_USE;

/* forward, and backward for what is expected: with an upstream gradient v of 1, or the one that the case gives. */
gchk_status gchk_run_expected(gchk_case_work *work, gchk_instance *instance, double **v,
                              gchk_error *error) GCHK_MUST_USE;

#endif
