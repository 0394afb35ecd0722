/* The index of an element as bits. */
#include "pattern/index_bits.h"

static unsigned width_of(size_t places) {
  unsigned width = 0;
  for (size_t last = places - 1; last > 0; last >>= 1)
    width++;
  return width;
}

bool gchk_index_bits_init(gchk_index_bits *bits, const gchk_shape *shape) {
  *bits = (gchk_index_bits){.shape = *shape};
  for (size_t d = 0; d < shape->rank; d++) {
    if (shape->dim[d] == 0)
      return false;
    bits->first[d] = bits->count;
    bits->width[d] = width_of(shape->dim[d]);
    bits->count += bits->width[d];
  }
  return bits->count <= 64;
}

uint64_t gchk_index_bits_of(const gchk_index_bits *bits, size_t element) {
  uint64_t word = 0;
  for (size_t d = bits->shape.rank; d > 0; d--) {
    if (bits->width[d - 1] > 0)
      word |= (uint64_t)(element % bits->shape.dim[d - 1]) << bits->first[d - 1];
    element /= bits->shape.dim[d - 1];
  }
  return word;
}

size_t gchk_index_bits_along(const gchk_index_bits *bits, size_t dimension, uint64_t word) {
  const unsigned width = bits->width[dimension];
  if (width == 0)
    return 0;
  return (size_t)((word >> bits->first[dimension]) & (~UINT64_C(0) >> (64 - width)));
}
