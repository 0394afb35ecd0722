/* Families of mechanisms 6 (idle outputs), 7 (noise) and 9 (classes of zero). */
#include "numeric/families_types.h"

#define REAL    float
#define F(name) name##_float
#define M(name) name##f
#include "numeric/families_layers.inc"
#undef REAL
#undef F
#undef M

#define REAL    double
#define F(name) name##_double
#define M(name) name
#include "numeric/families_layers.inc"
#undef REAL
#undef F
#undef M

#define REAL    quad
#define F(name) name##_quad
#define M(name) name##q
#undef BACKWARD
#define BACKWARD(name)                                                                                                 \
  static __attribute__((unused)) REAL F(name##_backward)(const F(family_in) * in, REAL x, const REAL *y, const REAL *v)
#include "numeric/families_layers.inc"

/* 16 to 1024 outputs of which most are idle, 0.1 to 100 in size. */
static void fill_idle(family_member *to, uint64_t *seed) {
  to->in.outputs = (size_t)16 << family_below(seed, 7);
  to->in.data = FAMILY_DATA;
  for (size_t i = 0; i < FAMILY_DATA; i++)
    to->in.p[i] = family_between(seed, -2, 2);
  to->in.c[7] = family_power(seed, -1, 2, false);
  to->x = family_between(seed, -2, 2);
}

FAMILY_MAKE(one_of_many) {
  (void)is_float;
  fill_idle(to, seed);
  to->in.c[0] = (double)(float)sqrt(0.5);
}

FAMILY_MAKE(one_row_of_many) {
  (void)is_float;
  fill_idle(to, seed);
}

FAMILY_MAKE(one_column_of_many) {
  (void)is_float;
  fill_idle(to, seed);
  to->in.c[0] = family_power(seed, -2, 0, true);
  to->in.c[2] = 4 << family_below(seed, 3);
}

FAMILY_MAKE(long_sum) {
  to->in.data = FAMILY_DATA;
  for (size_t i = 0; i < FAMILY_DATA; i++)
    to->in.p[i] = family_between(seed, -1, 1) + 0.25;
  for (size_t i = 0; i < FAMILY_DATA; i++)
    to->in.p[i] = (double)(float)to->in.p[i];
  to->in.c[0] = family_power(seed, -1, is_float ? 1 : 4, false);
  to->in.c[1] = 200 + family_below(seed, 400);
  to->x = family_power(seed, -1, 0.5, true);
}

FAMILY_MAKE(softmax_by_log) {
  (void)is_float;
  to->in.data = to->in.outputs = 3 + (size_t)family_below(seed, 20);
  double centre = family_power(seed, 1, 2, true);
  for (size_t i = 0; i < to->in.data; i++)
    to->in.p[i] = family_between(seed, centre - 2, centre + 2);
  to->x = to->in.p[0];
}

FAMILY_MAKE(zero_bias) {
  (void)is_float;
  to->in.data = to->in.outputs = 1 + (size_t)family_below(seed, 32);
  for (size_t i = 0; i < to->in.data; i++)
    to->in.p[i] = family_between(seed, -2, 2);
  to->in.c[0] = family_below(seed, 2) ? 0 : family_power(seed, -1, 1, true);
  to->x = 0;
  to->scale = family_below(seed, 2) ? 0 : family_power(seed, -2, 1, false);
}

FAMILY_MAKE(kinks_around) {
  to->in.data = FAMILY_DATA;
  to->x = family_power(seed, -1, 0.5, true);
  for (size_t i = 0; i < FAMILY_DATA / 2; i++) {
    to->in.p[i] = family_power(seed, -2, 0, true);
    to->in.p[FAMILY_DATA / 2 + i] = (double)(float)(to->x * (1 + family_power(seed, is_float ? -2.5 : -5.5, 0, true)));
  }
}

FAMILY_MAKE(exact_zero) {
  (void)is_float;
  to->in.data = FAMILY_DATA;
  to->in.outputs = 1 + (size_t)family_below(seed, 200);
  for (size_t i = 0; i < FAMILY_DATA; i++)
    to->in.p[i] = family_power(seed, -3, 3, true);
  to->x = family_below(seed, 4) == 0 ? 0 : family_power(seed, -2, 2, true);
}

FAMILY_MAKE(dead_units) {
  (void)is_float;
  to->in.outputs = 1 + (size_t)family_below(seed, 32);
  to->x = family_power(seed, -1, 1, true);
  for (size_t i = 0; i < FAMILY_DATA; i++)
    to->in.p[i] = (double)(float)(to->x + fabs(to->x) * family_power(seed, -1.5, 1, false));
}

static void make_tail(family_member *to, uint64_t *seed, double low, double high) {
  to->in.c[1] = family_below(seed, 3);
  double z = family_between(seed, low, high) * (to->in.c[1] < 1 ? 1 : to->in.c[1] < 2 ? 2 : 0.6);
  to->x = family_power(seed, -1, 1, true);
  to->in.c[0] = (double)(float)(z / to->x);
}

FAMILY_MAKE(tail) {
  make_tail(to, seed, 1, is_float ? 2.5 : 6);
}

FAMILY_MAKE(saturated) {
  make_tail(to, seed, is_float ? 6 : 14, 40);
}

FAMILY_MAKE(drowned) {
  to->in.data = to->in.outputs = 1 + (size_t)family_below(seed, 8);
  to->x = family_power(seed, -1, 1, true);
  to->in.c[0] = family_power(seed, is_float ? -12 : -25, is_float ? -8 : -18, true);
  for (size_t i = 0; i < to->in.data; i++)
    to->in.p[i] = family_power(seed, 1, 3, true);
}

static const family rows[] = {
    FAMILY(6, one_of_many),
    FAMILY(6, one_row_of_many),
    FAMILY(6, one_column_of_many),
    FAMILY(7, long_sum),
    FAMILY(7, softmax_by_log),
    FAMILY(7, zero_bias),
    FAMILY(7, kinks_around),
    FAMILY(9, exact_zero),
    FAMILY(9, dead_units),
    FAMILY_BACKWARD(9, tail, FAMILY_SMOOTH),
    FAMILY_BACKWARD(9, saturated, FAMILY_UNRESOLVED),
    FAMILY_OF(9, drowned, FAMILY_UNRESOLVED),
};
const family_table families_of_layers = {rows, sizeof rows / sizeof rows[0]};
