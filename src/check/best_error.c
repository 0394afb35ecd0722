/* The error of a gradient over that of the best possible one. */
#include "check/best_error.h"

#include <math.h>

double gchk_best_error(const double *analytic, const double *exact, size_t count, double unit) {
  double largest = 0, error = 0;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(analytic[i]) || !isfinite(exact[i]))
      continue;
    largest = fmax(largest, fabs(exact[i]));
    error = fmax(error, fabs(analytic[i] - exact[i]));
  }
  if (!(largest > 0))
    return (double)NAN;
  // Divided in this order so that neither the smallest nor the largest numbers leave the range.
  return ldexp(error, -ilogb(largest)) / unit;
}
