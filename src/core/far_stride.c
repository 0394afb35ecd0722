/* A stride of the golden ratio, without a common divisor with the count. */
#include "core/far_stride.h"

static const double golden_ratio = 1.618033988749895;

static size_t common_divisor(size_t a, size_t b) {
  return b == 0 ? a : common_divisor(b, a % b);
}

size_t gchk_far_stride(size_t count) {
  size_t stride = count - (size_t)((double)count / golden_ratio);
  while (common_divisor(count, stride) > 1)
    stride--;
  return stride;
}
