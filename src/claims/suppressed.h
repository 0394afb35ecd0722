/* Findings that the layer or the case says are known, and left until a day. */
#ifndef GCHK_CLAIMS_SUPPRESSED_H
#define GCHK_CLAIMS_SUPPRESSED_H

#include "measure/work.h"

/*
 * Does the suppression make sense for the layer: a code that can be suppressed, one of its tensors, a reason, a day?
 * Errors: GCHK_INVALID, with what would be right. Whether the day has passed is no matter.
 */
gchk_status gchk_suppression_check(const gchk_suppression *suppression, const gchk_layer *layer,
                                   gchk_error *error) GCHK_MUST_USE;

/* Fills in result->suppressions from the layer and the case's settings, each of them checked. */
gchk_status gchk_read_suppressions(const gchk_case_work *work, gchk_case_result *result,
                                   gchk_error *error) GCHK_MUST_USE;

/*
 * Makes notes of the findings of `tensor`, or of the case as a whole where it is NULL, that are suppressed today, and
 * counts them. True: there were some, and no other is left that is more than a note.
 */
bool gchk_suppress(gchk_finding_list *findings, const char *tensor, gchk_case_result *result);

#endif
