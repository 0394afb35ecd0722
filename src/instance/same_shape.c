/* Shapes, compared size by size; what is beyond the rank does not count. */
#include "instance/same_shape.h"

bool gchk_is_same_shape(const gchk_shape *a, const gchk_shape *b) {
  bool is_same = a->rank == b->rank;
  for (size_t d = 0; is_same && d < a->rank; d++)
    is_same = a->dim[d] == b->dim[d];
  return is_same;
}
