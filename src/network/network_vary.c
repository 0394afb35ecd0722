/*
 * Many forwards at once. Variants become changes of single elements of a value (vary_entries.h); these go through the
 * layers that act on elements; where that changes them the row goes on to the loss (vary_block.h). The base is a row
 * without a change that goes the same way, and what differs in no row is the base.
 */
#include "network/network_vary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "network/vary_block.h"
#include "network/vary_entries.h"

enum { STRIP = 512 }; /* elements that go through the first layers together */

typedef struct vary_work {
  gchk_vary_plan plan;
  gchk_vary_entries entries;
  gchk_vary_block block;
  double *base;                   /* the value after the layers that act on elements: rows x units */
  double *base_losses, *losses;   /* one a row; one a slot and row */
  double strip[STRIP], to[STRIP]; /* values of elements */
} vary_work;

/* to = what the first layers make of from; both are written. */
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

static gchk_status make_base(vary_work *w, gchk_error *error) {
  const size_t count = w->plan.rows * w->plan.units;
  double *from = gchk_calloc(count, sizeof *from), *to = gchk_calloc(count, sizeof *to);
  gchk_status status = GCHK_OK;
  if (from == NULL || to == NULL) {
    status = gchk_fail_memory(error, "values of a network");
  } else {
    memcpy(from, w->plan.value, count * sizeof *from);
    status = pass_elements(&w->plan, &from, &to, count, error);
  }
  free(to);
  w->base = from;
  return status;
}

static gchk_status make_base_losses(vary_work *w, gchk_error *error) {
  w->block.losses = w->base_losses;
  for (size_t n = 0; n < w->plan.rows; n++)
    GCHK_TRY(gchk_vary_block_add(&w->block, 0, n, 0, w->base[n * w->plan.units], error));
  return gchk_vary_block_flush(&w->block, error);
}

static gchk_status init(vary_work *w, size_t variants, gchk_error *error) {
  const gchk_vary_plan *plan = &w->plan;
  GCHK_TRY(make_base(w, error));
  GCHK_TRY(gchk_vary_entries_init(&w->entries, plan, variants, error));
  GCHK_TRY(gchk_vary_block_init(&w->block, plan, w->base, plan->single_count, error));
  w->base_losses = gchk_calloc(plan->rows, sizeof *w->base_losses);
  w->losses = gchk_calloc(w->entries.capacity, sizeof *w->losses);
  if (w->base_losses == NULL || w->losses == NULL)
    return gchk_fail_memory(error, "losses of rows");
  return make_base_losses(w, error);
}

static void deinit(vary_work *w) {
  gchk_vary_block_deinit(&w->block);
  gchk_vary_entries_deinit(&w->entries);
  free(w->base);
  free(w->base_losses);
  free(w->losses);
}

/* Some entries: those whose element still differs behind the first layers go on as rows. */
static gchk_status pass_strip(vary_work *w, const gchk_vary_entry *entry, size_t count, gchk_error *error) {
  const gchk_vary_plan *plan = &w->plan;
  double *from = w->strip, *to = w->to;
  size_t key = SIZE_MAX, at = 0, row = 0, unit = 0;
  for (size_t k = 0; k < count; k++) {
    if (entry[k].key != key) {
      key = entry[k].key;
      row = key % plan->rows;
      unit = key / plan->rows;
      at = row * plan->units + unit;
    }
    from[k] = plan->value[at] + entry[k].change;
  }
  GCHK_TRY(pass_elements(plan, &from, &to, count, error));
  key = SIZE_MAX;
  for (size_t k = 0; k < count; k++) {
    if (entry[k].key != key) {
      key = entry[k].key;
      row = key % plan->rows;
      unit = key / plan->rows;
      at = row * plan->units + unit;
    }
    if (!(from[k] == w->base[at]))
      GCHK_TRY(gchk_vary_block_add(&w->block, entry[k].slot, row, unit, from[k], error));
  }
  return GCHK_OK;
}

static double total(const vary_work *w, const double *losses) {
  const gchk_vary_step *last = &w->plan.steps[w->plan.step_count - 1];
  return last->node->layer->lanes->total(last->call, losses);
}

static gchk_status vary_some(vary_work *w, const gchk_variants *variants, const double *old, size_t first, size_t count,
                             gchk_error *error) {
  gchk_vary_entries *e = &w->entries;
  gchk_vary_entries_fill(e, &w->plan, variants, old, first, count);
  w->block.losses = w->losses;
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

static gchk_status run(vary_work *w, const gchk_tensor *tensor, const gchk_variants *variants, bool *done,
                       gchk_error *error) {
  GCHK_TRY(init(w, variants->count, error));
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
                              size_t count, const gchk_variants *variants, bool *done, gchk_error *error) {
  vary_work w = {.base = NULL};
  *done = false;
  if (!gchk_vary_plan_make(&w.plan, network, tensor, variants->tensor, steps, count))
    return GCHK_OK;
  const gchk_status status = run(&w, tensor, variants, done, error);
  deinit(&w);
  return status;
}
