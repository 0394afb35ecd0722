/* Which steps a variable has. Private to src/numeric. */
#ifndef GCHK_NUMERIC_STEPS_H
#define GCHK_NUMERIC_STEPS_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/double_bits.h"

/* The exponents of the ladder of one variable. */
typedef struct gchk_steps {
  int highest; /* above top: only where rounding hides the function and no truncation shows yet */
  int top;     /* 2^floor(log2 s)/8 */
  int start;   /* the middle of the three start steps */
  int usual;   /* the same without a hint */
  int bottom;  /* at least max(4 ulp(x), 16 u s) */
  int lowest;  /* at least 4 ulp(x): only where truncation still dominates at the bottom */
} gchk_steps;

/* `s` is max(|x|, scale), 1 where that is 0; `hint` 0 or the step to start at. */
gchk_steps gchk_steps_of(double x, double scale, double variable_unit, double hint);

/* The steps in between: each half of one that there was, and none below the smallest. */
void gchk_steps_halve(gchk_steps *steps);

/*
 * x + h as the variable's type holds it. The type follows from its unit round-off 2^-p: p = 53 is double, 24 float;
 * p < 24 (f16 and tf32 11, bf16 8) has p bits within float's range, and between 24 and 53 it has double's range.
 * Infinite where the type overflows.
 */
double gchk_step_to(double x, double h, double variable_unit);

/* Spacing of the variable's type at |x|, upward; at its largest number, downward. */
double gchk_spacing_at(double x, double variable_unit);

/* 2^exponent; subnormal, and beyond the largest number, too. */
static inline double gchk_step_at(int exponent) {
  const bool is_normal = exponent >= DBL_MIN_EXP && exponent < DBL_MAX_EXP;
  return is_normal ? gchk_power_of_two((uint64_t)(int64_t)exponent) : ldexp(1, exponent);
}

#endif
