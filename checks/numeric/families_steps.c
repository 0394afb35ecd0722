/* Families of mechanisms 5 (far steps), 8 (short ladder against whole) and 10 (extrapolation). */
#include "numeric/families_types.h"

#define REAL    float
#define F(name) name##_float
#define M(name) name##f
#include "numeric/families_steps.inc"
#undef REAL
#undef F
#undef M

#define REAL    double
#define F(name) name##_double
#define M(name) name
#include "numeric/families_steps.inc"
#undef REAL
#undef F
#undef M

#define REAL    quad
#define F(name) name##_quad
#define M(name) name##q
#include "numeric/families_steps.inc"

enum { HALF = FAMILY_DATA / 2 };

FAMILY_MAKE(mixed_scales) {
  to->in.outputs = 2 + (size_t)family_below(seed, 15);
  to->in.data = FAMILY_DATA;
  to->x = family_power(seed, -1, 0.5, true);
  for (size_t j = 0; j < HALF; j++) {
    to->in.p[j] = family_power(seed, -3, is_float ? 2 : 5, true);
    to->in.p[HALF + j] = family_power(seed, -1, is_float ? 1.5 : 3, false);
  }
}

FAMILY_MAKE(drowned_sines) {
  to->in.outputs = 1 + (size_t)family_below(seed, 16);
  to->in.data = FAMILY_DATA;
  to->x = family_power(seed, -1, 0.5, true);
  to->in.c[0] = family_power(seed, 1, is_float ? 4 : 12, false);
  for (size_t j = 0; j < HALF; j++) {
    to->in.p[j] = family_between(seed, -1, 1);
    to->in.p[HALF + j] = family_power(seed, -0.5, 0.5, false);
  }
}

/* A sine whose slope is 0.001 to 1 times that of the line it sits on. */
static void make_sine(family_member *to, uint64_t *seed, double frequency) {
  to->in.c[0] = family_power(seed, -1, 1, true);
  to->in.c[2] = (double)(float)frequency;
  to->in.c[1] = (double)(float)(to->in.c[0] * family_power(seed, -3, 0, true) / frequency);
}

FAMILY_MAKE(lattice) {
  // Steps are powers of two, and so is the period.
  make_sine(to, seed, acos(-1) * ldexp(1, 4 + family_below(seed, is_float ? 4 : 8)));
  to->x = 1 + ldexp(family_below(seed, 256), -8);
}

FAMILY_MAKE(aliased_sine) {
  make_sine(to, seed, family_power(seed, 0.5, is_float ? 2.5 : 5, false));
  to->x = family_power(seed, -1, 0.5, true);
}

FAMILY_MAKE(fine_ripple) {
  (void)is_float;
  // Amplitude about 1e-9 of the value and less.
  make_sine(to, seed, family_power(seed, 7, 8, false));
  to->x = family_power(seed, -1, 0.5, true);
}

FAMILY_MAKE(tanh_on_line) {
  to->in.c[0] = family_power(seed, 0, is_float ? 2 : 4, false);
  to->in.c[1] = family_power(seed, 0, is_float ? 3 : 5, true);
  to->x = (double)(float)(family_between(seed, -2, 2) / to->in.c[0]);
  to->scale = family_power(seed, -1, 0.5, false);
}

FAMILY_MAKE(line_and_tanh) {
  tanh_on_line_make(to, seed, is_float);
  to->in.outputs = 2;
}

FAMILY_MAKE(taught_by_line) {
  to->in.c[0] = family_power(seed, 0, 1.5, false);
  to->in.c[1] = family_power(seed, 0, is_float ? 1 : 3, true);
  to->x = (double)(float)(family_between(seed, -2, 2) / to->in.c[0]);
  to->teacher = 64;
  to->scale = family_power(seed, 0, 1.5, false);
}

static void make_bump(family_member *to, uint64_t *seed, bool is_float) {
  to->x = family_power(seed, -1, 1, true);
  to->in.c[3] = (double)(float)(fabs(to->x) * family_power(seed, is_float ? -2 : -4, -0.5, false));
  to->in.c[2] = (double)(float)(to->x - to->in.c[3] * family_between(seed, -3, 3));
  to->in.c[0] = family_power(seed, -1, 1, true);
  to->in.c[1] = (double)(float)(to->in.c[0] * to->in.c[3] * family_power(seed, -2, 1, true));
}

FAMILY_MAKE(narrow_bump) {
  make_bump(to, seed, is_float);
}

FAMILY_MAKE(resonance) {
  make_bump(to, seed, is_float);
}

FAMILY_MAKE(fast_sine) {
  to->x = family_power(seed, -2, 1, true);
  to->in.c[0] = (double)(float)(family_power(seed, 1, is_float ? 1.8 : 2.5, false) / fabs(to->x));
}

FAMILY_MAKE(fast_exponential) {
  to->x = family_power(seed, -2, 1, true);
  to->in.c[0] = (double)(float)(family_between(seed, 5, is_float ? 30 : 60) / to->x);
  to->in.c[1] = family_power(seed, -1, 2, true);
}

FAMILY_MAKE(near_pole) {
  to->x = family_power(seed, -1, 1, true);
  to->in.c[0] = (double)(float)(to->x * (1 + family_power(seed, is_float ? -1.5 : -3, 0, true)));
}

FAMILY_MAKE(high_power) {
  to->x = family_between(seed, is_float ? 0.7 : 0.5, 2);
  to->in.c[0] = 8 + family_below(seed, is_float ? 13 : 33);
  to->in.c[1] = family_power(seed, -1, 1, true);
}

static const family rows[] = {
    FAMILY(5, mixed_scales),  FAMILY(5, drowned_sines),
    FAMILY(5, lattice),       FAMILY(5, tanh_on_line),
    FAMILY(5, line_and_tanh), FAMILY(5, taught_by_line),
    FAMILY(8, aliased_sine),  FAMILY_OF(8, fine_ripple, FAMILY_RIPPLE),
    FAMILY(8, narrow_bump),   FAMILY(8, resonance),
    FAMILY(10, fast_sine),    FAMILY(10, fast_exponential),
    FAMILY(10, near_pole),    FAMILY(10, high_power),
};
const family_table families_of_steps = {rows, sizeof rows / sizeof rows[0]};
