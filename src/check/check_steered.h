/* The gradients at inputs that take branches which a case's own inputs do not. */
#ifndef GCHK_CHECK_CHECK_STEERED_H
#define GCHK_CHECK_CHECK_STEERED_H

#include "gradcheck/check.h"
#include "reach/reach.h"

/*
 * After a case that passed: looks for inputs at which backward takes branches that it has not taken yet (reach/steer.h)
 * and checks the layer there. What is wrong there fails the case, with a finding that says where. Costs at the most
 * about as many calls as the case did to look, and as many at each point that was found. Of cases that gradcheck chose,
 * and without `reach` (NULL), nothing is done. GCHK_NO_MEMORY.
 */
gchk_status gchk_check_steered(gchk_reach *reach, const gchk_case *spec, const gchk_options *options,
                               gchk_case_result *result, gchk_arena *arena, gchk_error *error) GCHK_MUST_USE;

#endif
