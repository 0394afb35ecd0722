/*
 * y = x + x^3 in float, beside a plain version of its own in double. Wrong (COMPARED_WRONG): 3 x^3, and the 9 x^2 that
 * belongs to it.
 */
#include "gradcheck/gradcheck.h"

#ifdef COMPARED_WRONG
static const float factor = 3;
#else
static const float factor = 1;
#endif

#define EACH(i) for (size_t i = 0; i < c->t[0].count; i++)

static float *values(const gchk_call *c, size_t i) {
  return c->t[i].value;
}
static float *gradients(const gchk_call *c, size_t i) {
  return c->t[i].grad;
}
static float cube(float x) {
  return x * x * x;
}
GCHK_CALLBACK(forward, EACH(i) values(c, 1)[i] = values(c, 0)[i] + factor * cube(values(c, 0)[i]))
GCHK_CALLBACK(backward,
              EACH(i) gradients(c, 0)[i] += gradients(c, 1)[i] * (1 + 3 * factor * values(c, 0)[i] * values(c, 0)[i]))
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

static double *plain_values(const gchk_call *c, size_t i) {
  return c->t[i].value;
}
GCHK_CALLBACK(
    plain_forward, EACH(i) {
      const double x = plain_values(c, 0)[i];
      plain_values(c, 1)[i] = x + x * x * x;
    })
GCHK_CALLBACK(
    plain_backward, EACH(i) {
      const double x = plain_values(c, 0)[i];
      ((double *)c->t[0].grad)[i] += ((double *)c->t[1].grad)[i] * (1 + 3 * x * x);
    })
static const gchk_layer plain_cube = {
    .name = "plain_cube", .dtype = GCHK_F64, GCHK_TENSORS(rows), .forward = plain_forward, .backward = plain_backward};
static const gchk_reference plain = {.size = sizeof plain, .layer = &plain_cube};

static const gchk_layer my_cube = {.name = "my_cube",
                                   .dtype = GCHK_F32,
                                   GCHK_TENSORS(rows),
                                   .forward = forward,
                                   .backward = backward,
                                   .sizes = "N=7",
                                   .reference = &plain};
GCHK_PLUGIN(&my_cube)
