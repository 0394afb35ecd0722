/* Random numbers: xoshiro256** and splitmix64; the references are in the header. Normal ones: random_normal.c. */
#include "gradcheck/random.h"

#include "core/digest.h"
#include "core/mix_bits.h"
#include "core/next_bits.h"

static uint64_t splitmix(uint64_t *state) {
  return gchk_mix_bits(*state += 0x9e3779b97f4a7c15u);
}

gchk_random gchk_random_seeded(uint64_t seed) {
  gchk_random random;
  for (size_t i = 0; i < 4; i++)
    random.state[i] = splitmix(&seed);
  return random;
}

gchk_random gchk_random_stream(uint64_t seed, const char *name) {
  // A digest of the name, mixed with the seed, so that equal names under two seeds and two names under one seed differ.
  uint64_t mixed = seed;
  return gchk_random_seeded(splitmix(&mixed) ^ gchk_digest_of_name(name));
}

uint64_t gchk_random_bits(gchk_random *random) {
  return gchk_next_bits(random);
}

size_t gchk_random_below(gchk_random *random, size_t count) {
  // Values past the largest multiple of count are drawn again, so that every result is equally likely.
  uint64_t limit = UINT64_MAX - UINT64_MAX % count;
  uint64_t bits;
  do
    bits = gchk_random_bits(random);
  while (bits >= limit);
  return (size_t)(bits % count);
}

double gchk_random_uniform(gchk_random *random, double a, double b) {
  double x = a + (b - a) * ((double)(gchk_random_bits(random) >> 11) * 0x1p-53);
  return x < b || !(a < b) ? x : a;
}

double gchk_random_signed(gchk_random *random) {
  double magnitude = gchk_random_uniform(random, 0.5, 2.0);
  return gchk_random_bits(random) >> 63 ? -magnitude : magnitude;
}
