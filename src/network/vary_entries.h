/* Variants of a tensor as changes of single elements of a value, in the order in which they are worked off. */
#ifndef GCHK_NETWORK_VARY_ENTRIES_H
#define GCHK_NETWORK_VARY_ENTRIES_H

#include "network/vary_plan.h"

/* Elements of one row of the head's matrix that follow one another: variants first, first + 1, .. */
typedef struct gchk_vary_run {
  size_t first, count, row, column;
} gchk_vary_run;

/* Entries from the end of the one before to `end`, of one key: the unit; of what changes itself, unit * rows + row. */
typedef struct gchk_vary_section {
  size_t key, end;
} gchk_vary_section;

/* Variants that may change something, by key. */
typedef struct gchk_vary_entries {
  size_t capacity, count;
  double *change;
  uint32_t *other;   /* where a row has the factor of it */
  uint32_t *variant; /* its place among those that were given */
  gchk_vary_section *sections;
  size_t section_count;
  gchk_vary_run *runs; /* what entries are made of */
  size_t run_count;
  size_t *start; /* one a key, for sorting */
} gchk_vary_entries;

/* Room for that many. */
gchk_status gchk_vary_entries_init(gchk_vary_entries *entries, const gchk_vary_plan *plan, size_t variants,
                                   gchk_error *error) GCHK_MUST_USE;
void gchk_vary_entries_deinit(gchk_vary_entries *entries);

/* What variants first .. first + count of a tensor may change, `old` being its values. */
void gchk_vary_entries_fill(gchk_vary_entries *entries, const gchk_vary_plan *plan, const gchk_variants *variants,
                            const double *old, size_t first, size_t count);

/* Sets those of the `count` elements of the head's tensor whose factor is 0 in all rows (gchk_variants). */
void gchk_vary_find_without_effect(const gchk_vary_plan *plan, size_t count, bool *has_no_effect);

#endif
