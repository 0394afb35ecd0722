/*
 * Variants as changes of single elements. Where a factor is 0 nothing changes, bit for bit, unless what it multiplies
 * is not finite: variants whose factor is 0 in all rows cost no more than looking at them.
 */
#include "network/vary_entries.h"

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

/* How many variants from the k-th on are of elements that follow one another in a row, up to `row_end`. */
static size_t count_in_row(const gchk_variants *variants, size_t k, size_t end, size_t row_end) {
  const size_t *element = variants->element + k, first = element[0], left = end - k;
  const size_t most = row_end - first < left ? row_end - first : left;
  size_t count = 1;
  while (count < most && count < SHORT && element[count] - first == count)
    count++;
  return count < SHORT ? count : gchk_vary_count_ascending(element, most);
}

/* How many of the elements of a run from the j-th on are alike in what they are multiplied by: 0, or something. */
static size_t count_alike(const gchk_vary_plan *plan, const gchk_vary_run *run, bool *has_effect) {
  size_t count = 1;
  *has_effect = has_factor(plan, run->column);
  while (count < run->count && has_factor(plan, run->column + count) == *has_effect)
    count++;
  return count;
}

/* Adds a run, unless what it multiplies is 0. */
static void add_run(gchk_vary_entries *e, const gchk_variants *variants, gchk_vary_run run, bool has_effect) {
  e->runs[e->run_count] = run; // without a branch most often: what is not kept is written over
  e->run_count += has_effect || !isfinite(gchk_largest_size(variants->value + run.first, run.count));
}

/* A run whose elements have factors of their own. */
static void add_parts(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants,
                      gchk_vary_run run) {
  while (run.count > 0) {
    bool has_effect;
    gchk_vary_run part = run;
    part.count = count_alike(plan, &run, &has_effect);
    add_run(e, variants, part, has_effect);
    run = (gchk_vary_run){run.first + part.count, run.count - part.count, run.row, run.column + part.count};
  }
}

/* Runs in which something may change. Where a row has one factor, most are 0 where most of the data are. */
static void find_runs(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants,
                      const double *old, size_t first, size_t end) {
  const gchk_lane_head *head = &plan->head;
  place at = {0, 0, 0};
  size_t seen = SIZE_MAX;
  bool has_effect = head->factor == NULL;
  e->run_count = 0;
  for (size_t k = first, count; k < end; k += count) {
    count = 1;
    if (variants->value[k] == old[variants->element[k]]) // a point that is not there, as many of a few elements are
      continue;
    find(&at, variants->element[k], head->columns);
    count = count_in_row(variants, k, end, at.start + head->columns);
    const gchk_vary_run run = {k, count, at.row, at.column};
    if (head->factor != NULL && head->unit_is_row) {
      add_parts(e, plan, variants, run);
      continue;
    }
    if (head->factor != NULL && at.row != seen)
      has_effect = has_factor(plan, at.row);
    seen = at.row;
    add_run(e, variants, run, has_effect);
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

/* What is varied of a run: values there, and at the base. */
typedef struct change {
  const double *value, *before;
} change;

static change change_of(const gchk_vary_run *run, const gchk_variants *variants, const double *old) {
  return (change){variants->value + run->first, old + variants->element[run->first]};
}

static void put(gchk_vary_entries *e, size_t at, double by, size_t other, size_t variant) {
  e->change[at] = by;
  e->other[at] = (uint32_t)other;
  e->variant[at] = (uint32_t)variant;
}

/* As they come, each key that differs from the one before as a section; how many. */
static size_t put_in_place(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants,
                           const double *old, size_t first) {
  size_t count = 0;
  for (const gchk_vary_run *run = e->runs; run < e->runs + e->run_count; run++) {
    const target to = target_of(plan, run);
    const change of = change_of(run, variants, old);
    for (size_t j = 0; j < run->count; j++) {
      const size_t key = to.key + j * to.by_key;
      const double by = of.value[j] - of.before[j];
      if (by == 0)
        continue;
      if (e->section_count == 0 || e->sections[e->section_count - 1].key != key)
        e->sections[e->section_count++].key = key;
      put(e, count, by, to.other + j * to.by_other, run->first + j - first);
      e->sections[e->section_count - 1].end = ++count;
    }
  }
  return count;
}

static void count_by_key(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants,
                         const double *old) {
  for (const gchk_vary_run *run = e->runs; run < e->runs + e->run_count; run++) {
    const target to = target_of(plan, run);
    const change of = change_of(run, variants, old);
    if (to.by_key == 1 && run->count >= LONG)
      gchk_vary_count_changes(e->start + to.key, of.value, of.before, run->count);
    else
      for (size_t j = 0; j < run->count; j++)
        e->start[to.key + j * to.by_key] += of.value[j] - of.before[j] != 0;
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

/* Entries by key, and within one as they come: a counting sort. */
static size_t put_by_key(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants,
                         const double *old, size_t first) {
  const size_t keys = count_keys(plan);
  memset(e->start, 0, keys * sizeof *e->start);
  count_by_key(e, plan, variants, old);
  const size_t count = make_sections(e, keys);
  for (const gchk_vary_run *run = e->runs; run < e->runs + e->run_count; run++) {
    const target to = target_of(plan, run);
    const change of = change_of(run, variants, old);
    for (size_t j = 0; j < run->count; j++) {
      const double by = of.value[j] - of.before[j];
      if (by != 0)
        put(e, e->start[to.key + j * to.by_key]++, by, to.other + j * to.by_other, run->first + j - first);
    }
  }
  return count;
}

/* The order changes no result, only how fast it is there. */
void gchk_vary_entries_fill(gchk_vary_entries *e, const gchk_vary_plan *plan, const gchk_variants *variants,
                            const double *old, size_t first, size_t count) {
  const bool is_few = count < count_keys(plan) / FEW;
  e->section_count = 0;
  find_runs(e, plan, variants, old, first, first + count);
  e->count = is_few ? put_in_place(e, plan, variants, old, first) : put_by_key(e, plan, variants, old, first);
}
