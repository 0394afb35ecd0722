/*
 * Which steps a variable has: powers of two from 2^floor(log2 s)/8 down to max(4 ulp(x), 16 u s), ratio 4, and where to
 * start: around 4 s u^(1/3), the step at which the truncation h^2 f'''/6 and the rounding u f/h of a function without
 * scale of its own are equal, up to the constant.
 *
 * The ladder has an extension at each end, for variables whose own size says little about the function: upward as far
 * as 512 s or 1/8, whichever is more (exp(x) at x = 1e-9 is flat at every step that x suggests), downward to 4 ulp(x)
 * (log x at x = 1e-20 in a tensor of size 1).
 */
#include "numeric/steps.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { RUNG = 2 /* log2 of the ratio of two steps */, EXTENSION = 6 * RUNG, EIGHTH = -3 };

static bool is_float(double variable_unit) {
  return variable_unit > 0x1p-50;
}

double gchk_step_to(double x, double h, double variable_unit) {
  return is_float(variable_unit) ? (double)(float)(x + h) : x + h;
}

double gchk_spacing_at(double x, double variable_unit) {
  double size = fabs(x);
  if (is_float(variable_unit)) {
    float near = (float)size;
    return near < FLT_MAX ? (double)(nextafterf(near, FLT_MAX) - near) : ldexp(1, 104);
  }
  return size < DBL_MAX ? nextafter(size, HUGE_VAL) - size : ldexp(1, 971);
}

/* log2 of a step that may have underflowed to 0 or overflowed, as a number that fits an int. */
static double log2_of_step(double step) {
  static const double beyond_doubles = 1200;
  return fmax(-beyond_doubles, fmin(log2(step), beyond_doubles));
}

/* The exponent on the grid of `top` that is the first at or above log2 of `step`. */
static int exponent_above(double step, int top) {
  int exponent = (int)ceil(log2_of_step(step));
  return exponent + ((top - exponent) % RUNG != 0);
}

static int exponent_below(double step, int top) {
  int exponent = (int)floor(log2_of_step(step));
  return exponent - ((top - exponent) % RUNG != 0);
}

static int clamp(int value, int low, int high) {
  return value < low ? low : value > high ? high : value;
}

gchk_steps gchk_steps_of(double x, double scale, double variable_unit, double hint) {
  double s = isfinite(scale) && scale > fabs(x) ? scale : fabs(x);
  if (!(s > 0) || !isfinite(s))
    s = 1;
  double four_ulps = 4 * gchk_spacing_at(x, variable_unit);
  int largest = is_float(variable_unit) ? FLT_MAX_EXP - 4 : DBL_MAX_EXP - 4;

  gchk_steps steps;
  steps.top = ilogb(s) - 3;
  steps.lowest = exponent_above(four_ulps, steps.top);
  steps.bottom = exponent_above(fmax(four_ulps, 16 * variable_unit * s), steps.top);
  // A variable among the denormal numbers: three steps above the spacing are all there is.
  if (steps.top < steps.lowest + 2 * RUNG)
    steps.top = steps.lowest + 2 * RUNG;
  steps.bottom = clamp(steps.bottom, steps.lowest, steps.top - 2 * RUNG);

  steps.highest = steps.top + EXTENSION;
  // Two rungs above 1/8: a rung needs them for its bound.
  int eighth = EIGHTH + 2 * RUNG - ((steps.top - EIGHTH) % RUNG != 0);
  if (steps.highest < eighth)
    steps.highest = eighth;
  while (steps.highest > largest && steps.highest > steps.top)
    steps.highest -= RUNG;

  if (hint > 0 && isfinite(hint))
    steps.start = clamp(exponent_below(hint, steps.top) + RUNG, steps.bottom + RUNG, steps.highest - RUNG);
  else
    steps.start = clamp(exponent_above(4 * cbrt(variable_unit) * s, steps.top), steps.bottom + RUNG, steps.top - RUNG);
  return steps;
}
