/* Squares are computed by the block and added one by one: a sum has one order. What is 0 changes none. */
#include "core/mean_square.h"

#include <math.h>
#include <stdint.h>

#include "core/clones.h"
#include "core/double_bits.h"
#include "core/largest.h"

enum { BLOCK = 32 };

/* Sets *bits to those of all squares: 0 where all are 0. */
GCHK_CLONES static void square_block(const double *x, size_t count, double size, double *squares, uint64_t *bits) {
  uint64_t all = 0;
  for (size_t i = 0; i < count; i++) {
    const double ratio = x[i] / size, square = x[i] - x[i] == 0 ? ratio * ratio : 0;
    squares[i] = square;
    all |= gchk_bits_of(square);
  }
  *bits = all;
}

double gchk_sum_of_squares(const double *x, size_t count, double size) {
  double sum = 0, squares[BLOCK];
  for (size_t from = 0; from < count; from += BLOCK) {
    const size_t block = count - from < BLOCK ? count - from : BLOCK;
    uint64_t bits;
    square_block(x + from, block, size, squares, &bits);
    for (size_t i = 0; bits != 0 && i < block; i++)
      sum += squares[i];
  }
  return sum;
}

double gchk_largest_finite(const double *x, size_t count) {
  double largest = gchk_largest_size(x, count);
  if (isfinite(largest))
    return largest;
  largest = 0;
  for (size_t i = 0; i < count; i++)
    largest = isfinite(x[i]) && fabs(x[i]) > largest ? fabs(x[i]) : largest;
  return largest;
}
