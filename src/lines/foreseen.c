/* A few points, in no order. */
#include "lines/foreseen.h"

bool gchk_foreseen_find(const gchk_foreseen *foreseen, double x, double *y) {
  for (size_t k = 0; k < foreseen->count; k++)
    if (foreseen->x[k] == x) {
      *y = foreseen->y[k];
      return true;
    }
  return false;
}

size_t gchk_foreseen_add(gchk_foreseen *foreseen, const double *x, size_t count) {
  double unused;
  if (count > GCHK_MOST_EXPECTED - foreseen->count)
    foreseen->count = 0;
  const size_t first = foreseen->count;
  for (size_t k = 0; k < count; k++)
    if (!gchk_foreseen_find(foreseen, x[k], &unused))
      foreseen->x[foreseen->count++] = x[k];
  return first;
}
