/*
 * Variants as changes of single elements. Where a factor is 0 nothing changes, bit for bit, unless what it multiplies
 * is not finite: such rows are left out, and variants without any row cost no more than looking at them.
 */
#include "network/vary_entries.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

/* Entries a key, so that runs are long; but no more than processor's caches hold, and no fewer than pay. */
enum { RUN = 32, LEAST = 1 << 14, MOST = 1 << 19 };

size_t gchk_vary_entries_fit(const gchk_vary_plan *plan, size_t variants) {
  const size_t keys = plan->rows * plan->units, wanted = keys < MOST / RUN ? keys * RUN : MOST;
  const size_t fit = (wanted < LEAST ? LEAST : wanted) / plan->rows;
  return variants < fit ? variants : fit > 0 ? fit : 1;
}

gchk_status gchk_vary_entries_init(gchk_vary_entries *e, const gchk_vary_plan *plan, size_t variants,
                                   gchk_error *error) {
  const size_t keys = plan->rows * plan->units;
  *e = (gchk_vary_entries){.variants = variants, .capacity = variants * plan->rows};
  e->entry = gchk_calloc(e->capacity, sizeof *e->entry);
  e->unsorted = gchk_calloc(e->capacity + 1, sizeof *e->unsorted);
  e->variant = gchk_calloc(e->variants + 1, sizeof *e->variant);
  e->start = gchk_calloc(keys + 1, sizeof *e->start);
  e->rows = gchk_calloc(plan->rows, sizeof *e->rows);
  if (e->entry == NULL || e->unsorted == NULL || e->variant == NULL || e->start == NULL || e->rows == NULL)
    return gchk_fail_memory(error, "changes of a tensor's elements");
  return GCHK_OK;
}

void gchk_vary_entries_deinit(gchk_vary_entries *e) {
  free(e->entry);
  free(e->unsorted);
  free(e->variant);
  free(e->start);
  free(e->rows);
}

static void add(gchk_vary_entries *e, double change, size_t key) {
  // without a branch: what is not kept is written over
  e->unsorted[e->count] = (gchk_vary_entry){change, (uint32_t)e->slot_count, (uint32_t)key};
  e->count += !(change == 0);
}

/* Where an element of the head's matrix is; most elements follow one another, so that few are divided. */
typedef struct place {
  size_t row, column, start;
} place;

static void find(place *at, size_t element, size_t columns) {
  if (element - at->start >= columns) {
    at->row = element / columns;
    at->start = at->row * columns;
  }
  at->column = element - at->start;
}

/* The rows in which an element is multiplied by something else than 0. */
static size_t list_rows(const gchk_vary_plan *plan, const double *factor, size_t *rows) {
  size_t count = 0;
  for (size_t n = 0; n < plan->rows; n++) {
    rows[count] = n;
    count += !(factor[n * plan->head.stride] == 0);
  }
  return count;
}

/* Factors of a unit: `listed` of its rows, and where the value is not finite the others too. */
static void add_factors(gchk_vary_entries *e, const gchk_vary_plan *plan, size_t unit, const double *factor,
                        double change, size_t listed, bool is_finite) {
  const size_t first = unit * plan->rows, stride = plan->head.stride;
  for (size_t i = 0; i < listed; i++)
    add(e, change * factor[e->rows[i] * stride], first + e->rows[i]);
  for (size_t n = 0; !is_finite && n < plan->rows; n++)
    if (factor[n * stride] == 0)
      add(e, change * factor[n * stride], first + n);
}

/* Where the next variant is whose element is behind the row of the matrix that begins at `start`, or not finite. */
static size_t skip(const gchk_variants *variants, size_t k, size_t end, size_t start, size_t columns) {
  while (k < end && variants->element[k] - start < columns && isfinite(variants->value[k]))
    k++;
  return k;
}

static void collect(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants, const double *old,
                    size_t first, size_t end) {
  const gchk_lane_head *head = &plan->head;
  place at = {0, 0, 0};
  size_t listed_other = SIZE_MAX, listed = 0;
  for (size_t k = first; k < end; k++) {
    const size_t element = variants->element[k], before = e->count;
    const double change = variants->value[k] - old[element];
    find(&at, element, head->columns);
    const size_t unit = head->unit_is_row ? at.row : at.column, other = head->unit_is_row ? at.column : at.row;
    if (head->factor == NULL) {
      add(e, change, at.column * plan->rows + at.row);
    } else {
      const bool is_finite = (bool)isfinite(variants->value[k]);
      if (other != listed_other)
        listed = list_rows(plan, head->factor + other, e->rows);
      listed_other = other;
      if (listed > 0 || !is_finite)
        add_factors(e, plan, unit, head->factor + other, change, listed, is_finite);
      else if (!head->unit_is_row) // all elements of this row of the matrix are multiplied by 0
        k = skip(variants, k + 1, end, at.start, head->columns) - 1;
    }
    e->variant[e->slot_count] = (uint32_t)(k - first);
    e->slot_count += e->count > before;
  }
}

/* A counting sort, where there are enough of them; the order changes no result, only how fast it is there. */
static void sort(gchk_vary_entries *e, size_t keys) {
  if (e->count < keys / RUN) {
    memcpy(e->entry, e->unsorted, e->count * sizeof *e->entry);
    return;
  }
  memset(e->start, 0, (keys + 1) * sizeof *e->start);
  for (size_t i = 0; i < e->count; i++)
    e->start[e->unsorted[i].key + 1]++;
  for (size_t key = 0; key < keys; key++)
    e->start[key + 1] += e->start[key];
  for (size_t i = 0; i < e->count; i++)
    e->entry[e->start[e->unsorted[i].key]++] = e->unsorted[i];
}

void gchk_vary_entries_fill(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants,
                            const double *old, size_t first, size_t count) {
  e->count = e->slot_count = 0;
  collect(e, plan, variants, old, first, first + count);
  sort(e, plan->rows * plan->units);
}
