/* The undecided elements of a tensor: how many, what they fill, and what the decided ones would have caught. */
#ifndef GCHK_CHECK_UNDECIDED_H
#define GCHK_CHECK_UNDECIDED_H

#include "measure/work.h"

/*
 * Fills row->undecided from the arrays of the tensor, but for what gchk_result_summarise settles. False when out of
 * memory. Costs nothing where no element is undecided, else the checked elements times 2^rank.
 */
bool gchk_describe_undecided(gchk_case_work *work, const gchk_tensor_work *tensor,
                             gchk_tensor_result *row) GCHK_MUST_USE;

#endif
