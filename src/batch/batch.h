/*
 * The derivatives of a block of elements of a layer whose output is one number, together: what gchk_differentiate does
 * for one element after the other, in loops over arrays.
 *
 * An element is settled where gchk_differentiate, given the same outputs, would end after the points that were asked
 * for, and then with the same value, bound and step, bit for bit. All others are left open and are for
 * gchk_differentiate: kinks, bounds that a few steps more do not settle, what is not finite, flat elements that move
 * further out.
 *
 *     gchk_batch_start(&batch, &line, count);   // batch.x and batch.scale are filled before
 *     while (gchk_batch_next(&batch))
 *       for (k < batch.asked_kinds, i < batch.asked_width)
 *         loss[k asked_width + i] = L with element asked_element[i] of the block at value[k asked_width + i]
 *
 * Needs no evaluation of its own. One thread a batch.
 */
#ifndef GCHK_BATCH_BATCH_H
#define GCHK_BATCH_BATCH_H

#include "batch/batch_block.h"

/* Room for blocks of up to `capacity` elements. Errors: memory. */
gchk_status gchk_batch_init(gchk_batch *batch, size_t capacity, gchk_error *error) GCHK_MUST_USE;
void gchk_batch_deinit(gchk_batch *batch);

/* Begins a block of the first `count` elements of x and scale. */
void gchk_batch_start(gchk_batch *batch, const gchk_batch_line *line, size_t count);

/*
 * Takes in what the caller filled in, and asks for the points of the next round; false: all elements are settled or
 * open. Six points an element in the first round; then six of those that did not move; then, of those that three steps
 * do not settle and others may, four smaller ones, and where these do not either at most sixteen. With a fixed
 * step four in all. What was asked for last stays as it is when there is no more.
 */
bool gchk_batch_next(gchk_batch *batch);

/* How many points every element was asked for in the first round, which these are, each in a row of batch.count. */
size_t gchk_batch_first_points(const gchk_batch *batch, const double **values, const double **losses);

#endif
