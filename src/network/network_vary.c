/*
 * Many forwards at once. Variants become changes of single elements of a value (vary_entries.h); these go through the
 * layers that act on elements; where that changes them the row goes on to the loss (vary_block.h). The base is a row
 * without a change that goes the same way, and what differs in no row is the base.
 */
#include "network/network_vary.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "network/vary_block.h"
#include "network/vary_cost.h"
#include "network/vary_entries.h"
#include "network/vary_rows.h"

enum { STRIP = 512 }; /* elements that go through the first layers together */

struct gchk_vary_work {
  size_t row; /* of the network's table, that there is room for */
  gchk_vary_plan plan;
  gchk_vary_entries entries;
  gchk_vary_block block;
  double *base, *spare;           /* the value after the layers that act on elements: rows x units; room for another */
  double *base_losses, *losses;   /* one a row; one a slot and row */
  double strip[STRIP], to[STRIP]; /* values of elements */
};

/* What the first layers make of *from is in *from then; *to is room for as much. */
static gchk_status pass_elements(const gchk_vary_plan *plan, double **from, double **to, size_t count,
                                 gchk_error *error) {
  for (size_t s = 0; s < plan->single_count; s++) {
    GCHK_TRY(gchk_vary_elements(&plan->steps[s], *from, *to, count, error));
    double *made = *to;
    *to = *from;
    *from = made;
  }
  return GCHK_OK;
}

/* The base point's own values and losses, by the same way. */
static gchk_status make_base(gchk_vary_work *w, gchk_error *error) {
  const size_t count = w->plan.rows * w->plan.units;
  memcpy(w->base, w->plan.value, count * sizeof *w->base);
  GCHK_TRY(pass_elements(&w->plan, &w->base, &w->spare, count, error));
  gchk_vary_block_start(&w->block, &w->plan, w->base, w->base_losses);
  for (size_t n = 0; n < w->plan.rows; n++)
    GCHK_TRY(gchk_vary_block_add(&w->block, 0, n, 0, w->base[n * w->plan.units], error));
  return gchk_vary_block_flush(&w->block, error);
}

static gchk_status make_room(gchk_vary_work *w, const gchk_vary_plan *plan, size_t variants, gchk_error *error) {
  const size_t count = plan->rows * plan->units;
  GCHK_TRY(gchk_vary_entries_init(&w->entries, plan, variants, error));
  GCHK_TRY(gchk_vary_block_init(&w->block, plan, error));
  w->base = gchk_calloc(count, sizeof *w->base);
  w->spare = gchk_calloc(count, sizeof *w->spare);
  w->base_losses = gchk_calloc(plan->rows, sizeof *w->base_losses);
  w->losses = gchk_calloc(w->entries.capacity, sizeof *w->losses);
  if (w->base == NULL || w->spare == NULL || w->base_losses == NULL || w->losses == NULL)
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
  free(w->base_losses);
  free(w->losses);
  free(w);
}

/* The room that there is, or a new one. */
static gchk_status find_room(gchk_vary_work **kept, const gchk_vary_plan *plan, const gchk_variants *variants,
                             gchk_error *error) {
  const size_t fit = gchk_vary_entries_fit(plan, variants->count);
  if (*kept == NULL || (*kept)->row != variants->tensor || (*kept)->entries.variants < fit) {
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

/* The element of an entry; entries of one follow each other. */
typedef struct spot {
  size_t key, row, unit, at;
} spot;

static inline void aim(spot *s, const gchk_vary_plan *plan, size_t key) {
  if (s->key == key)
    return;
  assert(plan->rows > 0);
  s->key = key;
  s->row = key % plan->rows;
  s->unit = key / plan->rows;
  s->at = s->row * plan->units + s->unit;
}

/* Some entries: those whose element still differs behind the first layers go on as rows. */
static gchk_status pass_strip(gchk_vary_work *w, const gchk_vary_entry *entry, size_t count, gchk_error *error) {
  const gchk_vary_plan *plan = &w->plan;
  double *from = w->strip, *to = w->to;
  spot s = {.key = SIZE_MAX};
  for (size_t k = 0; k < count; k++) {
    aim(&s, plan, entry[k].key);
    from[k] = plan->value[s.at] + entry[k].change;
  }
  GCHK_TRY(pass_elements(plan, &from, &to, count, error));
  for (size_t k = 0; k < count; k++) {
    aim(&s, plan, entry[k].key);
    if (!(from[k] == w->base[s.at]))
      GCHK_TRY(gchk_vary_block_add(&w->block, entry[k].slot, s.row, s.unit, from[k], error));
  }
  return GCHK_OK;
}

static double total(const gchk_vary_work *w, const double *losses) {
  const gchk_vary_step *last = &w->plan.steps[w->plan.step_count - 1];
  return last->node->layer->lanes->total(last->call, losses);
}

static gchk_status vary_some(gchk_vary_work *w, const gchk_variants *variants, const double *old, size_t first,
                             size_t count, gchk_error *error) {
  gchk_vary_entries *e = &w->entries;
  gchk_vary_entries_fill(e, &w->plan, variants, old, first, count);
  gchk_vary_block_start(&w->block, &w->plan, w->base, w->losses);
  for (size_t slot = 0; slot < e->slot_count; slot++)
    for (size_t n = 0; n < w->plan.rows; n++)
      w->losses[slot * w->plan.rows + n] = w->base_losses[n];
  for (size_t i = 0; i < e->count; i += STRIP)
    GCHK_TRY(pass_strip(w, e->entry + i, e->count - i < STRIP ? e->count - i : STRIP, error));
  GCHK_TRY(gchk_vary_block_flush(&w->block, error));
  for (size_t k = 0; k < count; k++)
    variants->loss[first + k] = *variants->base;
  for (size_t slot = 0; slot < e->slot_count; slot++)
    variants->loss[first + e->variant[slot]] = total(w, w->losses + slot * w->plan.rows);
  return GCHK_OK;
}

static gchk_status run(gchk_vary_work *w, const gchk_tensor *tensor, const gchk_variants *variants, bool *done,
                       gchk_error *error) {
  GCHK_TRY(make_base(w, error));
  const double base = total(w, w->base_losses);
  *done = (bool)isfinite(base);
  if (!*done)
    return GCHK_OK;
  *variants->base = base;
  for (size_t first = 0; first < variants->count; first += w->entries.variants) {
    const size_t left = variants->count - first;
    const size_t count = left < w->entries.variants ? left : w->entries.variants;
    GCHK_TRY(vary_some(w, variants, tensor->value, first, count, error));
  }
  return GCHK_OK;
}

gchk_status gchk_network_vary(const gchk_network *network, const gchk_tensor *tensor, gchk_vary_step *steps,
                              size_t count, const gchk_variants *variants, gchk_vary_work **kept, bool *done,
                              gchk_error *error) {
  gchk_vary_plan plan;
  *done = false;
  if (!gchk_vary_plan_make(&plan, network, tensor, variants->tensor, steps, count))
    return GCHK_OK;
  if (variants->operations != NULL)
    GCHK_TRY(gchk_count_vary(&plan, variants->operations, error));
  GCHK_TRY(find_room(kept, &plan, variants, error));
  return run(*kept, tensor, variants, done, error);
}
