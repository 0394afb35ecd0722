/* Families of mechanisms 1 (twin) and 2 (conditioning of the backward). */
#include "numeric/families_types.h"

#define REAL    float
#define F(name) name##_float
#define M(name) name##f
#include "numeric/families_sums.inc"
#undef REAL
#undef F
#undef M

#define REAL    double
#define F(name) name##_double
#define M(name) name
#include "numeric/families_sums.inc"
#undef REAL
#undef F
#undef M

#define REAL    quad
#define F(name) name##_quad
#define M(name) name##q
#undef BACKWARD
#define BACKWARD(name)                                                                                                 \
  static __attribute__((unused)) REAL F(name##_backward)(const F(family_in) * in, REAL x, const REAL *y, const REAL *v)
#include "numeric/families_sums.inc"

/* A constant as it stands in a float source: eight decimals, which float rounds and double does not. */
static double decimal(uint64_t *seed, double low, double high) {
  return round((low + (high - low) * family_uniform(seed)) * 1e8) / 1e8;
}

FAMILY_MAKE(gelu) {
  (void)is_float;
  to->in.c[0] = decimal(seed, 0.5, 1.2);
  to->in.c[1] = decimal(seed, 0.01, 0.1);
  to->x = family_power(seed, -2, 0.4, true);
}

FAMILY_MAKE(rational_tanh) {
  (void)is_float;
  for (size_t i = 0; i < 4; i++)
    to->in.c[i] = decimal(seed, 0.05, 1);
  to->x = family_power(seed, -2, 0.7, true);
}

FAMILY_MAKE(cancelling_sum) {
  to->in.data = 6;
  double left = family_power(seed, is_float ? -1.5 : -5, 0, false);
  for (size_t i = 0; i < to->in.data; i += 2) {
    to->in.c[i] = decimal(seed, -1, 1);
    to->in.c[i + 1] = to->in.c[i] + decimal(seed, 0.2, 1) * left;
    to->in.p[i] = family_between(seed, 1, 10);
    to->in.p[i + 1] = (double)(float)(-to->in.p[i] * (1 - left * family_uniform(seed)));
  }
  to->x = family_between(seed, 0.2, 2);
}

/* `count` values around `centre`, x one of them. */
static void fill_data(family_member *to, uint64_t *seed, size_t count, double centre, double width) {
  to->in.data = count;
  for (size_t i = 0; i < count; i++)
    to->in.p[i] = family_between(seed, centre - width, centre + width);
  to->x = to->in.p[0];
}

FAMILY_MAKE(batch_norm) {
  (void)is_float;
  fill_data(to, seed, 8 + (size_t)family_below(seed, 40), family_between(seed, -8, 8), 2);
  to->in.outputs = to->in.data;
  to->in.c[0] = 1.0e-5;
}

FAMILY_MAKE(log_variance) {
  // E[x^2] is 10 to 3000 (float: 300) times the variance.
  fill_data(to, seed, 8 + (size_t)family_below(seed, 40), family_power(seed, 0.5, is_float ? 1 : 1.5, true), 1);
  to->in.c[0] = 0x1p-17;
}

FAMILY_MAKE(layer_norm) {
  fill_data(to, seed, 8 + (size_t)family_below(seed, 40), family_power(seed, 0.5, is_float ? 1 : 1.5, true), 1);
  to->in.outputs = to->in.data;
  to->in.c[0] = 0x1p-17;
}

FAMILY_MAKE(log_softmax) {
  fill_data(to, seed, 3 + (size_t)family_below(seed, 20), family_power(seed, 2, 2.8, true), 2);
  to->in.outputs = to->in.data;
  (void)is_float;
}

FAMILY_MAKE(unit_vector) {
  // Element 0 is 3 to 30 times the others: v - y (y . v) cancels to their square.
  fill_data(to, seed, 3 + (size_t)family_below(seed, 10), 0, 1);
  to->in.outputs = to->in.data;
  to->x = family_power(seed, 0.5, is_float ? 1 : 1.5, true);
}

FAMILY_MAKE(log_sum_exp) {
  fill_data(to, seed, 3 + (size_t)family_below(seed, 20), family_power(seed, 2, 2.8, true), 2);
  (void)is_float;
}

static const family rows[] = {
    FAMILY(1, gelu),
    FAMILY(1, rational_tanh),
    FAMILY(1, cancelling_sum),
    FAMILY(1, batch_norm),
    FAMILY_BACKWARD(2, log_variance, FAMILY_SMOOTH),
    FAMILY_BACKWARD(2, layer_norm, FAMILY_SMOOTH),
    FAMILY_BACKWARD(2, log_softmax, FAMILY_SMOOTH),
    FAMILY_BACKWARD(2, unit_vector, FAMILY_SMOOTH),
    FAMILY_BACKWARD(2, log_sum_exp, FAMILY_SMOOTH),
};
const family_table families_of_sums = {rows, sizeof rows / sizeof rows[0]};
