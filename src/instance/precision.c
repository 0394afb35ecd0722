/* How exact numbers are: units of types, of declared formats, and what follows from them. */
#include "instance/precision.h"

#include <float.h>
#include <math.h>

double gchk_unit_of(gchk_dtype dtype) {
  return dtype == GCHK_F32 ? GCHK_UNIT_F32 : GCHK_UNIT_F64;
}

static bool is_factor(gchk_role role) {
  return role == GCHK_INPUT || role == GCHK_PARAMETER || role == GCHK_CONSTANT || role == GCHK_CACHE;
}

double gchk_tensor_unit(const gchk_instance *instance, size_t i) {
  const gchk_tensor *t = &instance->t[i];
  const gchk_layer *layer = instance->layer;
  if (t->dtype == GCHK_I32)
    return gchk_unit_of(t->dtype);
  const double stored = layer->tensors[i].unit > 0 ? layer->tensors[i].unit : layer->unit;
  const double unit = fmax(gchk_unit_of(t->dtype), stored);
  return is_factor(t->role) ? fmax(unit, layer->product_unit) : unit;
}

double gchk_coarsest_unit(const gchk_instance *instance) {
  double unit = gchk_unit_of(instance->layer->dtype);
  for (size_t i = 0; i < instance->tensor_count; i++)
    unit = fmax(unit, gchk_tensor_unit(instance, i));
  return unit;
}

double gchk_round_to_unit(double x, double unit) {
  if (x == 0 || !isfinite(x) || !(unit > GCHK_UNIT_F64))
    return x;
  int exponent;
  const double fraction = frexp(x, &exponent); // in [1/2, 1), where numbers of this unit are `unit` apart
  // By hand, for nearbyint follows the rounding mode, which a plug-in may have changed.
  const double steps = fabs(fraction) / unit, down = floor(steps), rest = steps - down;
  const bool is_up = rest > 0.5 || (rest == 0.5 && fmod(down, 2) == 1);
  return ldexp(copysign((down + is_up) * unit, x), exponent);
}

void gchk_round_tensor(gchk_instance *instance, size_t i) {
  const gchk_tensor *t = &instance->t[i];
  const double unit = gchk_tensor_unit(instance, i);
  if (!(unit > gchk_unit_of(t->dtype)))
    return;
  for (size_t e = 0; e < t->count; e++) {
    const double x = gchk_round_to_unit(gchk_tensor_get(t, t->value, e), unit);
    // The largest floats lie above the last number of the format.
    const bool is_beyond = t->dtype == GCHK_F32 && isfinite(x) && fabs(x) > (double)FLT_MAX;
    gchk_tensor_set(t, t->value, e, is_beyond ? copysign(ldexp(1 - unit, FLT_MAX_EXP), x) : x);
  }
}

static const double of_floats = 32, of_coarse_formats = 8;

double gchk_rounding_allowance(double unit) {
  return unit > GCHK_UNIT_F32 ? of_coarse_formats : of_floats;
}

double gchk_rounding_of_terms(double unit) {
  return unit > GCHK_UNIT_F32 ? 4 : 16;
}

double gchk_resolution_limit(double unit) {
  static const double least = 0.02, most = 0.15, room = 8;
  return fmin(most, fmax(least, room * cbrt(unit * unit)));
}

double gchk_tensor_resolution_limit(double unit) {
  static const double least = 2e-4, terms = 4;
  return fmax(least, terms * unit);
}
