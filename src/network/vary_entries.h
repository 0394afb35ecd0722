/* Variants of a tensor as changes of single elements of a value, in the order in which they are worked off. */
#ifndef GCHK_NETWORK_VARY_ENTRIES_H
#define GCHK_NETWORK_VARY_ENTRIES_H

#include "network/vary_plan.h"

/* The element at `key` = unit * rows + row is changed by `change`. */
typedef struct gchk_vary_entry {
  double change;
  uint32_t slot; /* of the variant among those that change anything */
  uint32_t key;
} gchk_vary_entry;

typedef struct gchk_vary_entries {
  size_t variants; /* how many fit */
  size_t capacity, count;
  gchk_vary_entry *entry, *unsorted;
  size_t slot_count;
  uint32_t *variant; /* one a slot */
  size_t *start;     /* one a key, for sorting */
  size_t *rows;      /* those that an element is a factor in */
} gchk_vary_entries;

/* How many of `variants` are worked off together: all of them, or as many as make runs of some length. */
size_t gchk_vary_entries_fit(const gchk_vary_plan *plan, size_t variants);

/* Room for that many. */
gchk_status gchk_vary_entries_init(gchk_vary_entries *entries, const gchk_vary_plan *plan, size_t variants,
                                   gchk_error *error) GCHK_MUST_USE;
void gchk_vary_entries_deinit(gchk_vary_entries *entries);

/* What variants first .. first + count of a tensor change, `old` being its values: sorted by unit and row. */
void gchk_vary_entries_fill(gchk_vary_entries *entries, const gchk_vary_plan *plan, const gchk_variants *variants,
                            const double *old, size_t first, size_t count);

#endif
