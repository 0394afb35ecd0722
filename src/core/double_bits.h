/* The bits of a double, and the double of bits; inline, so that loops over them are vectorised. */
#ifndef GCHK_CORE_DOUBLE_BITS_H
#define GCHK_CORE_DOUBLE_BITS_H

#include <stdint.h>
#include <string.h>

enum { GCHK_MANTISSA_BITS = 52, GCHK_EXPONENT_BIAS = 1023 };

static inline uint64_t gchk_bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double gchk_double_of(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* 2^k of a normal number; k as two's complement. */
static inline double gchk_power_of_two(uint64_t k) {
  return gchk_double_of((k + GCHK_EXPONENT_BIAS) << GCHK_MANTISSA_BITS);
}

/* The bits behind the leading one. */
static inline uint64_t gchk_mantissa_of(double x) {
  return gchk_bits_of(x) & (((uint64_t)1 << GCHK_MANTISSA_BITS) - 1);
}

#endif
