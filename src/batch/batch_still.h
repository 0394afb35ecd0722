/* Elements of which it is known that they move nothing. */
#ifndef GCHK_BATCH_BATCH_STILL_H
#define GCHK_BATCH_BATCH_STILL_H

#include "batch/batch_block.h"

/*
 * In place of the rounds of a block that was started: what these come to where the output is y0 at every point, for
 * elements at which no point is missing; the others stay open. How many points the rounds would have asked of each.
 */
size_t gchk_batch_settle_still(gchk_batch *batch);

#endif
