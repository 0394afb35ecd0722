/*
 * x = m 2^e, m of 64 bits. With 64 bits of 10^k, cut off, the upper 64 bits of their product are x 10^k, too small by
 * less than two units. k is such that its whole part, d, has 17 digits; as 10^17 is less than 2^57, that leaves 6 bits
 * or more of 63 behind the point, and where these are that far from a half they tell how to round (as suite/decimal.c
 * does, the other way).
 */
#include "core/format_17.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/double_bits.h"
#include "core/powers_of_ten.h"

enum { DIGITS = 17, LEAST_FIXED = -4, ERROR = 2 };
enum { FEWEST_BEHIND = 6, MOST_BEHIND = 10 }; /* bits behind the point, of 17 digits or one less */
static const uint64_t least = UINT64_C(10000000000000000), most = UINT64_C(100000000000000000);

/* A number as a whole part and a rest, of which the highest bit is `half`. */
typedef struct split {
  uint64_t whole, rest, half;
} split;

/* m 2^e 10^k, too small by less than ERROR of the rest. */
static split scale(uint64_t m, int e, int k) {
  unsigned next_bit;
  const uint64_t product = gchk_multiply_high(m, gchk_tens[k - GCHK_LEAST_TEN], &next_bit);
  const int behind = -(e + 64 + gchk_log2_of_ten(k) - 63); // bits behind the point
  assert(behind >= FEWEST_BEHIND && behind <= MOST_BEHIND);
  const uint64_t half = UINT64_C(1) << (behind - 1);
  return (split){product >> behind, product & (2 * half - 1), half};
}

/* The digits of d without the zeros at their end; returns how many. */
static int put_digits(char digits[DIGITS], uint64_t d) {
  for (int i = DIGITS - 1; i >= 0; i--, d /= 10)
    digits[i] = (char)('0' + d % 10);
  int count = DIGITS;
  while (count > 1 && digits[count - 1] == '0')
    count--;
  return count;
}

static char *put(char *to, const char *from, int count) {
  memcpy(to, from, (size_t)count);
  return to + count;
}

/* digits[0].digits[1].. times 10^exponent, as %g has it. */
static void write(char *to, const char *digits, int count, int exponent) {
  const bool is_fixed = exponent >= LEAST_FIXED && exponent < DIGITS;
  const int whole = !is_fixed ? 1 : exponent + 1; // digits before the point, or what is missing there
  if (whole <= 0) {
    to = put(to, "0.000", 2 - whole);
    to = put(to, digits, count);
  } else {
    to = put(to, digits, count < whole ? count : whole);
    for (int i = count; i < whole; i++)
      *to++ = '0';
    if (count > whole) {
      *to++ = '.';
      to = put(to, digits + whole, count - whole);
    }
  }
  if (!is_fixed) {
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    const int size = abs(exponent);
    *to++ = (char)('0' + size / 10);
    *to++ = (char)('0' + size % 10);
  }
  *to = '\0';
}

bool gchk_format_17(char *out, double x) {
  int e;
  if (x == 0) {
    if (signbit(x))
      *out++ = '-';
    memcpy(out, "0", sizeof "0");
    return true;
  }
  // Exponents of two digits, and powers that there are.
  if (!(fabs(x) > 1e-40 && fabs(x) < 1e60))
    return false;
  const uint64_t fraction = gchk_mantissa_of(frexp(fabs(x), &e)) | UINT64_C(1) << GCHK_MANTISSA_BITS;
  const uint64_t m = fraction << (63 - GCHK_MANTISSA_BITS);
  int exponent = (int)floor(e * 0.30102999566398120); // one too large now and then
  split s = scale(m, e - 64, DIGITS - 1 - exponent);
  if (s.whole < least)
    s = scale(m, e - 64, DIGITS - 1 - --exponent);
  const bool is_known = s.rest > s.half || s.rest + ERROR <= s.half;
  const uint64_t d = s.whole + (s.rest > s.half);
  if (!is_known || d < least || d >= most)
    return false;
  char digits[DIGITS];
  const int count = put_digits(digits, d);
  if (x < 0)
    *out++ = '-';
  write(out, digits, count, exponent);
  return true;
}
