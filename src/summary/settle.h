/* Whether tensors may pass with undecided elements. */
#ifndef GCHK_SUMMARY_SETTLE_H
#define GCHK_SUMMARY_SETTLE_H

#include "gradcheck/result.h"

/*
 * Settles verdict and reason of every tensor that lacks nothing but decided elements, and of its case, over all cases
 * of the result: `is_tolerated` and `why_not` say how. It depends on what was measured alone, so it may be called
 * again, on a result that was read, or on one of merged shards. Where memory is out a tensor is inconclusive with a
 * fixed reason, and the result's arena has noted it.
 */
void gchk_settle(gchk_result *result);

#endif
