/*
 * Loops over the values and gradients of whole tensors that slack.c measures with, and what they share with its moves
 * of single values.
 */
#ifndef GCHK_MEASURE_MOVE_DOUBLES_H
#define GCHK_MEASURE_MOVE_DOUBLES_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/double_bits.h"
#include "core/mix_bits.h"

#define GCHK_LARGEST_WHOLE 1e3 /* whole numbers up to it are kinks more often than data */

/*
 * to = x (1 + 2 amount r(x)) in double, but for what is a small whole number, or not finite before or after: x. The
 * numbers r are left in `random`.
 */
void gchk_move_doubles(double *to, const double *x, double *random, size_t count, double amount, uint64_t seed);

/* The same by an amount of its own, with numbers that are there. */
void gchk_move_doubles_again(double *to, const double *x, const double *random, size_t count, double amount);

/* most = max(most, times |now - before|), where that is finite. `most` is nowhere below 0: what is the same stays. */
void gchk_raise_to_change(double *most, const double *now, const double *before, size_t count, double times);

/* most = max(most, times |(here + ahead)/2 - before|), where that is finite. The same of `most`. */
void gchk_raise_to_second_change(double *most, const double *here, const double *ahead, const double *before,
                                 size_t count, double times);

/* most = max(most, than). */
void gchk_raise_to_others(double *most, const double *than, size_t count);

/* most = max(most, least), a finite number. */
void gchk_raise_to_least(double *most, double least, size_t count);

/* Uniform on [-1, 1), the same for the same value. */
static inline double gchk_random_for(double x, uint64_t seed) {
  const uint64_t bits = gchk_mix_bits(gchk_bits_of(x) ^ seed) >> 11;
  // The two halves in the mantissas of 2^52 and of 2^84: a conversion that every processor has for arrays.
  const double low = gchk_double_of(UINT64_C(0x4330000000000000) | (bits & UINT64_C(0xffffffff)));
  const double high = gchk_double_of(UINT64_C(0x4530000000000000) | (bits >> 32));
  return ((high - 0x1p84) + (low - 0x1p52)) * 0x1p-52 - 1;
}

static inline bool gchk_is_small_whole(double x) {
  const double size = fabs(x);
  return (size <= GCHK_LARGEST_WHOLE) & ((size + 0x1p52) - 0x1p52 == size);
}

#endif
