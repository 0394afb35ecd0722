/*
 * The steps of steps.c for arrays. Exponents are read from the bits of the numbers: ceil(log2 a) is the exponent of a,
 * and one more where a is no power of two. Where log2 may round to a whole number, within 2^-40 of a power of two, and
 * for all that is not an ordinary number of an ordinary type, steps.c itself is asked.
 */
#include "batch/batch_steps.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/clones.h"
#include "core/double_bits.h"
#include "numeric/rung_formulas.h"
#include "numeric/steps.h"

enum {
  LANES = 128, /* elements that a loop works on at once, in arrays of its own */
  NEAR = 12,   /* the lowest bits of a mantissa: 2^-40 of it */
  ORDINARY = 900,
  ORDINARY_FLOAT = 100
};

/* floor(log2 |x|) of normal numbers. */
static inline int64_t exponent_of(double x) {
  return (int64_t)((gchk_bits_of(x) >> GCHK_MANTISSA_BITS) & (2 * GCHK_EXPONENT_BIAS + 1)) - GCHK_EXPONENT_BIAS;
}

/* Is x beside a power of two, but not one? */
static inline bool is_near_power(double x) {
  uint64_t mantissa = gchk_mantissa_of(x), edge = (uint64_t)1 << NEAR;
  return (mantissa != 0) & (((mantissa + edge) & (((uint64_t)1 << GCHK_MANTISSA_BITS) - 1)) < 2 * edge);
}

/* The first exponent at or above `exponent` that is on the grid of `top`. */
static inline int64_t up_to_grid(int64_t exponent, int64_t top) {
  return exponent + ((top - exponent) & 1);
}

static inline int64_t exponent_above(double step, int64_t top) {
  return up_to_grid(exponent_of(step) + (gchk_mantissa_of(step) != 0), top);
}

static inline int64_t larger(int64_t a, int64_t b) {
  return a > b ? a : b;
}

static inline int64_t clamp(int64_t value, int64_t low, int64_t high) {
  return value < low ? low : value > high ? high : value;
}

/* What is the same for all elements. */
typedef struct common {
  double rounding_step;   /* 16 u */
  double balanced;        /* 4 u^(1/3) */
  int64_t bits, smallest; /* of the variable's type: its precision, and the exponent (frexp's) of its smallest number */
  int64_t hint;           /* floor(log2 start) */
  int64_t ordinary;       /* exponents of s between -ordinary and this are */
  bool has_hint, is_float;
} common;

typedef struct lanes {
  int64_t top[LANES], start[LANES], usual[LANES], bottom[LANES], lowest[LANES], highest[LANES];
  int64_t is_ordinary[LANES];
} lanes;

GCHK_CLONES static void find_lanes(lanes *to, const common *given, const double *x, const double *scale, size_t count) {
  const common c = *given;
  lanes out;
  for (size_t i = 0; i < count; i++) {
    double size = fabs(x[i]), s = scale[i] > size ? scale[i] : size;
    s = s > 0 ? s : 1;
    double rounding_step = c.rounding_step * s, balanced = c.balanced * s;
    int64_t spacing = larger(exponent_of(x[i]) + 1, c.smallest) - c.bits;

    int64_t top = exponent_of(s) - 3;
    int64_t lowest = up_to_grid(spacing + 2, top);
    int64_t bottom = larger(lowest, exponent_above(rounding_step, top));
    top = larger(top, lowest + 2 * GCHK_RUNG);
    bottom = clamp(bottom, lowest, top - 2 * GCHK_RUNG);
    int64_t usual = clamp(exponent_above(balanced, top), bottom + GCHK_RUNG, top - GCHK_RUNG);

    out.top[i] = top;
    out.lowest[i] = lowest;
    out.bottom[i] = bottom;
    out.usual[i] = usual;
    out.highest[i] = larger(top + GCHK_EXTENSION, gchk_eighth_exponent(top) + 2 * GCHK_RUNG);
    out.start[i] = usual;
    bool is_near = is_near_power(rounding_step), is_near_too = is_near_power(balanced);
    int64_t of_s = exponent_of(s);
    out.is_ordinary[i] = (of_s > -c.ordinary) & (of_s < c.ordinary) & !is_near & !is_near_too;
  }
  for (size_t i = 0; c.has_hint && i < count; i++) {
    int64_t hinted = c.hint - ((out.top[i] - c.hint) & 1) + GCHK_RUNG;
    out.start[i] = clamp(hinted, out.bottom[i] + GCHK_RUNG, out.top[i]);
  }
  for (size_t i = 0; c.is_float && i < count; i++)
    out.is_ordinary[i] &= (double)(float)x[i] == x[i];
  *to = out;
}

static common common_of(const gchk_batch_line *line) {
  bool is_double = line->variable_unit == 0x1p-53, is_float = line->variable_unit == 0x1p-24;
  bool has_hint = line->start > 0 && isfinite(line->start);
  return (common){.rounding_step = 16 * line->variable_unit,
                  .balanced = 4 * cbrt(line->variable_unit),
                  .bits = is_double  ? DBL_MANT_DIG
                          : is_float ? FLT_MANT_DIG
                                     : 0,
                  .smallest = is_float ? FLT_MIN_EXP : DBL_MIN_EXP,
                  .ordinary = is_float ? ORDINARY_FLOAT : ORDINARY,
                  .has_hint = has_hint,
                  .hint = has_hint ? (int64_t)floor(log2(line->start)) : 0,
                  .is_float = is_float};
}

static void ask_steps_of(gchk_batch *b, size_t i) {
  const gchk_batch_line *line = &b->line;
  gchk_steps steps = gchk_steps_of(b->x[i], b->scale[i], line->variable_unit, line->start);
  b->top[i] = steps.top;
  b->start[i] = steps.start;
  b->bottom[i] = steps.bottom;
  b->lowest[i] = steps.lowest;
  b->highest[i] = steps.highest;
  b->usual[i] = steps.usual;
}

void gchk_batch_find_steps(gchk_batch *b) {
  const common c = common_of(&b->line);
  for (size_t from = 0; from < b->count; from += LANES) {
    size_t count = b->count - from < LANES ? b->count - from : LANES;
    lanes found;
    find_lanes(&found, &c, b->x + from, b->scale + from, count);
    memcpy(b->top + from, found.top, count * sizeof *b->top);
    memcpy(b->start + from, found.start, count * sizeof *b->start);
    memcpy(b->usual + from, found.usual, count * sizeof *b->usual);
    memcpy(b->bottom + from, found.bottom, count * sizeof *b->bottom);
    memcpy(b->highest + from, found.highest, count * sizeof *b->highest);
    memcpy(b->lowest + from, found.lowest, count * sizeof *b->lowest);
    for (size_t i = 0; i < count; i++)
      if (c.bits == 0 || !found.is_ordinary[i])
        ask_steps_of(b, from + i);
  }
}

/* x where `point` is no other finite number. */
static inline double other_than(double x, double point) {
  return point - point == 0 ? point : x;
}

/* NaN where the exponent is that of no normal number. */
static inline double step_of(int64_t exponent) {
  double step = gchk_power_of_two((uint64_t)exponent);
  return exponent > -GCHK_EXPONENT_BIAS && exponent <= GCHK_EXPONENT_BIAS ? step : (double)NAN;
}

GCHK_CLONES static void double_points(double *restrict to, const double *x, const int64_t *exponent, double sign,
                                      size_t count) {
  for (size_t i = 0; i < count; i++)
    to[i] = other_than(x[i], x[i] + sign * step_of(exponent[i]));
}

GCHK_CLONES static void float_points(double *restrict to, const double *x, const int64_t *exponent, double sign,
                                     size_t count) {
  for (size_t i = 0; i < count; i++)
    to[i] = other_than(x[i], (double)(float)(x[i] + sign * step_of(exponent[i])));
}

void gchk_batch_step_to(double *to, const double *x, const int64_t *exponent, int sign, double variable_unit,
                        size_t count) {
  if (variable_unit == 0x1p-53)
    double_points(to, x, exponent, sign, count);
  else if (variable_unit == 0x1p-24)
    float_points(to, x, exponent, sign, count);
  else
    for (size_t i = 0; i < count; i++)
      to[i] = other_than(x[i], gchk_step_to(x[i], sign * step_of(exponent[i]), variable_unit));
}

void gchk_batch_step_by(double *to, const double *x, double step, double variable_unit, size_t count) {
  if (variable_unit == 0x1p-53)
    for (size_t i = 0; i < count; i++)
      to[i] = other_than(x[i], x[i] + step);
  else
    for (size_t i = 0; i < count; i++)
      to[i] = other_than(x[i], gchk_step_to(x[i], step, variable_unit));
}
