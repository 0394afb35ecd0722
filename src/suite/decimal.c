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

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* floor(10^k / 2^(e - 63)) for k = LEAST_POWER .. LARGEST_POWER, where e is the whole part of the binary logarithm. */
static const uint64_t significands[] = {
    0xb6b00d69bb55c8d1U, 0xe45c10c42a2b3b05U, 0x8eb98a7a9a5b04e3U, 0xb267ed1940f1c61cU, 0xdf01e85f912e37a3U,
    0x8b61313bbabce2c6U, 0xae397d8aa96c1b77U, 0xd9c7dced53c72255U, 0x881cea14545c7575U, 0xaa242499697392d2U,
    0xd4ad2dbfc3d07787U, 0x84ec3c97da624ab4U, 0xa6274bbdd0fadd61U, 0xcfb11ead453994baU, 0x81ceb32c4b43fcf4U,
    0xa2425ff75e14fc31U, 0xcad2f7f5359a3b3eU, 0xfd87b5f28300ca0dU, 0x9e74d1b791e07e48U, 0xc612062576589ddaU,
    0xf79687aed3eec551U, 0x9abe14cd44753b52U, 0xc16d9a0095928a27U, 0xf1c90080baf72cb1U, 0x971da05074da7beeU,
    0xbce5086492111aeaU, 0xec1e4a7db69561a5U, 0x9392ee8e921d5d07U, 0xb877aa3236a4b449U, 0xe69594bec44de15bU,
    0x901d7cf73ab0acd9U, 0xb424dc35095cd80fU, 0xe12e13424bb40e13U, 0x8cbccc096f5088cbU, 0xafebff0bcb24aafeU,
    0xdbe6fecebdedd5beU, 0x89705f4136b4a597U, 0xabcc77118461cefcU, 0xd6bf94d5e57a42bcU, 0x8637bd05af6c69b5U,
    0xa7c5ac471b478423U, 0xd1b71758e219652bU, 0x83126e978d4fdf3bU, 0xa3d70a3d70a3d70aU, 0xccccccccccccccccU,
    0x8000000000000000U, 0xa000000000000000U, 0xc800000000000000U, 0xfa00000000000000U, 0x9c40000000000000U,
    0xc350000000000000U, 0xf424000000000000U, 0x9896800000000000U, 0xbebc200000000000U, 0xee6b280000000000U,
    0x9502f90000000000U, 0xba43b74000000000U, 0xe8d4a51000000000U, 0x9184e72a00000000U, 0xb5e620f480000000U,
    0xe35fa931a0000000U, 0x8e1bc9bf04000000U, 0xb1a2bc2ec5000000U, 0xde0b6b3a76400000U, 0x8ac7230489e80000U,
    0xad78ebc5ac620000U, 0xd8d726b7177a8000U, 0x878678326eac9000U,
};

/* MOST_DIGITS digits fit 64 bits; a processor that computes in more than double rounds twice. */
enum {
  LARGEST_POWER = sizeof(powers) / sizeof(powers[0]) - 1,
  LEAST_POWER = LARGEST_POWER + 1 - (int)(sizeof(significands) / sizeof(significands[0])),
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

/* The upper 64 bits of a product of two numbers of 64 bits, and the highest bit of the lower ones. */
static uint64_t multiply(uint64_t a, uint64_t b, unsigned *next_bit) {
  const uint64_t half = 0xffffffffU, a0 = a & half, a1 = a >> 32, b0 = b & half, b1 = b >> 32;
  const uint64_t low = a0 * b0, cross = a1 * b0 + (low >> 32), middle = (cross & half) + a0 * b1;
  *next_bit = (unsigned)(middle >> 31) & 1U;
  return a1 * b1 + (cross >> 32) + (middle >> 32);
}

/* m 10^k of an m that is not 0. False where 64 bits do not tell how to round. */
static bool round_product(uint64_t m, int k, double *x) {
  enum { DROPPED = 64 - DBL_MANT_DIG, HALF = 1 << (DROPPED - 1), ERROR = 4 };
  unsigned next_bit;
  /* (217706/65536) k is log2(10^k) but for less than what is left to a whole number. */
  int e = (k * 217706 + 65536 * 1024) / 65536 - 1024 + 1;
  for (; m < top; e--)
    m <<= 1;
  uint64_t product = multiply(m, significands[k - LEAST_POWER], &next_bit);
  if (product < top) {
    product = product << 1 | next_bit;
    e--;
  }
  const uint64_t rest = product & (2 * HALF - 1);
  *x = ldexp((double)((product >> DROPPED) + (rest > HALF)), e + DROPPED);
  return rest > HALF || rest + ERROR <= HALF;
}

static bool decide(uint64_t m, int k, double *x) {
  if (k > LARGEST_POWER || k < LEAST_POWER)
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
