/* Which elements of a case are checked: all of them, or a sample within the budget. */
#ifndef GCHK_DECIDE_BUDGET_H
#define GCHK_DECIDE_BUDGET_H

#include "measure/work.h"

/*
 * Sets checked and checked_count of every tensor, and checked, sample_fraction and sample_probability of its row.
 * With a budget, every tensor gets a share by its size, at least its first, last and largest gradient.
 */
gchk_status gchk_choose_elements(gchk_case_work *work, gchk_case_result *result, gchk_error *error) GCHK_MUST_USE;

#endif
