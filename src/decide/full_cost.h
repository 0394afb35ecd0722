/*
 * What a full check of a case costs, counted: elements, evaluations of each, operations of an evaluation.
 *
 * One place knows how elements are evaluated; where another way of evaluating them comes, its cost is told here.
 */
#ifndef GCHK_DECIDE_FULL_COST_H
#define GCHK_DECIDE_FULL_COST_H

#include "measure/work.h"

/* Operations beyond which a case is screened: ten seconds of a core at the rate of a BLAS, minutes in plain loops. */
#define GCHK_FULL_CHECK_OPERATIONS 2e11

/*
 * Operations of checking every element of all tensors; and element_cost of each tensor. Where it would be too much by
 * forward, the layer is asked for faster ways, and where it still would be, groups are looked for, if these may change
 * it. Costs nothing, or an update or a point of vary a tensor, and at the most the forwards of finding and auditing
 * groups, which are kept. Outputs and caches are as they were. GCHK_INVALID for what the layer declares wrongly.
 */
gchk_status gchk_full_cost(gchk_case_work *work, double *operations, gchk_error *error) GCHK_MUST_USE;

/* Would so many forwards be more than a full check may be? What else is tried of a case is held to that too. */
bool gchk_is_too_much(const gchk_case_work *work, double forwards);

#endif
