/* A gradient check of a network in training: a sample of its gradients, at the weights and the rows that it has. */
#ifndef GCHK_CLI_TRAIN_CHECK_H
#define GCHK_CLI_TRAIN_CHECK_H

#include "gradcheck/check.h"
#include "instance/instance.h"

/*
 * Checks `spec` with the values that `instance` holds, about `budget` elements of it, without the probes of the calling
 * contract (`gradcheck run` has them). The instance stays as it is. The caller frees the result.
 */
gchk_status train_check(const gchk_case *spec, const gchk_instance *instance, uint64_t seed, uint64_t budget,
                        gchk_result **result, gchk_error *error) GCHK_MUST_USE;

#endif
