/* Each element has nothing to do with the others. */
#include "core/arrays.h"

#include "core/clones.h"

GCHK_CLONES static void subtract_one(double *restrict to, const double *restrict value, double base, size_t count) {
  for (size_t k = 0; k < count; k++)
    to[k] = value[k] - base;
}

void gchk_array_subtract(double *to, const double *value, double base, size_t count) {
  subtract_one(to, value, base, count);
}

GCHK_CLONES static void fill_with_one(double *restrict to, double value, size_t count) {
  for (size_t k = 0; k < count; k++)
    to[k] = value;
}

void gchk_array_fill(double *to, double value, size_t count) {
  fill_with_one(to, value, count);
}

GCHK_CLONES static void add_to_each(double *restrict sum, const double *restrict value, size_t count) {
  for (size_t k = 0; k < count; k++)
    sum[k] += value[k];
}

void gchk_array_add(double *sum, const double *value, size_t count) {
  add_to_each(sum, value, count);
}

GCHK_CLONES static void divide_each(double *total, double divisor, size_t count) {
  for (size_t k = 0; k < count; k++)
    total[k] /= divisor;
}

void gchk_array_divide(double *total, double divisor, size_t count) {
  divide_each(total, divisor, count);
}
