/* The loops over arrays of changed elements, which compilers vectorise (core/clones.h). */
#ifndef GCHK_NETWORK_VARY_LOOPS_H
#define GCHK_NETWORK_VARY_LOOPS_H

#include <stddef.h>
#include <stdint.h>

/*
 * to[k] = z + change[k] factor[other[k]], or change[k] alone where factor is NULL; z where that is 0, for adding it
 * might change the sign of a zero.
 */
void gchk_vary_change(double *to, double z, const double *change, const double *factor, const uint32_t *other,
                      size_t count);

/* How many of the first numbers ascend by 1; at least one does where there is one. */
size_t gchk_vary_count_ascending(const size_t *number, size_t count);

/* How many values differ from `base`. */
size_t gchk_vary_count_changed(const double *value, double base, size_t count);

/* The values, and the slots slot, slot + 1, .. */
void gchk_vary_take(double *to, uint32_t *slots, const double *value, uint32_t slot, size_t count);

/* The same; how many of them differ from `base`. */
size_t gchk_vary_take_changed(double *to, uint32_t *slots, const double *value, uint32_t slot, double base,
                              size_t count);

/* changes[k]++ where value[k] differs from before[k]. */
void gchk_vary_count_changes(size_t *changes, const double *value, const double *before, size_t count);

#endif
