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

static const double unit_of_floats = 0x1p-24;
enum { RUNG = 2 /* log2 of the ratio of two steps */, EXTENSION = 6 * RUNG, EIGHTH = -3 };

enum { DOUBLE_BITS = 53, FLOAT_BITS = 24 };

/* p of a unit round-off 2^-p, rounded to a whole number of bits. */
static int bits_of(double variable_unit) {
  if (variable_unit == 0x1p-53) // of nearly all, at each step
    return DOUBLE_BITS;
  double bits = nearbyint(-log2(variable_unit));
  return bits >= DOUBLE_BITS ? DOUBLE_BITS : bits >= 2 ? (int)bits : 2;
}

static bool has_range_of_float(int bits) {
  return bits <= FLOAT_BITS;
}

/* log2 of the spacing at the exponent (frexp's) of a number; subnormal numbers have that of the smallest normal one. */
static int spacing_exponent(int exponent, int bits) {
  int smallest = has_range_of_float(bits) ? FLT_MIN_EXP : DBL_MIN_EXP;
  return (exponent < smallest ? smallest : exponent) - bits;
}

double gchk_step_to(double x, double h, double variable_unit) {
  int bits = bits_of(variable_unit), exponent;
  double to = x + h;
  if (bits == DOUBLE_BITS || !isfinite(to) || to == 0)
    return to;
  if (bits == FLOAT_BITS)
    return (double)(float)to;
  frexp(to, &exponent);
  int quantum = spacing_exponent(exponent, bits);
  double rounded = ldexp(nearbyint(ldexp(to, -quantum)), quantum);
  return has_range_of_float(bits) && fabs(rounded) >= 0x1p128 ? copysign(HUGE_VAL, to) : rounded;
}

double gchk_spacing_at(double x, double variable_unit) {
  int bits = bits_of(variable_unit), exponent;
  double size = fabs(gchk_step_to(x, 0, variable_unit));
  int largest = has_range_of_float(bits) ? FLT_MAX_EXP : DBL_MAX_EXP;
  frexp(isfinite(size) ? size : 0, &exponent);
  if (size == 0) // frexp gives 0
    exponent = DBL_MIN_EXP;
  return ldexp(1, spacing_exponent(isfinite(size) ? exponent : largest, bits));
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
  int largest = (has_range_of_float(bits_of(variable_unit)) ? FLT_MAX_EXP : DBL_MAX_EXP) - 4;

  gchk_steps steps;
  steps.top = ilogb(s) - 3;
  steps.lowest = exponent_above(four_ulps, steps.top);
  steps.bottom = exponent_above(fmax(four_ulps, 16 * variable_unit * s), steps.top);
  // A variable among the denormal numbers: three steps above the spacing are all there is.
  if (steps.top < steps.lowest + 2 * RUNG)
    steps.top = steps.lowest + 2 * RUNG;
  // In a coarse format there are few steps between; a bound needs three, and its choice one more.
  if (variable_unit > unit_of_floats && steps.top < steps.bottom + 3 * RUNG)
    steps.top = steps.bottom + 3 * RUNG;
  steps.bottom = clamp(steps.bottom, steps.lowest, steps.top - 2 * RUNG);

  steps.highest = steps.top + EXTENSION;
  // Two rungs above 1/8: a rung needs them for its bound.
  int eighth = EIGHTH + 2 * RUNG - ((steps.top - EIGHTH) % RUNG != 0);
  if (steps.highest < eighth)
    steps.highest = eighth;
  while (steps.highest > largest && steps.highest > steps.top)
    steps.highest -= RUNG;

  if (hint > 0 && isfinite(hint))
    steps.start = clamp(exponent_below(hint, steps.top) + RUNG, steps.bottom + RUNG, steps.top);
  else
    steps.start = clamp(exponent_above(4 * cbrt(variable_unit) * s, steps.top), steps.bottom + RUNG, steps.top - RUNG);
  return steps;
}

void gchk_steps_halve(gchk_steps *steps, int *usual) {
  steps->highest--;
  steps->top--;
  steps->start--;
  (*usual)--;
  steps->bottom++;
  steps->lowest++;
  // Three steps are what a bound needs.
  if (steps->top < steps->bottom + 2 * RUNG)
    steps->bottom = steps->top - 2 * RUNG;
  steps->lowest = steps->lowest < steps->bottom ? steps->lowest : steps->bottom;
}
