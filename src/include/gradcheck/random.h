/*
 * Seedable random numbers, the same on every machine.
 *
 * xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021), seeded by
 * splitmix64. The normal deviates invert the normal distribution (Wichura, "Algorithm AS 241", Applied Statistics
 * 37(3), 1988) with nothing but IEEE 754 basic operations and a square root, so that no mathematical library shows in
 * them.
 */
#ifndef GRADCHECK_RANDOM_H
#define GRADCHECK_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "gradcheck/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gchk_random {
  uint64_t state[4];
} gchk_random;

/* A generator for `seed`; any seed will do, 0 too. */
GCHK_API gchk_random gchk_random_seeded(uint64_t seed);

/* A generator for a named stream of `seed`: what one case draws does not depend on the cases before it. */
GCHK_API gchk_random gchk_random_stream(uint64_t seed, const char *name);

GCHK_API uint64_t gchk_random_bits(gchk_random *random);                      /* 64 random bits */
GCHK_API size_t gchk_random_below(gchk_random *random, size_t count);         /* uniform on 0 .. count-1; count > 0 */
GCHK_API double gchk_random_uniform(gchk_random *random, double a, double b); /* uniform on [a, b) */
GCHK_API double gchk_random_normal(gchk_random *random);                      /* mean 0, standard deviation 1 */

/* Random sign times uniform on [0.5, 2]: the upstream gradients of a check. */
GCHK_API double gchk_random_signed(gchk_random *random);

#ifdef __cplusplus
}
#endif
#endif
