/* For families_*.c alone: what their .inc files need, and a row of their tables. */
#ifndef CHECKS_NUMERIC_FAMILIES_TYPES_H
#define CHECKS_NUMERIC_FAMILIES_TYPES_H

#include <math.h>

#include "numeric/families.h"

#define VALUES(name)   static void F(name)(const F(family_in) * in, REAL x, REAL * y)
#define SLOPES(name)   static void F(name##_slopes)(const F(family_in) * in, REAL x, REAL * dy)
#define BACKWARD(name) static REAL F(name##_backward)(const F(family_in) * in, REAL x, const REAL *y, const REAL *v)

#define FAMILY_COMMON(mechanism, name, kind)                                                                           \
  mechanism, #name, kind, name##_make, name##_float, name##_double, name##_quad, name##_slopes_float,                  \
      name##_slopes_double, name##_slopes_quad
#define FAMILY(mechanism, name)                                                                                        \
  { FAMILY_COMMON(mechanism, name, FAMILY_SMOOTH), NULL, NULL }
#define FAMILY_OF(mechanism, name, kind)                                                                               \
  { FAMILY_COMMON(mechanism, name, kind), NULL, NULL }
#define FAMILY_BACKWARD(mechanism, name, kind)                                                                         \
  { FAMILY_COMMON(mechanism, name, kind), name##_backward_float, name##_backward_double }
#define FAMILY_MAKE(name) static void name##_make(family_member *to, uint64_t *seed, bool is_float)

#endif
