/* Is a mismatch the work of an option that forward takes into account and backward does not? */
#ifndef GCHK_EVIDENCE_BLAME_OPTION_H
#define GCHK_EVIDENCE_BLAME_OPTION_H

#include "measure/work.h"

/*
 * For every failing tensor: sets each option of the layer that is not at its initial value back to it, one at a time,
 * and differentiates some of the failing elements there. Where they are then right, the finding "option-ignored"
 * names the option. Where no option alone does it but all of them together do, it names those that take away half of
 * the mismatch or more. Costs a fresh instance and about 100 forwards an option and failing tensor.
 */
gchk_status gchk_blame_options(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

#endif
