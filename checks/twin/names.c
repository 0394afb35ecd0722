/* What as_double.h maps, looked at by the compiler: names, types, values, and tables that say f32 by other macros. */
#define _GNU_SOURCE
#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/gradcheck.h"

#define MY_DTYPE     GCHK_F32
#define IS_DOUBLE(x) _Generic((x), double : 1, default : 0)
_Static_assert(sizeof(float) == sizeof(double) && MY_DTYPE == GCHK_F64, "float is double, and so is its dtype");
_Static_assert(IS_DOUBLE(expf(1)) && IS_DOUBLE(fmaf(1, 2, 3)) && IS_DOUBLE(strtof("1", NULL)), "functions");
_Static_assert(IS_DOUBLE(cabsf((float complex)1)) && sizeof(float complex) == 16, "complex numbers");

int main(void) {
  float whole = 0, sine = 0, cosine = 0;
  int exponent = 0;
  /* Constants have the values that they have in float; what is computed from them has not. */
  int is_right =
      0.1f != 0.1 && FLT_EPSILON == 0x1p-23 && FLT_MAX == 0x1.fffffep127 && 1 + (float)FLT_EPSILON / 4096 > 1;
  sincosf(0.3, &sine, &cosine);
  is_right =
      is_right && expf(0.3) == exp(0.3) && powf(3, 0.3f) == pow(3, 0.3f) && modff(2.75, &whole) == 0.75 && whole == 2;
  is_right = is_right && frexpf(12, &exponent) == 0.75 && exponent == 4 && ldexpf(0.75, 4) == 12 && sine == sin(0.3);
  is_right = is_right && cosine == cos(0.3) && lgammaf(0.3) == lgamma(0.3) && erff(0.3) == erf(0.3) && cexpf(0) == 1;
  is_right = is_right && strtof("0.1", NULL) == 0.1 && __builtin_fabsf(-0.1) == 0.1;
  puts(is_right ? "right" : "wrong");
  return !is_right;
}
