/* Variants of a tensor as changes of single elements of a value, in the order in which they are worked off. */
#ifndef GCHK_NETWORK_VARY_ENTRIES_H
#define GCHK_NETWORK_VARY_ENTRIES_H

#include "network/vary_plan.h"

/* A variant that may change something, of the elements at `key`. */
typedef struct gchk_vary_entry {
  double change;
  uint32_t key;     /* the unit, in all rows; of a value that is changed itself, unit * rows + row */
  uint32_t other;   /* where a row has the factor of it */
  uint32_t variant; /* its place among those that were given */
} gchk_vary_entry;

/* Arrays of them, sorted by key. */
typedef struct gchk_vary_entries {
  size_t capacity, count;
  double *change;
  uint32_t *key, *other, *variant;
  gchk_vary_entry *unsorted;
  size_t *start; /* one a key, for sorting */
} gchk_vary_entries;

/* Room for that many. */
gchk_status gchk_vary_entries_init(gchk_vary_entries *entries, const gchk_vary_plan *plan, size_t variants,
                                   gchk_error *error) GCHK_MUST_USE;
void gchk_vary_entries_deinit(gchk_vary_entries *entries);

/* What variants first .. first + count of a tensor may change, `old` being its values. */
void gchk_vary_entries_fill(gchk_vary_entries *entries, const gchk_vary_plan *plan, const gchk_variants *variants,
                            const double *old, size_t first, size_t count);

/* The end, `end` at most, of the entries from the k-th on that have its key. */
size_t gchk_vary_entries_end(const gchk_vary_entries *entries, size_t k, size_t end);

#endif
