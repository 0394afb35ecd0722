/* The index of an element as bits: those of its place along every dimension of its tensor, one after the other. */
#ifndef GCHK_PATTERN_INDEX_BITS_H
#define GCHK_PATTERN_INDEX_BITS_H

#include <stdbool.h>
#include <stdint.h>

#include "gradcheck/tensor.h"

typedef struct gchk_index_bits {
  gchk_shape shape;
  unsigned first[GCHK_MAX_RANK]; /* bit of a dimension */
  unsigned width[GCHK_MAX_RANK]; /* its bits: 0 where it has one place alone */
  unsigned count;                /* of all bits */
} gchk_index_bits;

/* False where they are more than 64, or there is no element. */
bool gchk_index_bits_init(gchk_index_bits *bits, const gchk_shape *shape) GCHK_MUST_USE;

/* The bits of an element: of its row-major index. */
uint64_t gchk_index_bits_of(const gchk_index_bits *bits, size_t element);

/* The bits of a dimension, cut out of those of an element. */
size_t gchk_index_bits_along(const gchk_index_bits *bits, size_t dimension, uint64_t word);

#endif
