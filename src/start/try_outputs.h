/* Outputs at values that nobody declared. */
#ifndef GCHK_START_TRY_OUTPUTS_H
#define GCHK_START_TRY_OUTPUTS_H

#include "instance/instance.h"

/*
 * The outputs of forward at the instance's values. *are_finite: false where one is not, and where forward refuses; only
 * memory that is out is an error.
 */
gchk_status gchk_try_outputs(gchk_instance *instance, double *y, bool *are_finite) GCHK_MUST_USE;

#endif
