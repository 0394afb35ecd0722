/* Each element has nothing to do with the others. */
#include "network/vary_loops.h"

#include "core/clones.h"

static inline double changed(double z, double by) {
  return by == 0 ? z : z + by;
}

GCHK_CLONES static void change_by_factors(double *restrict to, double z, const double *restrict change,
                                          const double *restrict factor, const uint32_t *restrict other, size_t count) {
  for (size_t k = 0; k < count; k++)
    to[k] = changed(z, change[k] * factor[other[k]]);
}

GCHK_CLONES static void change_alone(double *restrict to, double z, const double *restrict change, size_t count) {
  for (size_t k = 0; k < count; k++)
    to[k] = changed(z, change[k]);
}

void gchk_vary_change(double *to, double z, const double *change, const double *factor, const uint32_t *other,
                      size_t count) {
  if (factor != NULL)
    change_by_factors(to, z, change, factor, other, count);
  else
    change_alone(to, z, change, count);
}

GCHK_CLONES static size_t count_ascending(const size_t *number, size_t count) {
  enum { TOGETHER = 16 };
  size_t k = 0, differ = 0;
  for (; k + TOGETHER <= count && differ == 0; k += TOGETHER)
    for (size_t j = 0; j < TOGETHER; j++)
      differ |= number[k + j] ^ (number[0] + k + j);
  k -= differ != 0 ? TOGETHER : 0;
  while (k < count && number[k] - number[0] == k)
    k++;
  return k;
}

size_t gchk_vary_count_ascending(const size_t *number, size_t count) {
  return count_ascending(number, count);
}

GCHK_CLONES static size_t count_changed(const double *value, double base, size_t count) {
  uint64_t differ = 0; // as wide as what is compared
  for (size_t k = 0; k < count; k++)
    differ += !(value[k] == base);
  return (size_t)differ;
}

size_t gchk_vary_count_changed(const double *value, double base, size_t count) {
  return count_changed(value, base, count);
}

GCHK_CLONES static size_t take_differing(double *restrict to, uint32_t *restrict slots, const double *restrict value,
                                         uint32_t slot, double base, size_t count) {
  uint64_t differ = 0;
  for (size_t k = 0; k < count; k++) {
    to[k] = value[k];
    differ += !(value[k] == base);
  }
  for (size_t k = 0; k < count; k++)
    slots[k] = slot + (uint32_t)k;
  return (size_t)differ;
}

size_t gchk_vary_take_changed(double *to, uint32_t *slots, const double *value, uint32_t slot, double base,
                              size_t count) {
  return take_differing(to, slots, value, slot, base, count);
}

GCHK_CLONES static void take_values(double *restrict to, uint32_t *restrict slots, const double *restrict value,
                                    uint32_t slot, size_t count) {
  for (size_t k = 0; k < count; k++) {
    to[k] = value[k];
    slots[k] = slot + (uint32_t)k;
  }
}

void gchk_vary_take(double *to, uint32_t *slots, const double *value, uint32_t slot, size_t count) {
  take_values(to, slots, value, slot, count);
}

GCHK_CLONES static void count_changes(size_t *restrict changes, const double *restrict value,
                                      const double *restrict before, size_t count) {
  for (size_t k = 0; k < count; k++)
    changes[k] += value[k] - before[k] != 0;
}

void gchk_vary_count_changes(size_t *changes, const double *value, const double *before, size_t count) {
  count_changes(changes, value, before, count);
}
