/* Elements that move far out only. Private to src/batch. */
#ifndef GCHK_BATCH_BATCH_BEYOND_H
#define GCHK_BATCH_BATCH_BEYOND_H

#include "batch/batch_block.h"

/*
 * Settles the element at `place` of those that were asked for, where it wants all larger steps and comes out as 0;
 * false: it is as it was.
 */
bool gchk_batch_settle_beyond(gchk_batch *batch, size_t place);

#endif
