/*
 * Variants as changes of single elements. Where a factor is 0 nothing changes, bit for bit, unless what it multiplies
 * is not finite: variants whose factor is 0 in all rows cost no more than looking at them.
 */
#include "network/vary_entries.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"

enum { FEW = 32 }; /* keys for each of so few variants that they need no order */

static size_t count_keys(const gchk_vary_plan *plan) {
  return plan->head.factor == NULL ? plan->rows * plan->units : plan->units;
}

gchk_status gchk_vary_entries_init(gchk_vary_entries *e, const gchk_vary_plan *plan, size_t variants,
                                   gchk_error *error) {
  *e = (gchk_vary_entries){.capacity = variants};
  e->change = gchk_calloc(variants, sizeof *e->change);
  e->key = gchk_calloc(variants, sizeof *e->key);
  e->other = gchk_calloc(variants, sizeof *e->other);
  e->variant = gchk_calloc(variants, sizeof *e->variant);
  e->unsorted = gchk_calloc(variants, sizeof *e->unsorted);
  e->start = gchk_calloc(count_keys(plan) + 1, sizeof *e->start);
  if (e->change == NULL || e->key == NULL || e->other == NULL || e->variant == NULL || e->unsorted == NULL ||
      e->start == NULL)
    return gchk_fail_memory(error, "changes of a tensor's elements");
  return GCHK_OK;
}

void gchk_vary_entries_deinit(gchk_vary_entries *e) {
  free(e->change);
  free(e->key);
  free(e->other);
  free(e->variant);
  free(e->unsorted);
  free(e->start);
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

/* Is an element multiplied by something else than 0 in any row? */
static bool has_factor(const gchk_vary_plan *plan, size_t other) {
  const double *factor = plan->head.factor + other;
  for (size_t n = 0; n < plan->rows; n++)
    if (!(factor[n * plan->head.stride] == 0))
      return true;
  return false;
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
  size_t seen_other = SIZE_MAX;
  bool has_effect = head->factor == NULL;
  for (size_t k = first; k < end; k++) {
    const size_t element = variants->element[k];
    const double change = variants->value[k] - old[element];
    find(&at, element, head->columns);
    const size_t unit = head->unit_is_row ? at.row : at.column, other = head->unit_is_row ? at.column : at.row;
    if (head->factor != NULL && other != seen_other)
      has_effect = has_factor(plan, other);
    seen_other = other;
    if (!has_effect && !head->unit_is_row && isfinite(variants->value[k])) {
      // all elements of this row of the matrix are multiplied by 0
      k = skip(variants, k + 1, end, at.start, head->columns) - 1;
      continue;
    }
    const size_t key = head->factor == NULL ? at.column * plan->rows + at.row : unit;
    // without a branch: what is not kept is written over
    e->unsorted[e->count] = (gchk_vary_entry){change, (uint32_t)key, (uint32_t)other, (uint32_t)(k - first)};
    e->count += change != 0 && (has_effect || !isfinite(change));
  }
}

static void put(gchk_vary_entries *e, size_t to, const gchk_vary_entry *entry) {
  e->change[to] = entry->change;
  e->key[to] = entry->key;
  e->other[to] = entry->other;
  e->variant[to] = entry->variant;
}

/* A counting sort, where there are enough of them; the order changes no result, only how fast it is there. */
static void sort(gchk_vary_entries *e, size_t keys) {
  if (e->count < keys / FEW) {
    for (size_t i = 0; i < e->count; i++)
      put(e, i, &e->unsorted[i]);
    return;
  }
  for (size_t key = 0; key <= keys; key++)
    e->start[key] = 0;
  for (size_t i = 0; i < e->count; i++)
    e->start[e->unsorted[i].key + 1]++;
  for (size_t key = 0; key < keys; key++)
    e->start[key + 1] += e->start[key];
  for (size_t i = 0; i < e->count; i++)
    put(e, e->start[e->unsorted[i].key]++, &e->unsorted[i]);
}

void gchk_vary_entries_fill(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants,
                            const double *old, size_t first, size_t count) {
  e->count = 0;
  collect(e, plan, variants, old, first, first + count);
  sort(e, count_keys(plan));
}

size_t gchk_vary_entries_end(const gchk_vary_entries *e, size_t k, size_t end) {
  const uint32_t key = e->key[k];
  while (k < end && e->key[k] == key)
    k++;
  return k;
}
