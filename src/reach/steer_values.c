/* A comparison with a constant turns beside it, and a window between two constants is taken between them. */
#include "reach/steer_values.h"

#include <math.h>
#include <string.h>

void gchk_constants_add(gchk_constants *constants, double x) {
  size_t k = 0;
  if (!isfinite(x) || fpclassify(x) == FP_ZERO || constants->count == GCHK_MOST_CONSTANTS)
    return;
  while (k < constants->count && constants->at[k] < x)
    k++;
  if (k < constants->count && !(constants->at[k] > x))
    return;
  memmove(&constants->at[k + 1], &constants->at[k], (constants->count - k) * sizeof *constants->at);
  constants->at[k] = x;
  constants->count++;
}

void gchk_constants_take(gchk_constants *constants, const gchk_compare_trace *trace) {
  for (size_t i = 0; i < trace->count; i++) {
    if (!trace->list[i].a_varies)
      gchk_constants_add(constants, trace->list[i].a);
    if (!trace->list[i].b_varies)
      gchk_constants_add(constants, trace->list[i].b);
  }
}

size_t gchk_values_near(const gchk_constants *constants, double values[GCHK_MOST_VALUES]) {
  static const double beside[] = {1 + 0x1p-6, 1 - 0x1p-6, 1, 1 + 0x1p-14, 1 - 0x1p-14, 1.5, 2};
  static const double any[] = {0, 10, 1e-3, 100, 1e-6, 1, 1e3};
  size_t count = 0;
  for (size_t k = 0; k + 1 < constants->count && count + 2 < GCHK_MOST_VALUES; k++) {
    const double between = constants->at[k] + (constants->at[k + 1] - constants->at[k]) / 2;
    values[count++] = between;
    values[count++] = -between;
  }
  for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
    for (size_t k = 0; k < constants->count && count + 2 < GCHK_MOST_VALUES; k++) {
      values[count++] = constants->at[k] * beside[i];
      values[count++] = -constants->at[k] * beside[i];
    }
  for (size_t i = 0; i < sizeof any / sizeof any[0] && count + 2 < GCHK_MOST_VALUES; i++) {
    values[count++] = any[i];
    values[count++] = -any[i];
  }
  return count;
}
