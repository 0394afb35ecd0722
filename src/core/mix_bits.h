/* Bits mixed until each depends on all: the last step of splitmix64 (gradcheck/random.h has the reference). */
#ifndef GCHK_CORE_MIX_BITS_H
#define GCHK_CORE_MIX_BITS_H

#include <stdint.h>

static inline uint64_t gchk_mix_bits(uint64_t z) {
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

#endif
