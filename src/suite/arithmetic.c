/*
 * The floating-point environment around code that is loaded.
 *
 * An object that was linked with -ffast-math has start-up code (GCC's crtfastmath.o) that lets the processor take
 * subnormal numbers for zero, in every object of the process. fesetenv puts back that bit too (MXCSR, FPCR).
 */
#include "suite/arithmetic.h"

#include <float.h>
#include <stdbool.h>
#include <stddef.h>

static bool flushes_to_zero(void) {
  volatile double smallest = DBL_MIN, subnormal = DBL_TRUE_MIN;
  return smallest / 2 == 0 || subnormal * 2 == 0;
}

void gchk_arithmetic_keep(fenv_t *before) {
  (void)fegetenv(before);
}

const char *gchk_arithmetic_restore(const fenv_t *before) {
  const bool flushed = flushes_to_zero();
  const int rounding = fegetround();
  (void)fesetenv(before);
  if (flushed && !flushes_to_zero())
    return "flush-to-zero";
  return fegetround() != rounding ? "another rounding mode" : NULL;
}
