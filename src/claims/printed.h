/* What documents print of a case, beside what gradcheck gives. */
#ifndef GCHK_CLAIMS_PRINTED_H
#define GCHK_CLAIMS_PRINTED_H

#include "measure/work.h"

/*
 * Fills in result->printed from the rows of the case's settings, once its tensors are judged. `instance` is the layer
 * that the case names. Costs a forward and a backward where there is a row.
 */
gchk_status gchk_compare_printed(gchk_case_work *work, gchk_instance *instance, gchk_case_result *result,
                                 gchk_error *error) GCHK_MUST_USE;

/* A finding, and a case that fails, for the rows that differ, whatever else is expected of the case. */
void gchk_judge_printed(gchk_case_work *work, gchk_case_result *result);

#endif
