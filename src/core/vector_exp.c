/*
 * exp and log without branches, tables and fused multiply-adds, so that compilers vectorise them and every instruction
 * set gives the same bits. The reductions and the polynomials are those of FDLIBM (Sun Microsystems, 1993; e_exp.c,
 * e_log.c), whose errors are below 1 ulp.
 *
 *     exp x = 2^k exp r,       r = x - k ln 2 = hi - lo, |r| <= ln 2/2
 *     exp r = 1 + (hi - (lo - r c/(2 - c))),     c = r - r^2 P(r^2)
 *
 *     log x = k ln 2 + log(1 + f),     x = 2^k (1 + f), 1/sqrt 2 <= 1 + f < sqrt 2
 *     log(1 + f) = f - (f^2/2 - s (f^2/2 + R(s^2))),     s = f/(2 + f)
 *
 * Whole numbers pass between double and integer as the low bits of 1.5 2^52 + k.
 */
#include "core/vector_exp.h"

#include <math.h>
#include <string.h>

#include "core/clones.h"
#include "core/double_bits.h"

static const double ln2_high = 6.93147180369123816490e-01; /* 33 bits: k ln2_high is exact */
static const double ln2_low = 1.90821492927058770002e-10;
static const double whole = 0x1.8p52; /* added and subtracted: rounds to a whole number */

static inline double exp_of(double given) {
  // Beyond these the result is INFINITY or 0; a NaN passes.
  double x = given > 710 ? 710 : given;
  x = x < -746 ? -746 : x;
  double shifted = x * 1.44269504088896338700 + whole, k = shifted - whole;
  double high = x - k * ln2_high, low = k * ln2_low, r = high - low, t = r * r;
  double p =
      1.66666666666666019037e-01 +
      t * (-2.77777777770155933842e-03 +
           t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)));
  double c = r - t * p;
  double y = 1 - ((low - r * c / (2 - c)) - high);
  // In two halves, the first of which is exact: results may be denormal or beyond the largest number.
  uint64_t n = gchk_bits_of(shifted) - gchk_bits_of(whole), offset = 2048;
  uint64_t half = ((n + offset) >> 1) - offset / 2;
  return y * gchk_power_of_two(half) * gchk_power_of_two(n - half);
}

static inline double log_of(double given) {
  const uint64_t root_of_half = 0x3fe6a09e667f3bcdU, mantissa = ((uint64_t)1 << GCHK_MANTISSA_BITS) - 1;
  double scaled = given * 0x1p54;
  double x = given < 0x1p-1022 ? scaled : given, shift = given < 0x1p-1022 ? 54 : 0;
  uint64_t from_root = gchk_bits_of(x) - root_of_half + ((uint64_t)GCHK_EXPONENT_BIAS << GCHK_MANTISSA_BITS);
  double k =
      gchk_double_of((from_root >> GCHK_MANTISSA_BITS) | gchk_bits_of(0x1p52)) - (0x1p52 + GCHK_EXPONENT_BIAS) - shift;
  double f = gchk_double_of((from_root & mantissa) + root_of_half) - 1;
  double s = f / (2 + f), z = s * s, w = z * z, half_square = f * f / 2;
  double even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  double odd = z * (6.666666666666735130e-01 +
                    w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  double rest = s * (half_square + (even + odd)) + k * ln2_low;
  double y = k * ln2_high - ((half_square - rest) - f);
  y = given > 0x1.fffffffffffffp1023 ? given : y;
  y = given == 0 ? -HUGE_VAL : y;
  return given >= 0 ? y : (double)NAN;
}

/* In place. */
GCHK_CLONES static void exp_in_place(double *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] = exp_of(x[i]);
}

GCHK_CLONES static void log_in_place(double *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] = log_of(x[i]);
}

/* Of two arrays that do not overlap. */
GCHK_CLONES static void exp_apart(double *restrict to, const double *restrict from, size_t count) {
  for (size_t i = 0; i < count; i++)
    to[i] = exp_of(from[i]);
}

void gchk_exp_array(double *to, const double *from, size_t count) {
  if (to == from)
    exp_in_place(to, count);
  else
    exp_apart(to, from, count);
}

void gchk_log_array(double *to, const double *from, size_t count) {
  if (to != from)
    memcpy(to, from, count * sizeof *to);
  log_in_place(to, count);
}
