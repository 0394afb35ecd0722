/*
 * Elements with a case of their own where the plain formula would not do: large, tiny, beyond a bound. Right ones have a
 * jump or a kink there, which must fail nothing. WRONG: half the derivative in the case of its own.
 */
#include <math.h>

#include "gradcheck/gradcheck.h"

#ifdef WRONG
static const double rare = 0.5;
#else
static const double rare = 1;
#endif

/* y = f(x), by element, with the derivative `slope`. */
typedef double function(double x);

static void map(double *y, const double *x, function *f, int n) {
  for (int i = 0; i < n; i++)
    y[i] = f(x[i]);
}

static void map_back(double *dx, const double *dy, const double *x, function *slope, int n) {
  for (int i = 0; i < n; i++)
    dx[i] += slope(x[i]) * dy[i];
}

static double softplus(double x) {
  return x > 20 ? x : log1p(exp(x));
}
static double softplus_slope(double x) {
  if (x > 20)
    return rare;
  return 1 / (1 + exp(-x));
}

static double huber(double x) {
  return fabs(x) > 50 ? 50 * (fabs(x) - 25) : x * x / 2;
}
static double huber_slope(double x) {
  if (fabs(x) > 50)
    return copysign(50 * rare, x);
  return x;
}

static double sinc(double x) {
  return fabs(x) < 1e-2 ? 1 - x * x / 6 : sin(x) / x;
}
static double sinc_slope(double x) {
  if (fabs(x) < 1e-2)
    return -x / 3 * rare;
  return (x * cos(x) - sin(x)) / (x * x);
}

static double cube_in_bounds(double x) {
  return fabs(x) > 1e3 ? x : x * x * x;
}
static double cube_slope(double x) {
  if (fabs(x) > 1e3)
    return rare;
  return 3 * x * x;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
#define LAYER(name, f, slope)                                                                                          \
  GCHK_CALLBACK(name##_forward, map(c->t[1].value, c->t[0].value, f, gchk_int(c, "N")))                                \
  GCHK_CALLBACK(name##_backward, map_back(c->t[0].grad, c->t[1].grad, c->t[0].value, slope, gchk_int(c, "N")))         \
  static const gchk_layer name##_layer = {#name,                                                                       \
                                          GCHK_HERE,                                                                   \
                                          .dtype = GCHK_F64,                                                           \
                                          GCHK_TENSORS(tensors),                                                       \
                                          .forward = name##_forward,                                                   \
                                          .backward = name##_backward,                                                 \
                                          .sizes = "N=8"};
LAYER(softplus, softplus, softplus_slope)
LAYER(huber, huber, huber_slope)
LAYER(sinc, sinc, sinc_slope)
LAYER(cube, cube_in_bounds, cube_slope)
GCHK_PLUGIN(&softplus_layer, &huber_layer, &sinc_layer, &cube_layer)
