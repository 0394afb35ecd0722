/*
 * Which elements of a large tensor to check, and what checking only those is worth.
 *
 * A bug that hits a fraction f of the elements is missed by k independent ones with probability (1-f)^k, so
 * k = ln(1-p)/ln(1-f) find it with probability p. Knows nothing of layers.
 */
#ifndef GCHK_SCREEN_SAMPLE_H
#define GCHK_SCREEN_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "gradcheck/random.h"

/* Elements of a sample that are not left to chance: the first, the last, and the largest gradient. */
enum { GCHK_SAMPLE_LEAST = 3 };

/* How many elements find a bug that hits `fraction` of them with `probability`; both in (0, 1), else SIZE_MAX. */
size_t gchk_sample_size(double fraction, double probability);

/*
 * The probability that a sample of `count` of `total` elements, as gchk_sample_elements makes it, holds one of those
 * that a bug hits, which are `fraction` of them, rounded up to a whole number. Those that are not left to chance are
 * not counted. Cost: the smaller of the two numbers.
 */
double gchk_sample_probability(size_t total, size_t count, double fraction);

/*
 * Chooses `count` of `total` elements: `largest` (the place of the largest analytic value), the first and the last; the
 * rest one from each of as many equal strata, at random. Writes them ascending, without repeats, to chosen[count] and
 * returns how many there are: min(count, total).
 */
size_t gchk_sample_elements(size_t total, size_t count, size_t largest, gchk_random *random, size_t *chosen);

#endif
