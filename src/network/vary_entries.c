/*
 * Variants as changes of single elements. Where a factor is 0 nothing changes, bit for bit, unless what it multiplies
 * is not finite: variants whose factor is 0 in all rows cost no more than looking at them.
 */
#include "network/vary_entries.h"

#include <math.h>
#include <stdlib.h>

#include "core/largest.h"
#include "core/memory.h"
#include "network/vary_loops.h"

enum {
  FEW = 32, /* keys for each of so few variants that they need no order */
  SHORT = 4 /* elements in a row that are counted at once */
};

static size_t count_keys(const gchk_vary_plan *plan) {
  return plan->head.factor == NULL ? plan->rows * plan->units : plan->units;
}

gchk_status gchk_vary_entries_init(gchk_vary_entries *e, const gchk_vary_plan *plan, size_t variants,
                                   gchk_error *error) {
  *e = (gchk_vary_entries){.capacity = variants};
  e->change = gchk_malloc(variants, sizeof *e->change);
  e->key = gchk_malloc(variants, sizeof *e->key);
  e->other = gchk_malloc(variants, sizeof *e->other);
  e->variant = gchk_malloc(variants, sizeof *e->variant);
  e->unsorted = gchk_malloc(variants, sizeof *e->unsorted);
  e->start = gchk_malloc(count_keys(plan) + 1, sizeof *e->start);
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

/* How many variants from the k-th on are of elements that follow one another in a row, up to `row_end`. */
static size_t count_in_row(const gchk_variants *variants, size_t k, size_t end, size_t row_end) {
  const size_t *element = variants->element + k, first = element[0], left = end - k;
  const size_t most = row_end - first < left ? row_end - first : left;
  size_t count = 1;
  while (count < most && count < SHORT && element[count] - first == count)
    count++;
  return count < SHORT ? count : gchk_vary_count_ascending(element, most);
}

/* Of elements of one row of a matrix whose columns are units: all are multiplied by the same. */
static void collect_row(gchk_vary_entries *e, const gchk_variants *variants, const double *old, place at, size_t k,
                        size_t count, size_t first) {
  const double *value = variants->value + k, *before = old + variants->element[k];
  gchk_vary_entry *to = e->unsorted + e->count;
  size_t kept = 0;
  for (size_t j = 0; j < count; j++) {
    const double change = value[j] - before[j];
    // without a branch: what is not kept is written over
    to[kept] = (gchk_vary_entry){change, (uint32_t)(at.column + j), (uint32_t)at.row, (uint32_t)(k + j - first)};
    kept += change != 0;
  }
  e->count += kept;
}

/* Rows of such a matrix, most of which are multiplied by 0 where most of the data are. */
static void collect_rows(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants,
                         const double *old, size_t first, size_t end) {
  const size_t columns = plan->head.columns;
  place at = {0, 0, 0};
  size_t seen = SIZE_MAX;
  bool has_effect = false;
  for (size_t k = first, count; k < end; k += count) {
    find(&at, variants->element[k], columns);
    count = count_in_row(variants, k, end, at.start + columns);
    if (at.row != seen)
      has_effect = has_factor(plan, at.row);
    seen = at.row;
    if (has_effect || !isfinite(gchk_largest_size(variants->value + k, count)))
      collect_row(e, variants, old, at, k, count, first);
  }
}

static void collect(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants, const double *old,
                    size_t first, size_t end) {
  const gchk_lane_head *head = &plan->head;
  place at = {0, 0, 0};
  size_t seen_other = SIZE_MAX;
  bool has_effect = head->factor == NULL;
  if (head->factor != NULL && !head->unit_is_row) {
    collect_rows(e, plan, variants, old, first, end);
    return;
  }
  for (size_t k = first; k < end; k++) {
    const size_t element = variants->element[k];
    const double change = variants->value[k] - old[element];
    find(&at, element, head->columns);
    const size_t unit = head->unit_is_row ? at.row : at.column, other = head->unit_is_row ? at.column : at.row;
    if (head->factor != NULL && other != seen_other)
      has_effect = has_factor(plan, other);
    seen_other = other;
    const size_t key = head->factor == NULL ? at.column * plan->rows + at.row : unit;
    // without a branch: what is not kept is written over
    e->unsorted[e->count] = (gchk_vary_entry){change, (uint32_t)key, (uint32_t)other, (uint32_t)(k - first)};
    e->count += change != 0 && (has_effect || !isfinite(change));
  }
}

static void put(gchk_vary_entries *e, size_t to, const gchk_vary_entry *entry) {
  e->change[to] = entry->change;
  e->other[to] = entry->other;
  e->variant[to] = entry->variant;
}

/* A counting sort, where there are enough of them; the order changes no result, only how fast it is there. */
static void sort(gchk_vary_entries *e, size_t keys) {
  if (e->count < keys / FEW) {
    for (size_t i = 0; i < e->count; i++) {
      put(e, i, &e->unsorted[i]);
      e->key[i] = e->unsorted[i].key;
    }
    return;
  }
  for (size_t key = 0; key <= keys; key++)
    e->start[key] = 0;
  for (size_t i = 0; i < e->count; i++)
    e->start[e->unsorted[i].key + 1]++;
  for (size_t key = 0; key < keys; key++) {
    e->start[key + 1] += e->start[key];
    for (size_t i = e->start[key]; i < e->start[key + 1]; i++) // in order, and so not where the others are put
      e->key[i] = (uint32_t)key;
  }
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
