/* Names, sizes and elements of tensors. */
#include "gradcheck/tensor.h"

#include <math.h>
#include <stdio.h>

#include "core/memory.h"

const char *gchk_dtype_name(gchk_dtype dtype) {
  static const char *const names[] = {"unset", "f64", "f32", "i32"};
  return (size_t)dtype < sizeof names / sizeof names[0] ? names[dtype] : "unknown";
}

size_t gchk_dtype_size(gchk_dtype dtype) {
  static const size_t sizes[] = {0, sizeof(double), sizeof(float), sizeof(int32_t)};
  return (size_t)dtype < sizeof sizes / sizeof sizes[0] ? sizes[dtype] : 0;
}

const char *gchk_role_name(gchk_role role) {
  static const char *const names[] = {"unset", "input", "parameter", "output", "cache", "scratch", "index", "constant"};
  return (size_t)role < sizeof names / sizeof names[0] ? names[role] : "unknown";
}

gchk_status gchk_shape_count(const gchk_shape *shape, size_t *count, gchk_error *error) {
  size_t product = 1;
  for (size_t i = 0; i < shape->rank; i++) {
    if (!gchk_multiply(product, shape->dim[i], &product)) {
      char text[256];
      return gchk_fail(error, GCHK_NO_MEMORY, "a tensor of shape %s has more elements than fit into memory",
                       gchk_shape_format(shape, text, sizeof text));
    }
  }
  *count = product;
  return GCHK_OK;
}

const char *gchk_shape_format(const gchk_shape *shape, char *text, size_t size) {
  size_t used = 0;
  if (size == 0)
    return text;
  text[0] = '\0';
  for (size_t i = 0; i < shape->rank && used < size; i++) {
    int length = snprintf(text + used, size - used, "%s%zu", i == 0 ? "(" : ",", shape->dim[i]);
    used += length > 0 ? (size_t)length : 0;
  }
  if (used < size)
    (void)snprintf(text + used, size - used, shape->rank == 0 ? "()" : ")");
  return text;
}

double gchk_tensor_get(const gchk_tensor *tensor, const void *buffer, size_t index) {
  switch (tensor->dtype) {
  case GCHK_F64:
    return ((const double *)buffer)[index];
  case GCHK_F32:
    return (double)((const float *)buffer)[index];
  case GCHK_I32:
    return (double)((const int32_t *)buffer)[index];
  case GCHK_DTYPE_UNSET:
    break;
  }
  return (double)NAN;
}

void gchk_tensor_set(const gchk_tensor *tensor, void *buffer, size_t index, double x) {
  switch (tensor->dtype) {
  case GCHK_F64:
    ((double *)buffer)[index] = x;
    break;
  case GCHK_F32:
    ((float *)buffer)[index] = (float)x;
    break;
  case GCHK_I32:
    ((int32_t *)buffer)[index] = (int32_t)x;
    break;
  case GCHK_DTYPE_UNSET:
    break;
  }
}
