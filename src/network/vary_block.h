/*
 * A block of changed rows on their way to the loss: rows are added until the block is full, then all of them go through
 * the steps of the plan, and their losses to where they belong.
 */
#ifndef GCHK_NETWORK_VARY_BLOCK_H
#define GCHK_NETWORK_VARY_BLOCK_H

#include "network/vary_plan.h"

typedef struct gchk_vary_block {
  const gchk_vary_plan *plan;
  const double *base;      /* rows x units: the value that single elements of are changed */
  const double *base_rows; /* what the loss made of the base's rows, where plan->spread is there */
  double *losses;          /* one a row and slot: [(row - first_row) * slots + slot] */
  size_t first_row, slots;
  size_t capacity, count, run_count;
  double *value;                      /* of the changed element, one a lane */
  uint32_t *slot;                     /* one a lane */
  gchk_lane_run *runs;                /* at most one a lane */
  double *change;                     /* what it differs by */
  double *buffers[GCHK_VARY_BUFFERS]; /* each with room for the widest value and two numbers more a lane */
} gchk_vary_block;

gchk_status gchk_vary_block_init(gchk_vary_block *block, const gchk_vary_plan *plan, gchk_error *error) GCHK_MUST_USE;
void gchk_vary_block_deinit(gchk_vary_block *block);

/*
 * An empty block, whose losses go to `losses`, which begin with those of `first_row`. All four are borrowed; the plan
 * is of the same sizes.
 */
void gchk_vary_block_start(gchk_vary_block *block, const gchk_vary_plan *plan, const double *base,
                           const double *base_rows, double *losses, size_t first_row, size_t slots);

/* Row `row` of the base, as slot 0. */
gchk_status gchk_vary_block_add_base(gchk_vary_block *block, size_t row, gchk_error *error) GCHK_MUST_USE;

/* Row `row` of slots slot .. slot + count, with element `unit` changed to value[0] .. : where that differs. */
gchk_status gchk_vary_block_add(gchk_vary_block *block, size_t row, size_t unit, size_t slot, const double *value,
                                size_t count, gchk_error *error) GCHK_MUST_USE;

/* All rows of slots, in the runs of `strip`: they stay together, and are left out where none of them differs. */
gchk_status gchk_vary_block_add_rows(gchk_vary_block *block, const gchk_lane_block *strip, const size_t *slots,
                                     const double *value, gchk_error *error) GCHK_MUST_USE;

/* Sends what there is to the loss; the block is empty then. */
gchk_status gchk_vary_block_flush(gchk_vary_block *block, gchk_error *error) GCHK_MUST_USE;

#endif
