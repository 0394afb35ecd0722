/* Which elements of a case are checked: all of them, or a sample within the budget. */
#ifndef GCHK_SCREEN_BUDGET_H
#define GCHK_SCREEN_BUDGET_H

#include "measure/work.h"

/*
 * How many elements of a case are checked at the most; 0: all of them. Of a size or an option that gradcheck chose
 * itself these are no more than GCHK_VARIED_ELEMENTS: the mistakes that only such a case shows are of many elements, or
 * show in a direction over all of them.
 */
enum { GCHK_VARIED_ELEMENTS = 192 };
uint64_t gchk_budget_of(const gchk_case *spec, const gchk_options *options);

/*
 * Sets checked and checked_count of every tensor, and checked, sample_fraction and sample_probability of its row.
 * With a budget, every tensor gets a share by its size, at least its first, last and largest gradient.
 */
gchk_status gchk_choose_elements(gchk_case_work *work, gchk_case_result *result, gchk_error *error) GCHK_MUST_USE;

#endif
