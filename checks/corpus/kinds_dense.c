/*
 * Nets of affine layers with activations between them: y (B,O) = x (B,I) W (I,O) + b (O).
 *
 * dx = dy W^T, dW = x^T dy, db = the sum of dy over the rows.
 */
#include "corpus/real.h"

static void affine(real *y, const real *x, const real *w, const real *b, size_t rows, size_t in, size_t out) {
  for (size_t n = 0; n < rows; n++) {
    for (size_t o = 0; o < out; o++) {
      real sum = b[o];
      for (size_t i = 0; i < in; i++)
        sum += x[n * in + i] * w[i * out + o];
      y[n * out + o] = sum;
    }
  }
}

static void affine_backward(real *dx, real *dw, real *db, const real *dy, const real *x, const real *w, size_t rows,
                            size_t in, size_t out) {
  for (size_t n = 0; n < rows; n++) {
    for (size_t i = 0; i < in; i++) {
      real sum = 0;
      for (size_t o = 0; o < out; o++) {
        sum += dy[n * out + o] * w[i * out + o];
        dw[i * out + o] += x[n * in + i] * dy[n * out + o];
      }
      dx[n * in + i] = sum;
    }
    for (size_t o = 0; o < out; o++)
      db[o] += dy[n * out + o];
  }
}

// Two hidden layers of relu units, three affine layers.
enum { NET_X, NET_W1, NET_B1, NET_W2, NET_B2, NET_W3, NET_B3, NET_A1, NET_A2, NET_D1, NET_D2, NET_Y };
static const gchk_tensor_spec relu_net_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B I"),        GCHK_TENSOR("w1", GCHK_PARAMETER, "I H"),
    GCHK_TENSOR("b1", GCHK_PARAMETER, "H"),     GCHK_TENSOR("w2", GCHK_PARAMETER, "H K"),
    GCHK_TENSOR("b2", GCHK_PARAMETER, "K"),     GCHK_TENSOR("w3", GCHK_PARAMETER, "K O"),
    GCHK_TENSOR("b3", GCHK_PARAMETER, "O"),     GCHK_TENSOR("hidden1", GCHK_CACHE, "B H"),
    GCHK_TENSOR("hidden2", GCHK_CACHE, "B K"),  GCHK_TENSOR("delta1", GCHK_SCRATCH, "B H"),
    GCHK_TENSOR("delta2", GCHK_SCRATCH, "B K"), GCHK_TENSOR("y", GCHK_OUTPUT, "B O")};

static void relu(real *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] = F(fmax)(x[i], R(0.0));
}

PASS(relu_net_forward) {
  const size_t B = SIZE(B), I = SIZE(I), H = SIZE(H), K = SIZE(K), O = SIZE(O);
  affine(VALUE(NET_A1), VALUE(NET_X), VALUE(NET_W1), VALUE(NET_B1), B, I, H);
  relu(VALUE(NET_A1), B * H);
  affine(VALUE(NET_A2), VALUE(NET_A1), VALUE(NET_W2), VALUE(NET_B2), B, H, K);
  relu(VALUE(NET_A2), B * K);
  affine(VALUE(NET_Y), VALUE(NET_A2), VALUE(NET_W3), VALUE(NET_B3), B, K, O);
  return GCHK_OK;
}

// Mistakes: 1 the mask of the second hidden layer is forgotten, 2 dw1 twice too large, 3 the last sample is not counted.
PASS(relu_net_backward) {
  const size_t B = SIZE(B), I = SIZE(I), H = SIZE(H), K = SIZE(K), O = SIZE(O), rows = WRONG == 3 ? B - 1 : B;
  real *d1 = VALUE(NET_D1), *d2 = VALUE(NET_D2);
  const real *a1 = VALUE(NET_A1), *a2 = VALUE(NET_A2);
  affine_backward(d2, GRAD(NET_W3), GRAD(NET_B3), GRAD(NET_Y), a2, VALUE(NET_W3), rows, K, O);
  for (size_t i = 0; i < B * K; i++)
    if (WRONG != 1 && !(a2[i] > 0))
      d2[i] = 0;
  affine_backward(d1, GRAD(NET_W2), GRAD(NET_B2), d2, a1, VALUE(NET_W2), rows, H, K);
  for (size_t i = 0; i < B * H; i++)
    if (!(a1[i] > 0))
      d1[i] = 0;
  for (size_t i = 0; i < B * I; i++)
    GRAD(NET_X)[i] = 0;
  affine_backward(GRAD(NET_X), GRAD(NET_W1), GRAD(NET_B1), d1, VALUE(NET_X), VALUE(NET_W1), rows, I, H);
  for (size_t i = 0; WRONG == 2 && i < I * H; i++)
    GRAD(NET_W1)[i] *= 2;
  return GCHK_OK;
}
DEFINE_KIND(relu_net, relu_net_rows)

// One affine layer and an activation, z kept.
enum { ACT_X, ACT_W, ACT_B, ACT_Z, ACT_D, ACT_Y };
static const gchk_tensor_spec act_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B I"),       GCHK_TENSOR("w", GCHK_PARAMETER, "I O"),
    GCHK_TENSOR("b", GCHK_PARAMETER, "O"),     GCHK_TENSOR("z", GCHK_CACHE, "B O"),
    GCHK_TENSOR("delta", GCHK_SCRATCH, "B O"), GCHK_TENSOR("y", GCHK_OUTPUT, "B O")};

typedef real (*function)(real);

static void activated_affine(const gchk_call *c, function activation) {
  const size_t B = SIZE(B), I = SIZE(I), O = SIZE(O);
  affine(VALUE(ACT_Z), VALUE(ACT_X), VALUE(ACT_W), VALUE(ACT_B), B, I, O);
  for (size_t i = 0; i < B * O; i++)
    VALUE(ACT_Y)[i] = activation(VALUE(ACT_Z)[i]);
}

// Mistakes: 1 the derivative of the activation is forgotten in the last column, 2 db has the wrong sign, 3 the last
// sample of dx is not written.
static void activated_affine_backward(const gchk_call *c, function slope) {
  const size_t B = SIZE(B), I = SIZE(I), O = SIZE(O);
  real *delta = VALUE(ACT_D), *dx = GRAD(ACT_X);
  for (size_t i = 0; i < B * O; i++) {
    const real s = slope(VALUE(ACT_Z)[i]);
    delta[i] = GRAD(ACT_Y)[i] * (WRONG == 1 && i % O == O - 1 ? R(1.0) : s);
  }
  affine_backward(dx, GRAD(ACT_W), GRAD(ACT_B), delta, VALUE(ACT_X), VALUE(ACT_W), B, I, O);
  for (size_t o = 0; WRONG == 2 && o < O; o++)
    GRAD(ACT_B)[o] = -GRAD(ACT_B)[o];
  for (size_t i = 0; WRONG == 3 && i < I; i++)
    dx[(B - 1) * I + i] = 0;
}

static real leaky(real z) {
  return z > 0 ? z : R(0.01) * z;
}
static real leaky_slope(real z) {
  return z > 0 ? R(1.0) : R(0.01);
}
PASS(leaky_affine_forward) {
  activated_affine(c, leaky);
  return GCHK_OK;
}
PASS(leaky_affine_backward) {
  activated_affine_backward(c, leaky_slope);
  return GCHK_OK;
}
DEFINE_KIND(leaky_affine, act_rows)

static real elu(real z) {
  return z > 0 ? z : F(exp)(z) - R(1.0);
}
static real elu_slope(real z) {
  return z > 0 ? R(1.0) : F(exp)(z);
}
PASS(elu_affine_forward) {
  activated_affine(c, elu);
  return GCHK_OK;
}
PASS(elu_affine_backward) {
  activated_affine_backward(c, elu_slope);
  return GCHK_OK;
}
DEFINE_KIND(elu_affine, act_rows)

static real hardtanh(real z) {
  return z < R(-1.0) ? R(-1.0) : z > R(1.0) ? R(1.0) : z;
}
static real hardtanh_slope(real z) {
  return z > R(-1.0) && z < R(1.0) ? R(1.0) : R(0.0);
}
PASS(hardtanh_affine_forward) {
  activated_affine(c, hardtanh);
  return GCHK_OK;
}
PASS(hardtanh_affine_backward) {
  activated_affine_backward(c, hardtanh_slope);
  return GCHK_OK;
}
DEFINE_KIND(hardtanh_affine, act_rows)
