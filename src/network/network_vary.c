/*
 * Many forwards at once. Variants become changes of single elements of a value (vary_entries.h); these go through the
 * layers that act on elements; where that changes them the row goes on to the loss (vary_block.h). The base is a row
 * without a change that goes the same way, and what differs in no row is the base. Where a layer couples rows all rows
 * of a point go together.
 */
#include "network/network_vary.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/arrays.h"
#include "core/largest.h"
#include "core/memory.h"
#include "network/vary_block.h"
#include "network/vary_cost.h"
#include "network/vary_entries.h"
#include "network/vary_loops.h"
#include "network/vary_rows.h"

enum {
  STRIP = 512,             /* elements that go through the first layers together */
  COLUMNS = 64,            /* changes that do where rows are coupled, each in all rows: */
  COLUMN_VALUES = 1 << 16, /* not more elements than that, */
  FEWEST_COLUMNS = 4,      /* or so few changes */
  TOGETHER = 1 << 16,      /* variants that are sorted together, */
  FEW = 64,                /* that there is room for at least */
  LOSSES = 1 << 14,        /* of rows that are kept together, as a processor's nearest cache holds them; */
  MOST_LOSSES = 1 << 17,   /* as the next one does, where these are all rows' of fewer variants than a strip has */
  FEWEST = GCHK_LANE_STEP, /* variants whose losses are kept, however many rows there are */
};

struct gchk_vary_work {
  size_t row;    /* of the network's table, that there is room for */
  bool has_base; /* nothing was called since the last call found the base point's values and losses */
  double base_loss;
  gchk_vary_plan plan;
  gchk_vary_entries entries;
  gchk_vary_block block;
  size_t slots, group;          /* that there is room for; rows that are looked at together, */
  size_t first_row, next_row;   /* and those under way: up to the next */
  double *base, *spare;         /* the value after the layers that act on elements: rows x units; room for another */
  double *reach;                /* how far each element of the value may move before the first layers' show it; */
  double *most_factor;          /* the largest |factor| of each row; of */
  double most_change;           /* that of the changes of the key under way */
  bool has_reach;               /* they are known, and rows may be left out */
  double *base_rows;            /* what the loss makes of the base's rows; NULL: it is not asked */
  double *base_losses, *losses; /* one a row; one a row of the group and slot */
  double *total;                /* one a slot */
  gchk_lane_run *runs;          /* of one row and unit, on their way through the first layers */
  size_t *first_slots;          /* one a run */
  size_t run_count, strip_count;
  size_t columns;     /* changes that go together where rows are coupled */
  size_t strip_size;  /* room for so many elements, */
  double *strip, *to; /* their values and what becomes of those */
};

/* What the first layers make of *from is in *from then; *to is room for as much. */
static gchk_status pass_elements(const gchk_vary_plan *plan, const gchk_lane_block *block, double **from, double **to,
                                 size_t count, gchk_error *error) {
  for (size_t s = 0; s < plan->single_count; s++) {
    if (plan->steps[s].is_copy)
      continue;
    GCHK_TRY(gchk_vary_elements(&plan->steps[s], block, plan->units, *from, *to, count, error));
    double *made = *to;
    *to = *from;
    *from = made;
  }
  return GCHK_OK;
}

static const gchk_vary_step *loss_of(const gchk_vary_plan *plan) {
  return &plan->steps[plan->step_count - 1];
}

/* Of what the loss reads at the base point. */
static void find_base_rows(gchk_vary_work *w) {
  const gchk_vary_step *loss = loss_of(&w->plan), *spread = w->plan.spread;
  const double *x = spread == loss ? w->base : spread->call->t[gchk_vary_output(spread)].value;
  loss->node->layer->lanes->base_rows(loss->call, x, w->base_rows);
}

/* The layer that the changed elements go through first. */
static const gchk_vary_step *first_of(const gchk_vary_plan *plan) {
  size_t k = 0;
  while (k < plan->single_count && plan->steps[k].is_copy)
    k++;
  return k < plan->single_count ? &plan->steps[k] : NULL;
}

/* Where rows stand alone, and that layer knows where it is flat. */
static void find_reach(gchk_vary_work *w) {
  const gchk_vary_plan *plan = &w->plan;
  const gchk_lane_head *head = &plan->head;
  const gchk_vary_step *first = first_of(plan);
  const gchk_lanes *lanes = first != NULL ? first->node->layer->lanes : NULL;
  const bool has_factors = head->factor != NULL && head->of_unit == NULL;
  w->has_reach = !plan->is_coupled && !plan->has_coupled_rows && lanes != NULL && lanes->flat_within != NULL &&
                 (!has_factors || head->stride > 0);
  if (!w->has_reach)
    return;
  for (size_t i = 0; i < plan->rows * plan->units; i++)
    w->reach[i] = lanes->flat_within(plan->value[i]);
  for (size_t n = 0; n < plan->rows; n++)
    w->most_factor[n] = has_factors ? gchk_largest_size(head->factor + n * head->stride, head->stride) : 1;
}

/* Does no change of the key under way show in that element? `own`: what all of them are multiplied by besides. */
static bool is_out_of_reach(const gchk_vary_work *w, size_t row, size_t unit, double own) {
  return w->has_reach && w->most_change * w->most_factor[row] * fabs(own) <= w->reach[row * w->plan.units + unit];
}

/* The base point's own values and losses, by the same way. */
static gchk_status make_base(gchk_vary_work *w, gchk_error *error) {
  const size_t count = w->plan.rows * w->plan.units;
  memcpy(w->base, w->plan.value, count * sizeof *w->base);
  GCHK_TRY(pass_elements(&w->plan, NULL, &w->base, &w->spare, count, error));
  find_reach(w);
  if (w->plan.spread != NULL)
    find_base_rows(w);
  gchk_vary_block_start(&w->block, &w->plan, w->base, w->base_rows, w->base_losses, 0, 1);
  for (size_t n = 0; n < w->plan.rows; n++)
    GCHK_TRY(gchk_vary_block_add_base(&w->block, n, error));
  return gchk_vary_block_flush(&w->block, error);
}

static size_t slots_of(const gchk_vary_plan *plan) {
  const size_t near = LOSSES / plan->rows, all = MOST_LOSSES / plan->rows;
  const size_t some = near >= STRIP ? near : !plan->is_coupled || all > STRIP ? STRIP : all;
  return some > FEWEST ? some : FEWEST;
}

/* Where whole rows are coupled, those of all of these fit into a block. */
static size_t columns_of(const gchk_vary_plan *plan, size_t block_lanes) {
  const size_t fit = COLUMN_VALUES / plan->rows, some = fit < FEWEST_COLUMNS ? FEWEST_COLUMNS : fit;
  const size_t most = plan->has_coupled_rows && block_lanes / plan->rows < some ? block_lanes / plan->rows : some;
  return most < COLUMNS ? most : COLUMNS;
}

static gchk_status make_room(gchk_vary_work *w, const gchk_vary_plan *plan, size_t variants, gchk_error *error) {
  const size_t count = plan->rows * plan->units, most = slots_of(plan), runs = plan->is_coupled ? plan->rows : STRIP;
  w->slots = variants < most ? variants : most;
  w->group = plan->is_coupled || LOSSES / w->slots > plan->rows ? plan->rows : LOSSES / w->slots;
  GCHK_TRY(gchk_vary_entries_init(&w->entries, plan, variants, error));
  GCHK_TRY(gchk_vary_block_init(&w->block, plan, error));
  w->base = gchk_calloc(count, sizeof *w->base);
  w->spare = gchk_calloc(count, sizeof *w->spare);
  if (plan->spread != NULL)
    w->base_rows = gchk_calloc(2 * loss_of(plan)->call->t[gchk_vary_input(loss_of(plan))].count + 3 * plan->rows,
                               sizeof *w->base_rows);
  w->reach = gchk_calloc(count, sizeof *w->reach);
  w->most_factor = gchk_calloc(plan->rows, sizeof *w->most_factor);
  w->base_losses = gchk_calloc(plan->rows, sizeof *w->base_losses);
  w->losses = gchk_malloc(w->slots, w->group * sizeof *w->losses);
  w->total = gchk_malloc(w->slots, sizeof *w->total);
  w->columns = columns_of(plan, w->block.capacity);
  w->strip_size = plan->is_coupled ? plan->rows * w->columns : STRIP;
  w->runs = gchk_calloc(runs, sizeof *w->runs);
  w->first_slots = gchk_calloc(runs, sizeof *w->first_slots);
  w->strip = gchk_malloc(w->strip_size, sizeof *w->strip);
  w->to = gchk_malloc(w->strip_size, sizeof *w->to);
  if ((plan->spread != NULL && w->base_rows == NULL) || w->base == NULL || w->spare == NULL || w->reach == NULL ||
      w->most_factor == NULL || w->base_losses == NULL || w->losses == NULL || w->total == NULL || w->runs == NULL ||
      w->first_slots == NULL || w->strip == NULL || w->to == NULL)
    return gchk_fail_memory(error, "losses of many points");
  return GCHK_OK;
}

void gchk_vary_work_free(gchk_vary_work *w) {
  if (w == NULL)
    return;
  gchk_vary_block_deinit(&w->block);
  gchk_vary_entries_deinit(&w->entries);
  free(w->base);
  free(w->spare);
  free(w->reach);
  free(w->most_factor);
  free(w->base_rows);
  free(w->base_losses);
  free(w->losses);
  free(w->total);
  free(w->runs);
  free(w->first_slots);
  free(w->strip);
  free(w->to);
  free(w);
}

/* Is the room that there is for variants of that tensor, along the same way? That may depend on the mode. */
static bool fits(const gchk_vary_work *w, const gchk_vary_plan *plan, size_t row, size_t variants) {
  return w->row == row && w->entries.capacity >= variants && w->plan.is_coupled == plan->is_coupled &&
         w->plan.has_coupled_rows == plan->has_coupled_rows && w->plan.widest == plan->widest &&
         (w->plan.spread == NULL) == (plan->spread == NULL) && w->plan.buffer_count == plan->buffer_count;
}

static size_t fit_together(const gchk_variants *variants) {
  const size_t count = variants->count > FEW ? variants->count : FEW;
  return count < TOGETHER ? count : TOGETHER;
}

/* The room that there is, or a new one. */
static gchk_status find_room(gchk_vary_work **kept, const gchk_vary_plan *plan, const gchk_variants *variants,
                             gchk_error *error) {
  const size_t fit = fit_together(variants);
  if (*kept == NULL || !fits(*kept, plan, variants->tensor, fit)) {
    gchk_vary_work_free(*kept);
    *kept = gchk_calloc(1, sizeof **kept);
    if (*kept == NULL)
      return gchk_fail_memory(error, "losses of many points");
    (*kept)->row = GCHK_NONE;
    GCHK_TRY(make_room(*kept, plan, fit, error));
    (*kept)->row = variants->tensor;
  }
  (*kept)->plan = *plan;
  return GCHK_OK;
}

/* Elements whose value is changed: those that still differ behind the first layers go on as rows. */
static gchk_status pass_strip(gchk_vary_work *w, gchk_error *error) {
  const gchk_lane_block block = {w->strip_count, w->runs, w->run_count};
  double *from = w->strip, *to = w->to;
  if (w->strip_count == 0) // a layer is asked about elements that there are
    return GCHK_OK;
  GCHK_TRY(pass_elements(&w->plan, &block, &from, &to, w->strip_count, error));
  if (w->plan.has_coupled_rows)
    GCHK_TRY(gchk_vary_block_add_rows(&w->block, &block, w->first_slots, from, error));
  for (size_t r = 0; r < w->run_count && !w->plan.has_coupled_rows; r++) {
    const gchk_lane_run *run = &w->runs[r];
    GCHK_TRY(
        gchk_vary_block_add(&w->block, run->row, run->unit, w->first_slots[r], from + run->start, run->count, error));
  }
  w->run_count = w->strip_count = 0;
  return GCHK_OK;
}

/* Entries k .. end of unit `unit` in one row; `first` is that of slot 0. */
static gchk_status add_row(gchk_vary_work *w, size_t row, size_t unit, size_t first, size_t k, size_t end,
                           gchk_error *error) {
  const gchk_lane_head *head = &w->plan.head;
  const gchk_vary_entries *e = &w->entries;
  const double z = w->plan.value[row * w->plan.units + unit];
  const double own = head->of_unit == NULL ? 1 : head->of_unit(w->plan.head_call, row, unit);
  const double *factor = head->factor == NULL ? NULL : head->of_unit != NULL ? &own : head->factor + row * head->stride;
  if (is_out_of_reach(w, row, unit, own))
    return GCHK_OK;
  while (k < end) {
    const size_t start = w->strip_count, room = w->strip_size - start, count = end - k < room ? end - k : room;
    gchk_vary_change(w->strip + start, z, e->change + k, factor, e->other + k, count);
    w->first_slots[w->run_count] = k - first;
    w->runs[w->run_count++] = (gchk_lane_run){row, unit, start, count};
    w->strip_count += count;
    if (w->strip_count == w->strip_size)
      GCHK_TRY(pass_strip(w, error));
    k += count;
  }
  return GCHK_OK;
}

/* A row in which nothing is changed in front of the layer that couples it to the others. */
static void add_unchanged(gchk_vary_work *w, size_t row, size_t unit, size_t first_slot, size_t count) {
  const double z = w->plan.value[row * w->plan.units + unit];
  gchk_array_fill(w->strip + w->strip_count, z, count);
  w->first_slots[w->run_count] = first_slot;
  w->runs[w->run_count++] = (gchk_lane_run){row, unit, w->strip_count, count};
  w->strip_count += count;
}

/* Entries k .. end of one key, where rows are coupled: some at once, and all rows of those. */
static gchk_status add_columns(gchk_vary_work *w, size_t key, size_t first, size_t k, size_t end, gchk_error *error) {
  const size_t rows = w->plan.rows;
  const bool is_one_row = w->plan.head.factor == NULL;
  for (size_t next; k < end; k = next) {
    next = end - k < w->columns ? end : k + w->columns;
    for (size_t n = 0; n < rows; n++)
      if (is_one_row && n != key % rows)
        add_unchanged(w, n, key / rows, k - first, next - k);
      else
        GCHK_TRY(add_row(w, n, is_one_row ? key / rows : key, first, k, next, error));
    GCHK_TRY(pass_strip(w, error));
  }
  return GCHK_OK;
}

/* Entries k .. end of one key, in the rows under way. */
static gchk_status add_key(gchk_vary_work *w, size_t key, size_t first, size_t k, size_t end, gchk_error *error) {
  const size_t rows = w->plan.rows;
  assert(rows > 0);
  w->most_change = w->has_reach ? gchk_largest_size(w->entries.change + k, end - k) : 0;
  if (w->plan.is_coupled)
    return add_columns(w, key, first, k, end, error);
  if (w->plan.head.factor == NULL && (key % rows < w->first_row || key % rows >= w->next_row))
    return GCHK_OK;
  if (w->plan.head.factor == NULL)
    return add_row(w, key % rows, key / rows, first, k, end, error);
  for (size_t n = w->first_row; n < w->next_row; n++)
    GCHK_TRY(add_row(w, n, key, first, k, end, error));
  return GCHK_OK;
}

/* Sums of rows' losses become losses. */
static void divide(const gchk_vary_work *w, double *sum, size_t count) {
  const gchk_vary_step *last = loss_of(&w->plan);
  gchk_array_divide(sum, last->node->layer->lanes->divisor(last->call), count);
}

/* The losses of `count` entries, the first in `section`, in the rows under way; they are added in the order of rows. */
static gchk_status vary_rows(gchk_vary_work *w, const gchk_vary_section *section, size_t first, size_t count,
                             gchk_error *error) {
  gchk_vary_block_start(&w->block, &w->plan, w->base, w->base_rows, w->losses, w->first_row, count);
  for (size_t n = w->first_row; n < w->next_row; n++)
    gchk_array_fill(w->losses + (n - w->first_row) * count, w->base_losses[n], count);
  for (size_t k = first, next; k < first + count; k = next, section++) {
    next = section->end < first + count ? section->end : first + count;
    GCHK_TRY(add_key(w, section->key, first, k, next, error));
  }
  GCHK_TRY(pass_strip(w, error));
  GCHK_TRY(gchk_vary_block_flush(&w->block, error));
  for (size_t n = w->first_row; n < w->next_row; n++)
    gchk_array_add(w->total, w->losses + (n - w->first_row) * count, count);
  return GCHK_OK;
}

static gchk_status vary_some(gchk_vary_work *w, const gchk_variants *variants, const double *old, size_t first,
                             size_t count, gchk_error *error) {
  const gchk_vary_entries *e = &w->entries;
  const gchk_vary_section *section = e->sections;
  gchk_vary_entries_fill(&w->entries, &w->plan, variants, old, first, count);
  for (size_t k = 0; e->count < count && k < count; k++)
    variants->loss[first + k] = *variants->base;
  for (size_t k = 0, some; k < e->count; k += some) {
    some = e->count - k < w->slots ? e->count - k : w->slots;
    gchk_array_fill(w->total, 0, some);
    for (w->first_row = 0; w->first_row < w->plan.rows; w->first_row = w->next_row) {
      w->next_row = w->plan.rows - w->first_row < w->group ? w->plan.rows : w->first_row + w->group;
      GCHK_TRY(vary_rows(w, section, k, some, error));
    }
    divide(w, w->total, some);
    for (size_t slot = 0; slot < some; slot++)
      variants->loss[first + e->variant[k + slot]] = w->total[slot];
    while (k + some < e->count && section->end <= k + some)
      section++;
  }
  return GCHK_OK;
}

/* The base point, where it is not known yet. */
static gchk_status find_base(gchk_vary_work *w, gchk_error *error) {
  if (w->has_base)
    return GCHK_OK;
  GCHK_TRY(make_base(w, error));
  w->base_loss = 0;
  for (size_t n = 0; n < w->plan.rows; n++)
    w->base_loss += w->base_losses[n];
  divide(w, &w->base_loss, 1);
  w->has_base = true;
  return GCHK_OK;
}

void gchk_vary_work_leave_base(gchk_vary_work *w) {
  if (w != NULL)
    w->has_base = false;
}

bool gchk_vary_work_fits(const gchk_vary_work *w, const gchk_variants *variants) {
  return w != NULL && w->has_base && w->row == variants->tensor && variants->operations == NULL &&
         variants->has_no_effect == NULL && w->entries.capacity >= fit_together(variants);
}

gchk_status gchk_network_vary_again(gchk_vary_work *w, const gchk_tensor *tensor, const gchk_variants *variants,
                                    bool *done, gchk_error *error) {
  GCHK_TRY(find_base(w, error));
  *done = (bool)isfinite(w->base_loss);
  if (!*done)
    return GCHK_OK;
  *variants->base = w->base_loss;
  for (size_t first = 0; first < variants->count; first += w->entries.capacity) {
    const size_t left = variants->count - first;
    const size_t count = left < w->entries.capacity ? left : w->entries.capacity;
    GCHK_TRY(vary_some(w, variants, tensor->value, first, count, error));
  }
  return GCHK_OK;
}

gchk_status gchk_network_vary(const gchk_network *network, const gchk_tensor *tensor, gchk_vary_step *steps,
                              size_t count, const gchk_variants *variants, gchk_vary_work **kept, bool *done,
                              gchk_error *error) {
  gchk_vary_plan plan;
  *done = false;
  gchk_vary_work_leave_base(*kept);
  if (!gchk_vary_plan_make(&plan, network, tensor, variants->tensor, steps, count))
    return GCHK_OK;
  if (variants->operations != NULL)
    GCHK_TRY(gchk_count_vary(&plan, variants->operations, error));
  if (variants->has_no_effect != NULL)
    gchk_vary_find_without_effect(&plan, tensor->count, variants->has_no_effect);
  GCHK_TRY(find_room(kept, &plan, variants, error));
  return gchk_network_vary_again(*kept, tensor, variants, done, error);
}
