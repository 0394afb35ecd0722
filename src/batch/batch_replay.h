/* Elements that the first rounds do not settle. Private to src/batch. */
#ifndef GCHK_BATCH_BATCH_REPLAY_H
#define GCHK_BATCH_BATCH_REPLAY_H

#include "batch/batch_block.h"

/* Pairs of points beside the three first ones: two smaller steps, or none, and larger ones. */
enum { GCHK_REPLAY_SMALLER = 2, GCHK_REPLAY_PAIRS = GCHK_BATCH_MOST_KINDS / 2 };

/* The exponent of pair `k` of an element; that of no step (below all) where the element has none, or wants none. */
int64_t gchk_batch_replay_exponent(const gchk_batch *batch, size_t element, size_t k);

/* Runs gchk_differentiate on the outputs that are there. What wants others, or is not smooth, stays open. */
void gchk_batch_replay(gchk_batch *batch);

#endif
