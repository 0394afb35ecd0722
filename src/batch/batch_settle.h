/* From the outputs at the points of a block to derivatives. Private to src/batch. */
#ifndef GCHK_BATCH_BATCH_SETTLE_H
#define GCHK_BATCH_BATCH_SETTLE_H

#include "batch/batch_block.h"

/*
 * Points and outputs are rows of `width`: the upper and the lower point of one step, then those of the next. `place` is
 * where in the block an element is. Each function settles what it can, and leaves the rest open.
 */

/* Steps 2^(start+2), 2^start, 2^(start-2), of all elements. */
void gchk_batch_settle_three(gchk_batch *batch);

/* Of the elements that did not move at 2^(start+2): the step 2^top, the points far away, and the step 1/8. */
void gchk_batch_settle_flat(gchk_batch *batch);

/* The exponent of pair `k` that gchk_batch_settle_flat wants of such an element. */
int64_t gchk_batch_flat_exponent(const gchk_batch *batch, size_t element, size_t k);

/* Steps 2H, H, of all elements. */
void gchk_batch_settle_fixed(gchk_batch *batch);

#endif
