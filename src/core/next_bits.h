/* xoshiro256**, inline for loops that draw many numbers (gradcheck/random.h has the reference). */
#ifndef GCHK_CORE_NEXT_BITS_H
#define GCHK_CORE_NEXT_BITS_H

#include "gradcheck/random.h"

static inline uint64_t gchk_rotated_left(uint64_t x, unsigned bits) {
  return (x << bits) | (x >> (64 - bits));
}

static inline uint64_t gchk_next_bits(gchk_random *random) {
  uint64_t *s = random->state;
  uint64_t result = gchk_rotated_left(s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = gchk_rotated_left(s[3], 45);
  return result;
}

#endif
