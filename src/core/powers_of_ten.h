/* Powers of ten with 64 bits, and products of such numbers: for decimals to doubles and back. */
#ifndef GCHK_CORE_POWERS_OF_TEN_H
#define GCHK_CORE_POWERS_OF_TEN_H

#include <stdint.h>

enum { GCHK_LEAST_TEN = -45, GCHK_LARGEST_TEN = 60 };

/*
 * floor(10^k / 2^(e - 63)) at [k - GCHK_LEAST_TEN], where e is the whole part of the binary logarithm of 10^k: 10^k but
 * for less than one unit, and exactly where k is 0 to 27.
 */
extern const uint64_t gchk_tens[GCHK_LARGEST_TEN - GCHK_LEAST_TEN + 1];

/* That whole part. (217706/65536) k is the logarithm but for less than what is left to a whole number. */
static inline int gchk_log2_of_ten(int k) {
  return (k * 217706 + 65536 * 1024) / 65536 - 1024;
}

/* The upper 64 bits of a product of two numbers of 64 bits, and the highest bit of the lower ones. */
static inline uint64_t gchk_multiply_high(uint64_t a, uint64_t b, unsigned *next_bit) {
  const uint64_t half = 0xffffffffU, a0 = a & half, a1 = a >> 32, b0 = b & half, b1 = b >> 32;
  const uint64_t low = a0 * b0, cross = a1 * b0 + (low >> 32), middle = (cross & half) + a0 * b1;
  *next_bit = (unsigned)(middle >> 31) & 1U;
  return a1 * b1 + (cross >> 32) + (middle >> 32);
}

#endif
