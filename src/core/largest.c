/* Sizes are in the order of their bits, those of what is not finite behind all others. */
#include "core/largest.h"

#include "core/clones.h"
#include "core/double_bits.h"

GCHK_CLONES static void find_largest_size(const double *x, size_t count, double *largest) {
  uint64_t most = 0;
  for (size_t i = 0; i < count; i++) {
    const uint64_t size = gchk_bits_of(x[i]) << 1; // without the sign
    most = size > most ? size : most;
  }
  *largest = gchk_double_of(most >> 1);
}

double gchk_largest_size(const double *x, size_t count) {
  double largest;
  find_largest_size(x, count, &largest);
  return largest;
}
