/* The gap behind each row, which is rightly left alone. */
#include "probe/row_padding.h"

#include <assert.h>

bool gchk_is_row_padding(const gchk_instance *instance, const gchk_tensor *tensor, const unsigned char *untouched) {
  if (tensor->shape.rank < 2)
    return false;
  size_t width = tensor->shape.dim[tensor->shape.rank - 1], used = width;
  assert(width > 0);
  while (used > 0 && untouched[used - 1])
    used--;
  for (size_t k = 0; k < tensor->count; k++)
    if ((untouched[k] != 0) != (k % width >= used))
      return false;
  for (size_t i = 0; i < instance->sizes.count; i++)
    if (instance->sizes.binding[i].value == used && used < width)
      return true;
  return false;
}
