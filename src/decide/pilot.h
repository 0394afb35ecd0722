/* What a few elements of a tensor teach about all of them: the noise of the outputs, and the step to start at. */
#ifndef GCHK_DECIDE_PILOT_H
#define GCHK_DECIDE_PILOT_H

#include "lines/groups.h"

/*
 * Sets sigma and start of l->tensor, unless that was done: from elements at fixed places, so that it does not depend on
 * which elements are checked. Costs about 18 evaluations an element for noise, at up to five, and some derivatives; in
 * groups, unless that is NULL.
 */
gchk_status gchk_pilot(gchk_tensor_line *l, gchk_groups *groups, gchk_error *error) GCHK_MUST_USE;

#endif
