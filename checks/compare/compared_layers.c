#include "compare/compared_layers.h"

#include <math.h>

#define F64(i)        ((double *)c->t[i].value)
#define F64_GRAD(i)   ((double *)c->t[i].grad)
#define F32(i)        ((float *)c->t[i].value)
#define F32_GRAD(i)   ((float *)c->t[i].grad)
#define UNARY(shape)  GCHK_TENSOR("x", GCHK_INPUT, shape), GCHK_TENSOR("y", GCHK_OUTPUT, shape)
#define FOR(i, count) for (size_t i = 0; i < (count); i++)

/* y[n,i,j,o] = sum x[n,i+k,j+l,c] w[k,l,c,o]: a convolution without padding. */
static void convolve(const gchk_call *c, bool is_back) {
  const gchk_shape *x = &c->t[0].shape, *w = &c->t[1].shape, *y = &c->t[2].shape;
  FOR(n, x->dim[0])
  FOR(i, y->dim[1])
  FOR(j, y->dim[2])
  FOR(k, w->dim[0])
  FOR(l, w->dim[1])
  FOR(d, x->dim[3])
  FOR(o, y->dim[3]) {
    const size_t at_x = ((n * x->dim[1] + i + k) * x->dim[2] + j + l) * x->dim[3] + d;
    const size_t at_w = ((k * w->dim[1] + l) * x->dim[3] + d) * y->dim[3] + o;
    const size_t at_y = ((n * y->dim[1] + i) * y->dim[2] + j) * y->dim[3] + o;
    if (is_back) {
      F64_GRAD(0)[at_x] += F64_GRAD(2)[at_y] * F64(1)[at_w];
      F64_GRAD(1)[at_w] += F64_GRAD(2)[at_y] * F64(0)[at_x];
    } else {
      F64(2)[at_y] += F64(0)[at_x] * F64(1)[at_w];
    }
  }
}
GCHK_CALLBACK(channels_last_forward, FOR(i, c->t[2].count) F64(2)[i] = 0; convolve(c, false))
GCHK_CALLBACK(channels_last_backward, convolve(c, true))
static const gchk_tensor_spec channels_last_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N H W Ci"),
                                                      GCHK_TENSOR("k", GCHK_PARAMETER, "KH KW Ci Co"),
                                                      GCHK_TENSOR("y", GCHK_OUTPUT, "N H-KH+1 W-KW+1 Co")};
const gchk_layer channels_last = {.name = "channels_last",
                                  .dtype = GCHK_F64,
                                  GCHK_TENSORS(channels_last_rows),
                                  .forward = channels_last_forward,
                                  .backward = channels_last_backward,
                                  .sizes = "N=2 H=4 W=5 Ci=3 KH=2 KW=3 Co=2"};

/* y[b,t,o] = sum x[b,t,k] w[o,k]; `shift` takes the weights of the next output. */
static void multiply(const gchk_call *c, size_t shift, bool is_back) {
  const size_t in = c->t[1].shape.dim[1], out = c->t[1].shape.dim[0];
  FOR(at, c->t[2].count)
  FOR(k, in) {
    const size_t w = (at + shift) % out * in + k, x = at / out * in + k;
    if (is_back) {
      F64_GRAD(0)[x] += F64_GRAD(2)[at] * F64(1)[w];
      F64_GRAD(1)[w] += F64_GRAD(2)[at] * F64(0)[x];
    } else {
      F64(2)[at] = (k > 0 ? F64(2)[at] : 0) + F64(0)[x] * F64(1)[w];
    }
  }
}
GCHK_CALLBACK(rows_forward, multiply(c, 0, false))
GCHK_CALLBACK(rows_backward, multiply(c, 0, true))
GCHK_CALLBACK(shifted_forward, multiply(c, 1, false))
GCHK_CALLBACK(shifted_backward, multiply(c, 1, true))
static const gchk_tensor_spec sequence_rows[] = {GCHK_TENSOR("inp", GCHK_INPUT, "B T C"),
                                                 GCHK_TENSOR("weight", GCHK_PARAMETER, "OC C"),
                                                 GCHK_TENSOR("out", GCHK_OUTPUT, "B T OC")};
#define SEQUENCE_LAYER(layer_name, of_forward, of_backward)                                                            \
  {                                                                                                                    \
    .name = layer_name, .dtype = GCHK_F64, GCHK_TENSORS(sequence_rows), .forward = of_forward,                         \
    .backward = of_backward, .sizes = "B=2 T=3 C=4 OC=5"                                                               \
  }
const gchk_layer rows_of_sequences = SEQUENCE_LAYER("rows_of_sequences", rows_forward, rows_backward);
const gchk_layer shifted_units = SEQUENCE_LAYER("shifted_units", shifted_forward, shifted_backward);

GCHK_CALLBACK(tanh_forward, FOR(i, c->t[0].count) F64(1)[i] = tanh(F64(0)[i]))
GCHK_CALLBACK(tanh_faster, FOR(i, c->t[0].count) F64(1)[i] = tanh(1.01 * F64(0)[i]))
GCHK_CALLBACK(tanh_wrong, FOR(i, c->t[0].count) F64_GRAD(0)[i] += F64_GRAD(1)[i] * (1 - F64(1)[i]))
GCHK_CALLBACK(tanh_of_x, FOR(i, c->t[0].count) F64_GRAD(0)[i] += F64_GRAD(1)[i] * (1 - pow(tanh(F64(0)[i]), 2)))
static const gchk_tensor_spec unary_rows[] = {UNARY("N")};
const gchk_layer wrong_slope = {.name = "wrong_slope",
                                .dtype = GCHK_F64,
                                GCHK_TENSORS(unary_rows),
                                .forward = tanh_forward,
                                .backward = tanh_wrong,
                                .sizes = "N=7"};
const gchk_layer forward_alone = {.name = "forward_alone",
                                  .dtype = GCHK_F64,
                                  GCHK_TENSORS(unary_rows),
                                  .forward = tanh_faster,
                                  .backward = tanh_of_x,
                                  .sizes = "N=7"};

GCHK_CALLBACK(max_forward, FOR(i, c->t[0].count) F64(2)[i] = fmax(F64(0)[i], F64(1)[i]))
GCHK_CALLBACK(max_backward, FOR(i, c->t[0].count) F64_GRAD(F64(0)[i] >= F64(1)[i] ? 0 : 1)[i] += F64_GRAD(2)[i])
GCHK_CALLBACK(min_backward, FOR(i, c->t[0].count) F64_GRAD(F64(0)[i] >= F64(1)[i] ? 1 : 0)[i] += F64_GRAD(2)[i])
static const double tied[] = {1, 2, 0, -1, 3, 0}, beside[] = {1, 2, 0, -3, 4, 0};
static const gchk_tensor_spec max_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N", .fill = {.kind = GCHK_FILL_VALUES, .values = tied, .value_count = 6}),
    GCHK_TENSOR("y", GCHK_INPUT, "N", .fill = {.kind = GCHK_FILL_VALUES, .values = beside, .value_count = 6}),
    GCHK_TENSOR("out", GCHK_OUTPUT, "N")};
#define MAX_LAYER(layer_name, of_backward)                                                                             \
  {                                                                                                                    \
    .name = layer_name, .dtype = GCHK_F64, GCHK_TENSORS(max_rows), .forward = max_forward, .backward = of_backward,    \
    .sizes = "N=6"                                                                                                     \
  }
const gchk_layer last_of_ties = MAX_LAYER("last_of_ties", max_backward);
const gchk_layer least_of_two = MAX_LAYER("least_of_two", min_backward);

static float mean_from_end(const float *x, size_t n, size_t least) {
  float sum = 0;
  for (size_t i = n; i-- > least;)
    sum += x[i];
  return sum / (float)n;
}
static void spread_mean(const gchk_call *c, size_t least) {
  const size_t n = c->t[0].shape.dim[1];
  for (size_t i = 0; i < c->t[0].count; i++)
    F32_GRAD(0)[i] += i % n >= least ? F32_GRAD(1)[i / n] / (float)n : 0;
}
#define MEAN_OF(least)                                                                                                 \
  FOR(r, c->t[1].count)                                                                                                \
  F32(1)[r] = mean_from_end(F32(0) + r * c->t[0].shape.dim[1], c->t[0].shape.dim[1], least)
GCHK_CALLBACK(mean_forward, MEAN_OF(0))
GCHK_CALLBACK(mean_backward, spread_mean(c, 0))
GCHK_CALLBACK(short_mean_forward, MEAN_OF(1))
GCHK_CALLBACK(short_mean_backward, spread_mean(c, 1))
static const gchk_tensor_spec mean_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "R C", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 99, .b = 101}),
    GCHK_TENSOR("y", GCHK_OUTPUT, "R")};
#define MEAN_LAYER(layer_name, of_forward, of_backward)                                                                \
  {                                                                                                                    \
    .name = layer_name, .dtype = GCHK_F32, GCHK_TENSORS(mean_rows), .forward = of_forward, .backward = of_backward,    \
    .sizes = "R=2 C=4099"                                                                                              \
  }
const gchk_layer float_mean = MEAN_LAYER("float_mean", mean_forward, mean_backward);
const gchk_layer float_mean_short = MEAN_LAYER("float_mean_short", short_mean_forward, short_mean_backward);

/* (x - m)/s with float sums, at values near 3000. */
static void row(const float *x, size_t n, float *mean, float *scale) {
  float squares = 0;
  *mean = mean_from_end(x, n, 0);
  for (size_t i = n; i-- > 0;)
    squares += (x[i] - *mean) * (x[i] - *mean);
  *scale = 1 / sqrtf(squares / (float)n + 1e-5f);
}
static void normalise(const gchk_call *c) {
  const size_t n = c->t[0].shape.dim[1];
  for (size_t r = 0; r < c->t[0].shape.dim[0]; r++) {
    float mean, scale;
    row(F32(0) + r * n, n, &mean, &scale);
    for (size_t i = 0; i < n; i++)
      F32(1)[r * n + i] = (F32(0)[r * n + i] - mean) * scale;
  }
}
static void normalise_back(const gchk_call *c) {
  const size_t n = c->t[0].shape.dim[1];
  for (size_t r = 0; r < c->t[0].shape.dim[0]; r++) {
    float mean, scale, sum = 0, dot = 0;
    row(F32(0) + r * n, n, &mean, &scale);
    for (size_t i = r * n; i < (r + 1) * n; i++) {
      sum += F32_GRAD(1)[i];
      dot += F32_GRAD(1)[i] * F32(1)[i];
    }
    for (size_t i = r * n; i < (r + 1) * n; i++)
      F32_GRAD(0)[i] += scale * (F32_GRAD(1)[i] - sum / (float)n - F32(1)[i] * dot / (float)n);
  }
}
GCHK_CALLBACK(normalise_forward, normalise(c))
GCHK_CALLBACK(normalise_backward, normalise_back(c))
static const gchk_tensor_spec offset_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "R C", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 2999, .b = 3001}),
    GCHK_TENSOR("y", GCHK_OUTPUT, "R C")};
const gchk_layer normalised_offset = {.name = "normalised_offset",
                                      .dtype = GCHK_F32,
                                      GCHK_TENSORS(offset_rows),
                                      .forward = normalise_forward,
                                      .backward = normalise_backward,
                                      .sizes = "R=3 C=129"};

static double squares(const gchk_call *c) {
  double sum = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum += (F64(0)[i] - F64(1)[i]) * (F64(0)[i] - F64(1)[i]);
  return sum / (double)c->t[0].count;
}
static gchk_status whole_loss(const gchk_call *c, double *loss, gchk_error *error) {
  (void)error;
  *loss = squares(c);
  return GCHK_OK;
}
static gchk_status half_loss(const gchk_call *c, double *loss, gchk_error *error) {
  (void)error;
  *loss = squares(c) / 2;
  return GCHK_OK;
}
#define DIFFERENCES(factor)                                                                                            \
  FOR(i, c->t[0].count) F64_GRAD(0)[i] += (factor) * (F64(0)[i] - F64(1)[i]) / (double)c->t[0].count
GCHK_CALLBACK(nothing, )
GCHK_CALLBACK(whole_backward, DIFFERENCES(2))
GCHK_CALLBACK(half_backward, DIFFERENCES(1))
static const gchk_tensor_spec loss_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("t", GCHK_CONSTANT, "N")};
#define LOSS_LAYER(layer_name, of_loss, of_backward)                                                                   \
  {                                                                                                                    \
    .name = layer_name, .dtype = GCHK_F64, GCHK_TENSORS(loss_rows), .forward = nothing, .backward = of_backward,       \
    .loss = of_loss, .sizes = "N=7", .flags = GCHK_IGNORES_UPSTREAM                                                    \
  }
const gchk_layer loss_by_callback = LOSS_LAYER("loss_by_callback", whole_loss, whole_backward);
const gchk_layer loss_not_halved = LOSS_LAYER("loss_not_halved", half_loss, half_backward);
