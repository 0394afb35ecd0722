/* Trying elements that are still open again, at other base points. */
#ifndef GCHK_DECIDE_RETRY_H
#define GCHK_DECIDE_RETRY_H

#include "decide/look.h"

/*
 * Tries every inconclusive element of the tensors of `work` again at up to four other base points; the first that
 * decides counts, and its figures take the place of those in the arrays. Where the first 64 of a tensor show that it
 * would stay inconclusive, the rest are left as they are. A sample of the elements of a tensor that is exactly zero,
 * analytic and numeric, is tried too: one that is not zero elsewhere takes its place. `kept` NULL, or the look that
 * decided the first checked element of the first tensor, for `explain`. With a fixed step nothing is tried again.
 */
gchk_status gchk_retry_open_elements(gchk_case_work *work, gchk_look *kept, gchk_error *error) GCHK_MUST_USE;

#endif
