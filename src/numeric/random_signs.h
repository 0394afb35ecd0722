/*
 * Sums of errors whose signs are random, as those of the upstream gradient are: the probability that one exceeds six
 * times the root of the sum of their squares is below 2 exp(-18) (Hoeffding, J. Amer. Statist. Assoc. 58, 1963).
 */
#ifndef GCHK_NUMERIC_RANDOM_SIGNS_H
#define GCHK_NUMERIC_RANDOM_SIGNS_H

#include <math.h>
#include <stdbool.h>

/* What terms come to, from the sum of their sizes and that of their squares: the former where it is less. */
static inline double gchk_with_random_signs(double sum, double squares) {
  static const double roots = 6;
  // A few terms: the sum is less by far, and a root costs as much as all else where such sums are formed.
  if (sum * sum < roots * roots / 2 * squares)
    return sum;
  // Beyond these limits the squares have over- or underflowed, in part or as a whole.
  const bool has_squares = squares > 0x1p-900 && squares < 0x1p1000;
  return has_squares ? fmin(sum, roots * sqrt(squares)) : sum;
}

#endif
