/* Values that stay within their types. */
#include "instance/move.h"

#include <limits.h>
#include <math.h>

bool gchk_tensor_holds(const gchk_tensor *tensor, double x) {
  if (tensor->dtype == GCHK_I32)
    return x >= INT_MIN && x <= INT_MAX;
  return tensor->dtype == GCHK_F32 ? isfinite((float)x) : isfinite(x);
}

void gchk_tensor_move(const gchk_tensor *tensor, size_t element, double x) {
  if (gchk_tensor_holds(tensor, x))
    gchk_tensor_set(tensor, tensor->value, element, x);
}

void gchk_no_outputs(double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = (double)NAN;
}
