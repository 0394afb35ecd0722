/* Numbers that look like noise, and are the same at the same point. */
#ifndef CHECKS_NOISE_AT_H
#define CHECKS_NOISE_AT_H

#include <stdint.h>
#include <string.h>

/* Uniform on [-1, 1], a hash of the bits of x and j. */
static inline double noise_at(double x, size_t j) {
  uint64_t z;
  memcpy(&z, &x, sizeof z);
  z += 0x9e3779b97f4a7c15u * (j + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  return (double)(z >> 11) * 0x1p-52 - 1;
}

#endif
