/*
 * Each with its derivation; the upstream gradient of y is dy, and r() is rounding to the format that is stored.
 *
 *     tanh       y = r(tanh x)
 *     linear     y = r(x W + b)                     sums in f32
 *     product    y = r(x) r(W)                      factors in tf32, sums in f32
 *     net        y = r(tanh(r(x) r(V))) r(W)        factors in tf32
 *     layernorm  y = r(g (x - mean)/sigma + b)      statistics in f32
 *     softmax    y = r(exp(x - max)/sum)            sums in f32
 *     weights    y = tanh(x r(W))                   weights alone are bf16
 */
#include "coarse_layers.h"

#include <math.h>
#include <string.h>

enum { BITS_OF_BF16 = 8, BITS_OF_F16 = 11, BITS_OF_TF32 = 11, WIDEST = 64 };

#ifdef GRADCHECK_AS_DOUBLE_H
static float keep(float x, unsigned bits) {
  (void)bits;
  return x;
}
#else
static float keep(float x, unsigned bits) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  const unsigned cut = 24 - bits;
  const uint32_t below_half = (UINT32_C(1) << (cut - 1)) - 1, odd = (u >> cut) & 1;
  u = (u + below_half + odd) & ~((UINT32_C(1) << cut) - 1); // ties to even
  memcpy(&x, &u, sizeof x);
  return x;
}
#endif

static float bf16(float x) {
  return keep(x, BITS_OF_BF16);
}

static float f16(float x) {
  return keep(x, BITS_OF_F16);
}

static float tf32(float x) {
  return keep(x, BITS_OF_TF32);
}

static float as_it_is(float x) {
  return x;
}

static const mistake *mistake_of(const gchk_call *c) {
  return c->layer->user;
}

static float *value(const gchk_call *c, size_t i) {
  return c->t[i].value;
}

static float *grad(const gchk_call *c, size_t i) {
  return c->t[i].grad;
}

/* A matrix by strides: a transpose exchanges them. */
typedef struct view {
  const float *data;
  size_t down, right;
} view;

/* c (m x n) = a (m x k) b (k x n), factors through `ra` and `rb`. */
static void multiply(float *c, view a, view b, const size_t mkn[3], float (*ra)(float), float (*rb)(float)) {
  for (size_t i = 0; i < mkn[0]; i++)
    for (size_t j = 0; j < mkn[2]; j++) {
      float sum = 0;
      for (size_t p = 0; p < mkn[1]; p++)
        sum += ra(a.data[i * a.down + p * a.right]) * rb(b.data[p * b.down + j * b.right]);
      c[i * mkn[2] + j] = sum;
    }
}

static void scale(float *x, size_t count, float factor, float (*r)(float)) {
  for (size_t i = 0; i < count; i++)
    x[i] = r(factor * x[i]);
}

// forgets: 1 - y^2
static gchk_status tanh_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    value(c, 1)[i] = bf16(tanhf(bf16(value(c, 0)[i])));
  return GCHK_OK;
}

static gchk_status tanh_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++) {
    const float y = tanhf(bf16(value(c, 0)[i]));
    const float slope = mistake_of(c)->forgets ? 1 : 1 - y * y; // dx = dy (1 - y^2)
    grad(c, 0)[i] = bf16((float)mistake_of(c)->factor * bf16(grad(c, 1)[i]) * slope);
  }
  return GCHK_OK;
}

// forgets: the last output's part of dx
static gchk_status linear_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), in = gchk_size(c, "I"), out = gchk_size(c, "O");
  multiply(value(c, 3), (view){value(c, 0), in, 1}, (view){value(c, 1), out, 1}, (size_t[]){rows, in, out}, f16, f16);
  for (size_t i = 0; i < rows * out; i++)
    value(c, 3)[i] = f16(value(c, 3)[i] + f16(value(c, 2)[i % out]));
  return GCHK_OK;
}

static gchk_status linear_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), in = gchk_size(c, "I"), out = gchk_size(c, "O");
  const float *dy = grad(c, 3), factor = (float)mistake_of(c)->factor;
  const size_t used = out - mistake_of(c)->forgets;
  multiply(grad(c, 0), (view){dy, out, 1}, (view){value(c, 1), 1, out}, (size_t[]){rows, used, in}, f16, f16);
  multiply(grad(c, 1), (view){value(c, 0), 1, in}, (view){dy, out, 1}, (size_t[]){in, rows, out}, f16, f16);
  for (size_t j = 0; j < out; j++) {
    grad(c, 2)[j] = 0;
    for (size_t i = 0; i < rows; i++)
      grad(c, 2)[j] += f16(dy[i * out + j]); // db = sum of dy over rows
  }
  for (size_t i = 0; i < 3; i++)
    scale(grad(c, i), c->t[i].count, factor, f16);
  return GCHK_OK;
}

// forgets: the last output's part of dx
static gchk_status product_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), in = gchk_size(c, "I"), out = gchk_size(c, "O");
  multiply(value(c, 2), (view){value(c, 0), in, 1}, (view){value(c, 1), out, 1}, (size_t[]){rows, in, out}, tf32, tf32);
  return GCHK_OK;
}

static gchk_status product_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), in = gchk_size(c, "I"), out = gchk_size(c, "O");
  const float *dy = grad(c, 2);
  const size_t used = out - mistake_of(c)->forgets;
  multiply(grad(c, 0), (view){dy, out, 1}, (view){value(c, 1), 1, out}, (size_t[]){rows, used, in}, tf32, tf32);
  multiply(grad(c, 1), (view){value(c, 0), 1, in}, (view){dy, out, 1}, (size_t[]){in, rows, out}, tf32, tf32);
  for (size_t i = 0; i < 2; i++)
    scale(grad(c, i), c->t[i].count, (float)mistake_of(c)->factor, as_it_is);
  return GCHK_OK;
}

/* y = x, V, W, y; h = tanh(x V) (B x H). forgets: 1 - h^2 */
static void hidden(const gchk_call *c, float *h) {
  const size_t rows = gchk_size(c, "B"), in = gchk_size(c, "I"), wide = gchk_size(c, "H");
  multiply(h, (view){value(c, 0), in, 1}, (view){value(c, 1), wide, 1}, (size_t[]){rows, in, wide}, tf32, tf32);
  for (size_t i = 0; i < rows * wide; i++)
    h[i] = tanhf(h[i]);
}

static gchk_status net_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), wide = gchk_size(c, "H"), out = gchk_size(c, "O");
  float h[WIDEST];
  hidden(c, h);
  multiply(value(c, 3), (view){h, wide, 1}, (view){value(c, 2), out, 1}, (size_t[]){rows, wide, out}, tf32, tf32);
  return GCHK_OK;
}

static gchk_status net_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), in = gchk_size(c, "I"), wide = gchk_size(c, "H"), out = gchk_size(c, "O");
  const float *dy = grad(c, 3);
  float h[WIDEST], dh[WIDEST];
  hidden(c, h);
  multiply(grad(c, 2), (view){h, 1, wide}, (view){dy, out, 1}, (size_t[]){wide, rows, out}, tf32, tf32);  // dW = h^T dy
  multiply(dh, (view){dy, out, 1}, (view){value(c, 2), 1, out}, (size_t[]){rows, out, wide}, tf32, tf32); // dy W^T
  for (size_t i = 0; i < rows * wide; i++)
    dh[i] *= mistake_of(c)->forgets ? 1 : 1 - h[i] * h[i];
  multiply(grad(c, 1), (view){value(c, 0), 1, in}, (view){dh, wide, 1}, (size_t[]){in, rows, wide}, tf32, tf32);
  multiply(grad(c, 0), (view){dh, wide, 1}, (view){value(c, 1), 1, wide}, (size_t[]){rows, wide, in}, tf32, tf32);
  for (size_t i = 0; i < 3; i++)
    scale(grad(c, i), c->t[i].count, (float)mistake_of(c)->factor, as_it_is);
  return GCHK_OK;
}

/* z = (x - mean) / sqrt(var + 1e-5) of a row; returns 1/sigma. */
static float normalised(const float *x, float *z, size_t n) {
  float mean = 0, square = 0;
  for (size_t j = 0; j < n; j++)
    mean += bf16(x[j]) / (float)n;
  for (size_t j = 0; j < n; j++)
    square += (bf16(x[j]) - mean) * (bf16(x[j]) - mean) / (float)n;
  const float inverse = 1 / sqrtf(square + (float)1e-5);
  for (size_t j = 0; j < n; j++)
    z[j] = (bf16(x[j]) - mean) * inverse;
  return inverse;
}

// x, g, b, y. forgets: mean(dz)
static gchk_status layernorm_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), n = gchk_size(c, "N");
  float z[WIDEST];
  for (size_t i = 0; i < rows; i++) {
    (void)normalised(value(c, 0) + i * n, z, n);
    for (size_t j = 0; j < n; j++)
      value(c, 3)[i * n + j] = bf16(bf16(value(c, 1)[j]) * z[j] + bf16(value(c, 2)[j]));
  }
  return GCHK_OK;
}

static gchk_status layernorm_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), n = gchk_size(c, "N");
  float z[WIDEST], dz[WIDEST];
  memset(grad(c, 1), 0, n * sizeof(float));
  memset(grad(c, 2), 0, n * sizeof(float));
  for (size_t i = 0; i < rows; i++) {
    const float inverse = normalised(value(c, 0) + i * n, z, n);
    float mean = 0, along = 0;
    for (size_t j = 0; j < n; j++) {
      const float dy = bf16(grad(c, 3)[i * n + j]);
      grad(c, 1)[j] += dy * z[j];
      grad(c, 2)[j] += dy;
      dz[j] = dy * bf16(value(c, 1)[j]);
      mean += dz[j] / (float)n;
      along += dz[j] * z[j] / (float)n;
    }
    for (size_t j = 0; j < n; j++) // dx = (dz - mean(dz) - z mean(dz z)) / sigma
      grad(c, 0)[i * n + j] = inverse * (dz[j] - (mistake_of(c)->forgets ? 0 : mean) - z[j] * along);
  }
  for (size_t i = 0; i < 3; i++)
    scale(grad(c, i), c->t[i].count, (float)mistake_of(c)->factor, bf16);
  return GCHK_OK;
}

static void softmax(const float *x, float *y, size_t n) {
  float most = bf16(x[0]), sum = 0;
  for (size_t j = 1; j < n; j++)
    most = fmaxf(most, bf16(x[j]));
  for (size_t j = 0; j < n; j++)
    sum += y[j] = expf(bf16(x[j]) - most);
  for (size_t j = 0; j < n; j++)
    y[j] /= sum;
}

// forgets: the sum over y dy
static gchk_status softmax_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), n = gchk_size(c, "N");
  for (size_t i = 0; i < rows; i++)
    softmax(value(c, 0) + i * n, value(c, 1) + i * n, n);
  scale(value(c, 1), rows * n, 1, bf16);
  return GCHK_OK;
}

static gchk_status softmax_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), n = gchk_size(c, "N");
  float y[WIDEST];
  for (size_t i = 0; i < rows; i++) {
    const float *dy = grad(c, 1) + i * n;
    float along = 0;
    softmax(value(c, 0) + i * n, y, n);
    for (size_t j = 0; j < n; j++)
      along += y[j] * bf16(dy[j]);
    for (size_t j = 0; j < n; j++) // dx = y (dy - sum(y dy))
      grad(c, 0)[i * n + j] = y[j] * (bf16(dy[j]) - (mistake_of(c)->forgets ? 0 : along));
  }
  scale(grad(c, 0), rows * n, (float)mistake_of(c)->factor, bf16);
  return GCHK_OK;
}

// forgets: 1 - y^2
static gchk_status weights_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), in = gchk_size(c, "I"), out = gchk_size(c, "O");
  multiply(value(c, 2), (view){value(c, 0), in, 1}, (view){value(c, 1), out, 1}, (size_t[]){rows, in, out}, as_it_is,
           bf16);
  for (size_t i = 0; i < rows * out; i++)
    value(c, 2)[i] = tanhf(value(c, 2)[i]);
  return GCHK_OK;
}

static gchk_status weights_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), in = gchk_size(c, "I"), out = gchk_size(c, "O");
  float ds[WIDEST];
  for (size_t i = 0; i < rows * out; i++) {
    const float y = value(c, 2)[i];
    ds[i] = grad(c, 2)[i] * (mistake_of(c)->forgets ? 1 : 1 - y * y);
  }
  multiply(grad(c, 0), (view){ds, out, 1}, (view){value(c, 1), 1, out}, (size_t[]){rows, out, in}, as_it_is, bf16);
  multiply(grad(c, 1), (view){value(c, 0), 1, in}, (view){ds, out, 1}, (size_t[]){in, rows, out}, as_it_is, as_it_is);
  scale(grad(c, 0), rows * in, (float)mistake_of(c)->factor, as_it_is);
  scale(grad(c, 1), in * out, (float)mistake_of(c)->factor, bf16); // stored like the weights
  return GCHK_OK;
}

static const gchk_tensor_spec tanh_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_tensor_spec linear_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B I"), GCHK_TENSOR("W", GCHK_PARAMETER, "I O"), GCHK_TENSOR("b", GCHK_PARAMETER, "O"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "B O")};
static const gchk_tensor_spec product_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B I"), GCHK_TENSOR("W", GCHK_PARAMETER, "I O"), GCHK_TENSOR("y", GCHK_OUTPUT, "B O")};
static const gchk_tensor_spec net_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B I"), GCHK_TENSOR("V", GCHK_PARAMETER, "I H"),
    GCHK_TENSOR("W", GCHK_PARAMETER, "H O"), GCHK_TENSOR("y", GCHK_OUTPUT, "B O")};
static const gchk_tensor_spec layernorm_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B N"), GCHK_TENSOR("g", GCHK_PARAMETER, "N", .fill = {.kind = GCHK_FILL_POSITIVE}),
    GCHK_TENSOR("b", GCHK_PARAMETER, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "B N")};
static const gchk_tensor_spec softmax_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "B N"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "B N")};
static const gchk_tensor_spec weights_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "B I"),
                                                GCHK_TENSOR("W", GCHK_PARAMETER, "I O", .unit = GCHK_UNIT_OF_BF16),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "B O")};

#define COARSE(layer_name, of, undeclared_rows, layer_sizes, what_holds, ...)                                          \
  {                                                                                                                    \
    .layer = {.name = layer_name,                                                                                      \
              .dtype = GCHK_F32,                                                                                       \
              GCHK_TENSORS(of##_rows),                                                                                 \
              .forward = of##_forward,                                                                                 \
              .backward = of##_backward,                                                                               \
              .sizes = layer_sizes,                                                                                    \
              __VA_ARGS__},                                                                                            \
    .undeclared = undeclared_rows, .holds = what_holds                                                                 \
  }

const coarse_layer coarse_layers[COARSE_LAYERS] = {
    COARSE("tanh", tanh, tanh_rows, "N=13", ALONE_IT_PASSES | SIGN_IS_NAMED, .unit = GCHK_UNIT_OF_BF16),
    COARSE("linear of one row", linear, linear_rows, "B=1 I=7 O=5", ALONE_IT_DOES_NOT_FAIL | SIGN_IS_NAMED,
           .unit = GCHK_UNIT_OF_F16),
    COARSE("linear", linear, linear_rows, "B=3 I=5 O=3", ALONE_IT_DOES_NOT_FAIL | SIGN_IS_NAMED,
           .unit = GCHK_UNIT_OF_F16),
    COARSE("product of one row", product, product_rows, "B=1 I=9 O=5", ALONE_IT_PASSES | SIGN_IS_NAMED,
           .product_unit = GCHK_UNIT_OF_TF32),
    COARSE("product", product, product_rows, "B=5 I=3 O=3", ALONE_IT_PASSES | SIGN_IS_NAMED,
           .product_unit = GCHK_UNIT_OF_TF32),
    COARSE("net of one row", net, net_rows, "B=1 I=3 H=5 O=3", SIGN_IS_NAMED, .product_unit = GCHK_UNIT_OF_TF32),
    COARSE("net", net, net_rows, "B=3 I=3 H=2 O=3", SIGN_IS_NAMED, .product_unit = GCHK_UNIT_OF_TF32),
    COARSE("layernorm", layernorm, layernorm_rows, "B=2 N=5", ALONE_IT_DOES_NOT_FAIL | SIGN_IS_NAMED,
           .unit = GCHK_UNIT_OF_BF16),
    COARSE("softmax of one row", softmax, softmax_rows, "B=1 N=5", ALONE_IT_DOES_NOT_FAIL, .unit = GCHK_UNIT_OF_BF16),
    COARSE("softmax", softmax, softmax_rows, "B=3 N=5", ALONE_IT_DOES_NOT_FAIL | SIGN_IS_NAMED,
           .unit = GCHK_UNIT_OF_BF16),
    COARSE("weights", weights, product_rows, "B=3 I=3 O=2", ALONE_IT_DOES_NOT_FAIL | SIGN_IS_NAMED, .unit = 0),
};
