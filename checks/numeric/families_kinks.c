/* Families of mechanisms 3 (several kinks) and 4 (asymmetry beside a kink). */
#include "numeric/families_types.h"

#define REAL    float
#define F(name) name##_float
#define M(name) name##f
#include "numeric/families_kinks.inc"
#undef REAL
#undef F
#undef M

#define REAL    double
#define F(name) name##_double
#define M(name) name
#include "numeric/families_kinks.inc"
#undef REAL
#undef F
#undef M

#define REAL    quad
#define F(name) name##_quad
#define M(name) name##q
#include "numeric/families_kinks.inc"

enum { HALF = FAMILY_DATA / 2 };

/* A corner beside x, at a distance that float or double resolves well. */
static double beside(uint64_t *seed, double x, bool is_float) {
  return (double)(float)(x * (1 + family_power(seed, is_float ? -3.5 : -5.5, -0.3, true)));
}

/* A row of 2 to 16 outputs with weights and corners around x. */
static void fill_row(family_member *to, uint64_t *seed, bool is_float) {
  to->in.outputs = 2 + (size_t)family_below(seed, 15);
  to->in.data = FAMILY_DATA;
  to->x = family_power(seed, -1, 1, true);
  for (size_t j = 0; j < HALF; j++) {
    to->in.p[j] = family_power(seed, -0.5, 0.5, true);
    to->in.p[HALF + j] = beside(seed, to->x, is_float);
  }
}

FAMILY_MAKE(relu_row) {
  fill_row(to, seed, is_float);
}

FAMILY_MAKE(maximum_row) {
  fill_row(to, seed, is_float);
  for (size_t j = 0; j < HALF; j++)
    to->in.p[HALF + j] = (double)(float)(to->in.p[HALF + j] * to->in.p[j]);
  to->in.c[0] = family_power(seed, -2, 0, true);
}

FAMILY_MAKE(absolute_sum) {
  fill_row(to, seed, is_float);
  to->in.outputs = 1;
  to->in.c[0] = family_power(seed, -2, 0, true);
}

FAMILY_MAKE(clamp_row) {
  fill_row(to, seed, is_float);
  for (size_t j = 0; j < HALF; j++) {
    double a = to->in.p[HALF + j], b = beside(seed, to->x, is_float);
    to->in.p[j] = fmin(a, b);
    to->in.p[HALF + j] = fmax(a, b);
  }
}

/* The slope to the left of 0, and the one that backward takes at 0: one of the two, or half way. */
static void choose_kink(family_member *to, uint64_t *seed) {
  static const double left[] = {0, -1, 0.125};
  to->in.c[0] = left[family_below(seed, 3)];
  to->in.c[1] = to->in.c[0] + (1 - to->in.c[0]) * 0.5 * family_below(seed, 3);
  to->x = 0;
  to->scale = family_below(seed, 2) ? 0 : family_power(seed, -1, 1, false);
}

FAMILY_MAKE(zero_row) {
  fill_row(to, seed, is_float);
  choose_kink(to, seed);
  bool is_smooth_beside = family_below(seed, 2) != 0;
  for (size_t j = 0; j < HALF; j++)
    to->in.p[HALF + j] = is_smooth_beside ? family_power(seed, -1, 1, true) : 0;
}

FAMILY_MAKE(zero_hidden) {
  fill_row(to, seed, is_float);
  choose_kink(to, seed);
}

static void beside_one(family_member *to, uint64_t *seed, bool is_float) {
  to->x = family_power(seed, -1, 1, true);
  to->in.data = 0;
  to->in.p[HALF] = beside(seed, to->x, is_float);
}

FAMILY_MAKE(corner_on_parabola) {
  beside_one(to, seed, is_float);
  to->in.c[0] = family_power(seed, -1, 1, true);
  to->in.c[1] = family_power(seed, -2, is_float ? 2 : 4, true);
}

FAMILY_MAKE(leaky_on_exponential) {
  beside_one(to, seed, is_float);
  to->in.c[0] = family_between(seed, -1, 0.25);
  to->in.c[1] = family_power(seed, -2, 1, true);
  to->in.c[2] = (double)(float)(family_between(seed, -4, 4) / to->x);
}

FAMILY_MAKE(corners_on_cubic) {
  beside_one(to, seed, is_float);
  double away = to->in.p[HALF] - to->x;
  to->in.p[HALF + 1] = (double)(float)(to->x - away * family_power(seed, -0.1, 0.7, false));
  for (size_t i = 0; i < 3; i++)
    to->in.c[i] = family_power(seed, -1, 1, true);
}

FAMILY_MAKE(corners_in_steps) {
  to->in.data = FAMILY_DATA;
  to->x = family_power(seed, -1, 1, true);
  double away = to->x * family_power(seed, is_float ? -3.5 : -5.5, -2, true);
  for (size_t i = 0; i < 4; i++) {
    to->in.p[i] = family_power(seed, -1.5, 1.5, true);
    to->in.p[HALF + i] = (double)(float)(to->x + away);
    away *= family_power(seed, 0.2, 0.8, true);
  }
  to->in.c[1] = family_power(seed, -2, 1, true);
}

FAMILY_MAKE(rounded_corner) {
  beside_one(to, seed, is_float);
  double away = fabs(to->in.p[HALF] - to->x);
  to->in.c[0] = (double)(float)(away * family_power(seed, -1, 1, false));
  to->in.c[1] = family_power(seed, -2, 1, true);
}

static const family rows[] = {
    FAMILY(3, relu_row),
    FAMILY(3, maximum_row),
    FAMILY(3, absolute_sum),
    FAMILY(3, clamp_row),
    FAMILY_OF(3, zero_row, FAMILY_AT_KINKS),
    FAMILY_OF(3, zero_hidden, FAMILY_AT_KINKS),
    FAMILY(4, corner_on_parabola),
    FAMILY(4, leaky_on_exponential),
    FAMILY(4, corners_on_cubic),
    FAMILY(4, corners_in_steps),
    FAMILY(4, rounded_corner),
};
const family_table families_of_kinks = {rows, sizeof rows / sizeof rows[0]};
