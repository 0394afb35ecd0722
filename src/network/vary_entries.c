/*
 * Variants as changes of single elements. Where a factor is 0 nothing changes, bit for bit, unless what it multiplies
 * is not finite: variants whose factor is 0 in all rows cost no more than looking at them.
 */
#include "network/vary_entries.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/largest.h"
#include "core/memory.h"
#include "network/vary_loops.h"

enum {
  FEW = 32,  /* keys for each of so few variants that they need no order */
  SHORT = 4, /* elements in a row that are counted at once */
  LONG = 16  /* so many that a loop over arrays pays */
};

static size_t count_keys(const gchk_vary_plan *plan) {
  return plan->head.factor == NULL ? plan->rows * plan->units : plan->units;
}

gchk_status gchk_vary_entries_init(gchk_vary_entries *e, const gchk_vary_plan *plan, size_t variants,
                                   gchk_error *error) {
  const size_t keys = count_keys(plan);
  *e = (gchk_vary_entries){.capacity = variants};
  e->change = gchk_malloc(variants, sizeof *e->change);
  e->other = gchk_malloc(variants, sizeof *e->other);
  e->variant = gchk_malloc(variants, sizeof *e->variant);
  e->sections = gchk_malloc(keys < variants ? keys : variants, sizeof *e->sections);
  e->runs = gchk_malloc(variants, sizeof *e->runs);
  e->start = gchk_malloc(keys, sizeof *e->start);
  if (e->change == NULL || e->other == NULL || e->variant == NULL || e->sections == NULL || e->runs == NULL ||
      e->start == NULL)
    return gchk_fail_memory(error, "changes of a tensor's elements");
  return GCHK_OK;
}

void gchk_vary_entries_deinit(gchk_vary_entries *e) {
  free(e->change);
  free(e->other);
  free(e->variant);
  free(e->sections);
  free(e->runs);
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

/* The same of an element of a vector whose factors are told by row and unit. */
static bool has_own_factor(const gchk_vary_plan *plan, size_t unit) {
  for (size_t n = 0; n < plan->rows; n++)
    if (!(plan->head.of_unit(plan->head_call, n, unit) == 0))
      return true;
  return false;
}

void gchk_vary_find_without_effect(const gchk_vary_plan *plan, size_t count, bool *has_no_effect) {
  const gchk_lane_head *head = &plan->head;
  const size_t columns = head->columns, rows = count / columns;
  if (head->factor == NULL)
    return;
  if (head->of_unit == NULL && !head->unit_is_row) { // what is the same for a row
    for (size_t r = 0; r < rows; r++)
      memset(has_no_effect + r * columns, !has_factor(plan, r), columns * sizeof *has_no_effect);
    return;
  }
  for (size_t c = 0; c < columns; c++)
    has_no_effect[c] = head->of_unit != NULL ? !has_own_factor(plan, c) : !has_factor(plan, c);
  for (size_t r = 1; r < rows; r++)
    memcpy(has_no_effect + r * columns, has_no_effect, columns * sizeof *has_no_effect);
}

/* How many elements from the first on follow one another in a row, up to `row_end`. */
static size_t count_in_row(const size_t *element, size_t left, size_t row_end) {
  const size_t first = element[0], most = row_end - first < left ? row_end - first : left;
  size_t count = 1;
  while (count < most && count < SHORT && element[count] - first == count)
    count++;
  return count < SHORT ? count : gchk_vary_count_ascending(element, most);
}

/*
 * What is asked for: the same elements, `period` of them, several times, as several points of each of a block are. Runs
 * are those of the first time.
 */
typedef struct asked {
  const gchk_vary_plan *plan;
  const size_t *element;
  const double *value, *old; /* `old` of all elements of the tensor */
  size_t period, times;
} asked;

static size_t find_period(const size_t *element, size_t count) {
  assert(count > 0);
  size_t period = 1;
  while (period < count && element[period] != element[0])
    period++;
  const bool repeats =
      count % period == 0 && memcmp(element, element + period, (count - period) * sizeof *element) == 0;
  return repeats ? period : count;
}

/* May something change at all, at one of the times? Where it is multiplied by 0, what is not finite does. */
static bool may_change(const asked *a, size_t first, size_t count, bool has_effect) {
  for (size_t k = first; !has_effect && k < first + a->period * a->times; k += a->period)
    has_effect = !isfinite(gchk_largest_size(a->value + k, count));
  return has_effect;
}

static void add_run(gchk_vary_entries *e, const asked *a, gchk_vary_run run, bool has_effect) {
  if (may_change(a, run.first, run.count, has_effect))
    e->runs[e->run_count++] = run;
}

/* A run whose elements have factors of their own: parts of it that have one, and others. */
static void add_parts(gchk_vary_entries *e, const asked *a, gchk_vary_run run) {
  while (run.count > 0) {
    const bool has_effect = has_factor(a->plan, run.column);
    gchk_vary_run part = run;
    part.count = 1;
    while (part.count < run.count && has_factor(a->plan, run.column + part.count) == has_effect)
      part.count++;
    add_run(e, a, part, has_effect);
    run = (gchk_vary_run){run.first + part.count, run.count - part.count, run.row, run.column + part.count};
  }
}

/* Runs in which something may change. Where a row has one factor, most are 0 where most of the data are. */
static void find_runs(gchk_vary_entries *e, const asked *a) {
  const gchk_lane_head *head = &a->plan->head;
  place at = {0, 0, 0};
  size_t seen = SIZE_MAX;
  bool has_effect = head->factor == NULL;
  e->run_count = 0;
  for (size_t k = 0, count; k < a->period; k += count) {
    find(&at, a->element[k], head->columns);
    count = count_in_row(a->element + k, a->period - k, at.start + head->columns);
    const gchk_vary_run run = {k, count, at.row, at.column};
    if (head->factor != NULL && head->unit_is_row) {
      add_parts(e, a, run);
      continue;
    }
    if (head->factor != NULL && at.row != seen)
      has_effect = has_factor(a->plan, at.row);
    seen = at.row;
    add_run(e, a, run, has_effect);
  }
}

/* The entry of a run's j-th element has key + j by_key, and other + j by_other. */
typedef struct target {
  size_t key, by_key, other, by_other;
} target;

static target target_of(const gchk_vary_plan *plan, const gchk_vary_run *run) {
  if (plan->head.factor == NULL)
    return (target){run->column * plan->rows + run->row, plan->rows, 0, 0};
  return plan->head.unit_is_row ? (target){run->row, 0, run->column, 1} : (target){run->column, 1, run->row, 0};
}

/* How many entries there are of each key, in e->start. */
static void count_by_key(gchk_vary_entries *e, const asked *a) {
  const size_t end = a->period * a->times;
  size_t *start = e->start;
  for (const gchk_vary_run *run = e->runs; run < e->runs + e->run_count; run++) {
    const target to = target_of(a->plan, run);
    const double *before = a->old + a->element[run->first];
    const bool is_long = to.by_key == 1 && run->count >= LONG;
    for (size_t k = run->first; is_long && k < end; k += a->period)
      gchk_vary_count_changes(start + to.key, a->value + k, before, run->count);
    for (size_t j = 0; !is_long && j < run->count; j++)
      for (size_t k = run->first + j; k < end; k += a->period)
        start[to.key + j * to.by_key] += a->value[k] - before[j] != 0;
  }
}

/* From counts to where each key's entries begin; of all. */
static size_t make_sections(gchk_vary_entries *e, size_t keys) {
  size_t count = 0;
  for (size_t key = 0; key < keys; key++) {
    const size_t start = count;
    count += e->start[key];
    e->start[key] = start;
    if (count > start)
      e->sections[e->section_count++] = (gchk_vary_section){key, count};
  }
  return count;
}

/* Where entries are put: arrays of their own each. */
typedef struct columns {
  double *restrict change;
  uint32_t *restrict other, *restrict variant;
} columns;

static inline void put(const columns *to, size_t at, double change, size_t other, size_t variant) {
  to->change[at] = change;
  to->other[at] = (uint32_t)other;
  to->variant[at] = (uint32_t)variant;
}

/* Of the j-th element of a run all times, from `at` on; where they end. */
static inline size_t put_times(columns to, const asked *a, const gchk_vary_run *run, size_t j, size_t other,
                               size_t at) {
  const double before = a->old[a->element[run->first] + j];
  for (size_t k = run->first + j; k < a->period * a->times; k += a->period) {
    const double by = a->value[k] - before;
    if (by != 0)
      put(&to, at++, by, other, k);
  }
  return at;
}

/* Runs of the same keys, one key after the other: then what is written follows one another, not what is read. */
static void put_runs(const gchk_vary_entries *e, const asked *a, const gchk_vary_run *runs, size_t count) {
  const columns to = {e->change, e->other, e->variant};
  for (size_t j = 0; j < runs->count; j++)
    for (const gchk_vary_run *run = runs; run < runs + count; run++) {
      const target of = target_of(a->plan, run);
      size_t *start = &e->start[of.key + j * of.by_key];
      *start = put_times(to, a, run, j, of.other + j * of.by_other, *start);
    }
}

/* How many runs from the first on are of the same keys. */
static size_t count_same_keys(const gchk_vary_run *runs, size_t count) {
  size_t same = 1;
  while (same < count && runs[same].column == runs->column && runs[same].count == runs->count)
    same++;
  return same;
}

/* Entries by key: a counting sort. */
static size_t put_by_key(gchk_vary_entries *e, const asked *a) {
  const size_t keys = count_keys(a->plan);
  memset(e->start, 0, keys * sizeof *e->start);
  count_by_key(e, a);
  const size_t count = make_sections(e, keys);
  for (size_t r = 0, some; r < e->run_count; r += some) {
    const gchk_vary_run *run = &e->runs[r];
    const bool is_long = target_of(a->plan, run).by_key == 1 && run->count >= LONG;
    some = is_long ? count_same_keys(run, e->run_count - r) : 1;
    put_runs(e, a, run, some);
  }
  return count;
}

/* As they come, a section for each that has another key than the one before. */
static size_t put_in_place(gchk_vary_entries *e, const asked *a) {
  const columns to_columns = {e->change, e->other, e->variant};
  size_t count = 0;
  for (const gchk_vary_run *run = e->runs; run < e->runs + e->run_count; run++) {
    const target to = target_of(a->plan, run);
    for (size_t j = 0; j < run->count; j++) {
      const size_t key = to.key + j * to.by_key, other = to.other + j * to.by_other;
      const size_t end = put_times(to_columns, a, run, j, other, count);
      if (end > count && (e->section_count == 0 || e->sections[e->section_count - 1].key != key))
        e->sections[e->section_count++].key = key;
      if (end > count)
        e->sections[e->section_count - 1].end = count = end;
    }
  }
  return count;
}

/* The order changes no result, only how fast it is there. */
void gchk_vary_entries_fill(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants,
                            const double *old, size_t first, size_t count) {
  const size_t *element = variants->element + first;
  const size_t period = find_period(element, count);
  const asked a = {plan, element, variants->value + first, old, period, count / period};
  e->section_count = 0;
  find_runs(e, &a);
  e->count = count < count_keys(plan) / FEW ? put_in_place(e, &a) : put_by_key(e, &a);
}
