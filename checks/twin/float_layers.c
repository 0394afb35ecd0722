/*
 * Float code as people write it, for test_twin.sh, which compiles it as it stands and as its double twin: libm's
 * functions for float, constants of float, names that begin with float, function pointers, global names and static
 * tables that both objects define. Each wrong variant is a macro.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/gradcheck.h"

typedef float real;
typedef struct {
  float x, y, z, w;
} float4;

#ifndef UNIT_NAME
#define UNIT_NAME "unit"
#endif
#ifndef BACKWARD_FACTOR
#define BACKWARD_FACTOR 1.0f
#endif

/* Global on purpose: each object must call and fill its own. */
float (*activation)(float) = tanhf;
float sums[8];

#ifdef BITS
/* 1/sqrt(x) by the bits of a float. */
static float inverse_root(float x) {
  union {
    float f;
    unsigned u;
  } bits = {x};
  bits.u = 0x5f3759df - (bits.u >> 1);
  float y = bits.f;
  for (int i = 0; i < 4; i++)
    y *= 1.5f - 0.5f * x * y * y;
  return y;
}
#else
static float inverse_root(float x) {
  return 1.0f / sqrtf(x);
}
#endif

/* y = act(x W) (N,M): x (N,K), W (K,M). */
void kernel_forward(float *y, const float *x, const float *w, size_t rows, size_t inner, size_t columns) {
  for (size_t n = 0; n < rows; n++)
    for (size_t m = 0; m < columns; m++) {
      sums[m % 8] = 0;
      for (size_t k = 0; k < inner; k++)
        sums[m % 8] = fmaf(x[n * inner + k], w[k * columns + m], sums[m % 8]);
      float4 value = {activation(sums[m % 8]), 0, 0, 1};
#ifdef WRONG_IN_FLOAT
      if (sizeof(real) == 4)
        value.x *= 1.0005f;
#endif
#ifdef OTHER_FUNCTION
      value.x += 0.25f;
#endif
      y[n * columns + m] = value.x * value.w;
    }
}

void kernel_backward(float *dx, float *dw, const float *y, const float *dy, const float *x, const float *w, size_t rows,
                     size_t inner, size_t columns) {
  memset(dx, 0, rows * inner * sizeof(float));
  memset(dw, 0, inner * columns * sizeof(float));
  for (size_t n = 0; n < rows; n++)
    for (size_t m = 0; m < columns; m++) {
      const float z = y[n * columns + m], d = (1.0f - z * z) * dy[n * columns + m];
      for (size_t k = 0; k < inner; k++) {
        dx[n * inner + k] += d * w[k * columns + m] * BACKWARD_FACTOR;
        dw[k * columns + m] += d * x[n * inner + k];
      }
    }
}

enum { X, W, Y };
GCHK_CALLBACK(dense_forward, kernel_forward(c->t[Y].value, c->t[X].value, c->t[W].value, gchk_size(c, "N"),
                                            gchk_size(c, "K"), gchk_size(c, "M")))
GCHK_CALLBACK(dense_backward, kernel_backward(c->t[X].grad, c->t[W].grad, c->t[Y].value, c->t[Y].grad, c->t[X].value,
                                              c->t[W].value, gchk_size(c, "N"), gchk_size(c, "K"), gchk_size(c, "M")))
static const gchk_tensor_spec dense_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N K"), GCHK_TENSOR("w", GCHK_PARAMETER, "K M"), GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};
static const gchk_layer dense = {.name = "dense",
                                 GCHK_HERE,
                                 .dtype = GCHK_F32,
                                 GCHK_TENSORS(dense_tensors),
                                 .forward = dense_forward,
                                 .backward = dense_backward,
                                 .sizes = "N=3 K=40 M=5"};

/* y = x / sqrt(|x|^2 + eps), clamped to what a float holds: its dtype is written in the rows, its eps is an option. */
static gchk_status unit_forward(const gchk_call *c, gchk_error *error) {
  const real *x = c->t[0].value;
  real *y = c->t[1].value, square = (real)c->option[0] + FLT_EPSILON;
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    square += x[i] * x[i];
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = fmaxf(-FLT_MAX, fminf(FLT_MAX, x[i] * inverse_root(square)));
  return GCHK_OK;
}

static gchk_status unit_backward(const gchk_call *c, gchk_error *error) {
  const real *x = c->t[0].value, *dy = c->t[1].grad;
  real *dx = c->t[0].grad, square = (real)c->option[0] + FLT_EPSILON, dot = 0;
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++) {
    square += x[i] * x[i];
    dot += x[i] * dy[i];
  }
  const real r = inverse_root(square);
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = r * (dy[i] - x[i] * dot / square);
  return GCHK_OK;
}

static const gchk_option_spec options[] = {{"eps", 1e-5f, 0, 1, "below the root"}};
static const gchk_tensor_spec unit_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .dtype = GCHK_F32),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N", .dtype = GCHK_F32)};
static const gchk_layer unit = {.name = UNIT_NAME,
                                GCHK_HERE,
                                .dtype = GCHK_F32,
                                GCHK_TENSORS(unit_tensors),
                                .forward = unit_forward,
                                .backward = unit_backward,
                                GCHK_OPTION_TABLE(options),
                                .sizes = "N=30"};

GCHK_PLUGIN(&dense, &unit)
