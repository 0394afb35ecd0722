/*
 * A decimal is m 10^k, its digits a whole number m of at most 64 bits.
 *
 * Where m is at most 2^53 and |k| at most 22, both are doubles, and their product or quotient is rounded once, as
 * strtod rounds (W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990, section 4).
 *
 * Else 64 bits of 10^k, cut off, times m: the product is too small by less than 4 units of its upper 64 bits, of
 * which a double keeps 53. Where the others are that far from a half, they tell how to round (Clinger's algorithm
 * Bellerophon); where they are not, one time in 500, strtod does.
 */
#include "suite/decimal.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/powers_of_ten.h"

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* MOST_DIGITS digits fit 64 bits; a processor that computes in more than double rounds twice. */
enum {
  LARGEST_POWER = sizeof(powers) / sizeof(powers[0]) - 1,
  MOST_DIGITS = 19,
  IS_ROUNDED_ONCE = FLT_EVAL_METHOD == 0
};
static const uint64_t largest_exact = (uint64_t)1 << 53, top = (uint64_t)1 << 63;

static const char *add_digits(const char *text, uint64_t *value) {
  for (; *text >= '0' && *text <= '9'; text++)
    *value = *value * 10 + (uint64_t)(*text - '0');
  return text;
}

/* "e-12" at `text`, where nothing is 0; NULL for an e without digits or with many. */
static const char *read_exponent(const char *text, int *exponent) {
  uint64_t size = 0;
  *exponent = 0;
  if (*text != 'e' && *text != 'E')
    return text;
  const bool is_negative = text[1] == '-';
  const char *digits = text + 1 + (text[1] == '-' || text[1] == '+'), *end = add_digits(digits, &size);
  if (end == digits || end - digits > 3)
    return NULL;
  *exponent = is_negative ? -(int)size : (int)size;
  return end;
}

/* m 10^k of an m that is not 0. False where 64 bits do not tell how to round. */
static bool round_product(uint64_t m, int k, double *x) {
  enum { DROPPED = 64 - DBL_MANT_DIG, HALF = 1 << (DROPPED - 1), ERROR = 4 };
  unsigned next_bit;
  int e = gchk_log2_of_ten(k) + 1;
  for (; m < top; e--)
    m <<= 1;
  uint64_t product = gchk_multiply_high(m, gchk_tens[k - GCHK_LEAST_TEN], &next_bit);
  if (product < top) {
    product = product << 1 | next_bit;
    e--;
  }
  const uint64_t rest = product & (2 * HALF - 1);
  *x = ldexp((double)((product >> DROPPED) + (rest > HALF)), e + DROPPED);
  return rest > HALF || rest + ERROR <= HALF;
}

static bool decide(uint64_t m, int k, double *x) {
  if (k > LARGEST_POWER || k < GCHK_LEAST_TEN)
    return false;
  if (m > largest_exact || k < -LARGEST_POWER)
    return m > 0 && round_product(m, k, x);
  *x = k < 0 ? (double)m / powers[-k] : (double)m * powers[k];
  return IS_ROUNDED_ONCE;
}

/* How many of the digits from `start` to `end` are left without zeros at their beginning. */
static ptrdiff_t count_significant(const char *start, const char *point, const char *end) {
  const char *first = start + strspn(start, "0.");
  return end - first - (first <= point && point < end);
}

const char *gchk_decimal_scan(const char *text, double *x) {
  uint64_t m = 0;
  int exponent = 0;
  const char *start = text + (*text == '-' || *text == '+'), *point = add_digits(start, &m), *end = point;
  if (*point == '.')
    end = add_digits(point + 1, &m);
  const ptrdiff_t decimals = end == point ? 0 : end - point - 1, digits = point - start + decimals;
  if (digits == 0 || (digits > MOST_DIGITS && count_significant(start, point, end) > MOST_DIGITS))
    return NULL;
  end = read_exponent(end, &exponent);
  if (end == NULL || !decide(m, exponent - (int)decimals, x))
    return NULL;
  if (*text == '-')
    *x = -*x;
  return end;
}
