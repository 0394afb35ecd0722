/* Blocks of changed rows. */
#include "network/vary_block.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/arrays.h"
#include "core/memory.h"
#include "network/vary_loops.h"
#include "network/vary_rows.h"

/*
 * Values that stay in a processor's cache, and lanes that make loops over them pay: no multiple of a page, for then the
 * elements of a lane would take each other's place in the cache.
 */
enum { BLOCK_VALUES = 1 << 15, MOST_LANES = 496 };

static size_t round_up(size_t lanes) {
  return (lanes + GCHK_LANE_STEP - 1) / GCHK_LANE_STEP * GCHK_LANE_STEP;
}

gchk_status gchk_vary_block_init(gchk_vary_block *block, const gchk_vary_plan *plan, gchk_error *error) {
  const size_t fit = BLOCK_VALUES / plan->widest, some = round_up(fit < MOST_LANES ? fit + 1 : MOST_LANES);
  const size_t lanes = plan->has_coupled_rows && plan->rows > some ? round_up(plan->rows) : some;
  bool has_room = true;
  assert(lanes > 0);
  *block = (gchk_vary_block){.capacity = lanes};
  block->value = gchk_calloc(lanes, sizeof *block->value);
  block->slot = gchk_calloc(lanes, sizeof *block->slot);
  block->runs = gchk_calloc(lanes, sizeof *block->runs);
  block->change = gchk_calloc(lanes, sizeof *block->change);
  for (size_t b = 0; b < plan->buffer_count; b++) {
    block->buffers[b] = gchk_calloc(plan->widest + 2, lanes * sizeof *block->buffers[b]);
    has_room = has_room && block->buffers[b] != NULL;
  }
  if (block->value == NULL || block->slot == NULL || block->runs == NULL || block->change == NULL || !has_room)
    return gchk_fail_memory(error, "blocks of changed rows");
  return GCHK_OK;
}

void gchk_vary_block_start(gchk_vary_block *block, const gchk_vary_plan *plan, const double *base,
                           const double *base_rows, double *losses, size_t first_row, size_t slots) {
  block->plan = plan;
  block->base = base;
  block->base_rows = base_rows;
  block->losses = losses;
  block->first_row = first_row;
  block->slots = slots;
  block->count = block->run_count = 0;
}

void gchk_vary_block_deinit(gchk_vary_block *block) {
  free(block->value);
  free(block->slot);
  free(block->runs);
  free(block->change);
  for (size_t b = 0; b < GCHK_VARY_BUFFERS; b++)
    free(block->buffers[b]);
}

/* The lanes from `start` on, if there are any. */
static void end_run(gchk_vary_block *block, size_t row, size_t unit, size_t start) {
  if (block->count > start)
    block->runs[block->run_count++] = (gchk_lane_run){row, unit, start, block->count - start};
}

gchk_status gchk_vary_block_add_base(gchk_vary_block *block, size_t row, gchk_error *error) {
  if (block->count == block->capacity)
    GCHK_TRY(gchk_vary_block_flush(block, error));
  const size_t k = block->count++;
  block->value[k] = block->base[row * block->plan->units];
  block->slot[k] = 0;
  end_run(block, row, 0, k);
  return GCHK_OK;
}

/* Of `count` elements, which fit, those that differ: all of them or none most often. */
static void take_changed(gchk_vary_block *block, size_t slot, double base, const double *value, size_t count) {
  double *to = block->value + block->count;
  uint32_t *slots = block->slot + block->count;
  const size_t differ = gchk_vary_take_changed(to, slots, value, (uint32_t)slot, base, count);
  const size_t mixed = differ > 0 && differ < count ? count : 0;
  size_t kept = 0;
  for (size_t k = 0; k < mixed; k++) { // without a branch: what is not kept is written over
    to[kept] = to[k];
    slots[kept] = slots[k];
    kept += !(value[k] == base);
  }
  block->count += differ;
}

gchk_status gchk_vary_block_add(gchk_vary_block *block, size_t row, size_t unit, size_t slot, const double *value,
                                size_t count, gchk_error *error) {
  const double base = block->base[row * block->plan->units + unit];
  for (size_t k = 0; k < count;) {
    const size_t start = block->count, room = block->capacity - start, some = count - k < room ? count - k : room;
    take_changed(block, slot + k, base, value + k, some);
    end_run(block, row, unit, start);
    if (block->count == block->capacity)
      GCHK_TRY(gchk_vary_block_flush(block, error));
    k += some;
  }
  return GCHK_OK;
}

gchk_status gchk_vary_block_add_rows(gchk_vary_block *block, const gchk_lane_block *strip, const size_t *slots,
                                     const double *value, gchk_error *error) {
  size_t differ = 0;
  for (const gchk_lane_run *run = strip->runs; run < strip->runs + strip->run_count; run++)
    differ +=
        gchk_vary_count_changed(value + run->start, block->base[run->row * block->plan->units + run->unit], run->count);
  if (differ == 0)
    return GCHK_OK;
  if (block->capacity - block->count < strip->width)
    GCHK_TRY(gchk_vary_block_flush(block, error));
  for (size_t r = 0; r < strip->run_count; r++) {
    const gchk_lane_run *run = &strip->runs[r];
    const size_t start = block->count;
    const double base = block->base[run->row * block->plan->units + run->unit];
    gchk_vary_take(block->value + start, block->slot + start, value + run->start, (uint32_t)slots[r], run->count);
    for (size_t k = start; k < start + run->count; k++) // what is the base in other company is the base here: zeros
      block->value[k] = block->value[k] == base ? base : block->value[k];
    block->count += run->count;
    end_run(block, run->row, run->unit, start);
  }
  return GCHK_OK;
}

/* The changes of the elements: y = value - base. */
static void put_changes(const gchk_vary_block *block, double *y) {
  for (size_t r = 0; r < block->run_count; r++) {
    const gchk_lane_run *run = &block->runs[r];
    const double base = block->base[run->row * block->plan->units + run->unit];
    gchk_array_subtract(y + run->start, block->value + run->start, base, run->count);
  }
}

/* Whole rows: y = the base row, with the one element changed. */
static void put_rows(const gchk_vary_block *block, size_t width, double *y) {
  const size_t units = block->plan->units;
  for (size_t r = 0; r < block->run_count; r++) {
    const gchk_lane_run *run = &block->runs[r];
    for (size_t u = 0; u < units; u++)
      for (size_t k = run->start; k < run->start + run->count; k++)
        y[u * width + k] = block->base[run->row * units + u];
    for (size_t k = run->start; k < run->start + run->count; k++)
      y[run->unit * width + k] = block->value[k];
  }
}

/* Rows of a changed value; NULL: it has not changed. */
static double *rows_of(const gchk_vary_block *block, size_t value) {
  if (value == GCHK_NONE)
    return NULL;
  return block->buffers[value == block->plan->entry ? 0 : block->plan->steps[value - 1].buffer];
}

/*
 * Lanes of no run become as the last one that is of a run: a layer's own forward is asked about rows that there are, in
 * widths whose rows are all computed in one way.
 */
static void repeat_last(const gchk_vary_block *block, size_t units, size_t width, double *x) {
  for (size_t u = 0; u < units; u++)
    for (size_t k = block->count; k < width; k++)
      x[u * width + k] = x[u * width + block->count - 1];
}

static gchk_status pass_forward(const gchk_vary_block *block, const gchk_vary_step *step, const gchk_lane_block *lanes,
                                double *x, double *y, gchk_error *error) {
  const size_t units = step->call->t[gchk_vary_input(step)].count / block->plan->rows;
  if (x != NULL)
    repeat_last(block, units, lanes->width, x);
  return gchk_acts_on_elements(step->node->layer)
             ? gchk_vary_element_rows(step, lanes, units, x, rows_of(block, step->source[1]), y, error)
             : gchk_vary_rows(step, lanes, x, y, error);
}

static gchk_status pass(const gchk_vary_block *block, const gchk_vary_step *step, const gchk_lane_block *lanes,
                        gchk_error *error) {
  const gchk_lanes *kernels = step->node->layer->lanes;
  double *x = rows_of(block, step->source[0]), *y = block->buffers[step->buffer];
  if (gchk_vary_coupling(step->call) == GCHK_UNITS_COUPLED)
    gchk_vary_columns(step, lanes, step->call->t[kernels->x].count / block->plan->rows, x, y);
  else if (step->is_change)
    kernels->change(step->call, lanes, block->change, y);
  else if (kernels != NULL && kernels->forward != NULL)
    kernels->forward(step->call, lanes, x, y);
  else
    return pass_forward(block, step, lanes, x, y, error);
  return GCHK_OK;
}

static void put_losses(const gchk_vary_block *block, const double *loss) {
  for (size_t r = 0; r < block->run_count; r++) {
    const gchk_lane_run *run = &block->runs[r];
    const uint32_t *slot = block->slot + run->start;
    double *to = block->losses + (run->row - block->first_row) * block->slots;
    if (slot[run->count - 1] - slot[0] == run->count - 1) // they ascend
      memcpy(to + slot[0], loss + run->start, run->count * sizeof *to);
    else
      for (size_t k = 0; k < run->count; k++)
        to[slot[k]] = loss[run->start + k];
  }
}

/* By how they differ from the base's rows, which the loss knows. */
static void find_losses_by(gchk_vary_block *block, const gchk_lane_block *lanes) {
  const gchk_vary_plan *plan = block->plan;
  const gchk_vary_step *loss = &plan->steps[plan->step_count - 1];
  gchk_lane_changes changes = {.change = block->change};
  if (plan->spread != loss)
    plan->spread->node->layer->lanes->factors(plan->spread->call, &changes);
  loss->node->layer->lanes->losses_by(loss->call, lanes, &changes, block->base_rows, rows_of(block, loss->source[0]),
                                      block->buffers[loss->buffer], block->value);
}

static gchk_status find_losses(gchk_vary_block *block, const gchk_lane_block *lanes, gchk_error *error) {
  const gchk_vary_plan *plan = block->plan;
  const gchk_vary_step *loss = &plan->steps[plan->step_count - 1];
  if (plan->has_whole)
    put_rows(block, lanes->width, block->buffers[0]);
  for (size_t s = plan->single_count; s + 1 < plan->step_count; s++)
    if (!plan->steps[s].is_copy)
      GCHK_TRY(pass(block, &plan->steps[s], lanes, error));
  loss->node->layer->lanes->losses(loss->call, lanes, rows_of(block, loss->source[0]), block->buffers[loss->buffer],
                                   block->value);
  return GCHK_OK;
}

gchk_status gchk_vary_block_flush(gchk_vary_block *block, gchk_error *error) {
  const gchk_lane_block lanes = {round_up(block->count), block->runs, block->run_count};
  if (block->count == 0)
    return GCHK_OK;
  put_changes(block, block->change);
  if (block->plan->spread != NULL)
    find_losses_by(block, &lanes);
  else
    GCHK_TRY(find_losses(block, &lanes, error));
  put_losses(block, block->value);
  block->count = block->run_count = 0;
  return GCHK_OK;
}
