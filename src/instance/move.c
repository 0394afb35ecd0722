/* Values that stay within their types. */
#include "instance/move.h"

#include <limits.h>
#include <math.h>

#include "instance/meaning.h"
#include "instance/roles.h"

bool gchk_tensor_holds(const gchk_tensor *tensor, double x) {
  if (tensor->dtype == GCHK_I32)
    return x >= INT_MIN && x <= INT_MAX;
  return tensor->dtype == GCHK_F32 ? isfinite((float)x) : isfinite(x);
}

void gchk_tensor_move(const gchk_tensor *tensor, size_t element, double x) {
  if (gchk_tensor_holds(tensor, x))
    gchk_tensor_set(tensor, tensor->value, element, x);
}

void gchk_vary_given(gchk_instance *instance, double amount, gchk_random *random) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (!gchk_role_is_moved(t->role) || t->dtype == GCHK_I32)
      continue;
    for (size_t k = 0; k < t->count; k++)
      gchk_tensor_move(t, k, gchk_tensor_get(t, t->value, k) * (1 + amount * gchk_random_uniform(random, -1, 1)));
    gchk_make_symmetric(instance, i);
  }
}

void gchk_scale_given(gchk_instance *instance, double factor) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    for (size_t k = 0; gchk_role_is_moved(t->role) && t->dtype != GCHK_I32 && k < t->count; k++)
      gchk_tensor_move(t, k, factor * gchk_tensor_get(t, t->value, k));
  }
}

void gchk_no_outputs(double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = (double)NAN;
}
