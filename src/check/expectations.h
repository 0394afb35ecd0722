/* What a case expects: values, gradients, and gradients from elsewhere. */
#ifndef GCHK_CHECK_EXPECTATIONS_H
#define GCHK_CHECK_EXPECTATIONS_H

#include "measure/work.h"

/*
 * Compares expected values, expected gradients and reference gradients with those of `instance`, the layer that the
 * case names (work->instance may be its double twin); findings go to the tensors and the case. Costs a forward and a
 * backward.
 */
gchk_status gchk_check_expectations(gchk_case_work *work, gchk_instance *instance, gchk_case_result *result,
                                    gchk_error *error) GCHK_MUST_USE;

#endif
