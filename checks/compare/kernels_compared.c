/*
 * Kernels as people write them, right or (COMPARED_WRONG) with a wrong forward and the backward that belongs to it: no
 * difference can tell those from right ones. In double or (COMPARED_FLOAT) in float.
 */
#include <math.h>

#include "gradcheck/gradcheck.h"

#ifdef COMPARED_FLOAT
typedef float real;
#define DTYPE GCHK_F32
#else
typedef double real;
#define DTYPE GCHK_F64
#endif
#ifdef COMPARED_WRONG
enum { WRONG = 1 };
#else
enum { WRONG = 0 };
#endif

#define VALUE(i) ((real *)c->t[i].value)
#define GRAD(i)  ((real *)c->t[i].grad)
#define SIZE(s)  gchk_size(c, s)
#define ONE(x)   ((real)(x))
#define CALL     const gchk_call *c, gchk_error *error
#define LAYER(layer_name, ...)                                                                                         \
  static const gchk_layer layer_name = {.name = #layer_name,                                                           \
                                        GCHK_HERE,                                                                     \
                                        .dtype = DTYPE,                                                                \
                                        GCHK_TENSORS(layer_name##_rows),                                               \
                                        .forward = layer_name##_forward,                                               \
                                        .backward = layer_name##_backward,                                             \
                                        __VA_ARGS__}

/* y[n,o,i,j] = b[o] + sum x[n,c,i+k,j+l] w[o,c,k,l], the last term first. Wrong: the kernel is flipped. */
typedef struct place {
  size_t x, w, y, o;
} place;

static bool next_place(const gchk_call *c, size_t *at, place *p) {
  const size_t ci = SIZE("Ci"), h = SIZE("H"), w = SIZE("W"), kh = SIZE("KH"), kw = SIZE("KW"), co = SIZE("Co");
  const size_t oh = h - kh + 1, ow = w - kw + 1;
  size_t rest = (*at)++;
  if (rest == SIZE("N") * co * oh * ow * ci * kh * kw)
    return false;
  const size_t l = kw - 1 - rest % kw, k = kh - 1 - (rest / kw) % kh, i_c = ci - 1 - (rest / (kw * kh)) % ci;
  rest /= kw * kh * ci;
  const size_t j = rest % ow, i = (rest / ow) % oh, o = (rest / (ow * oh)) % co, n = rest / (ow * oh * co);
  p->o = o;
  p->y = rest;
  p->x = ((n * ci + i_c) * h + i + k) * w + j + l;
  p->w = ((o * ci + i_c) * kh + (WRONG ? kh - 1 - k : k)) * kw + (WRONG ? kw - 1 - l : l);
  return true;
}

static gchk_status my_conv_forward(CALL) {
  (void)error;
  place p = {0};
  for (size_t at = 0; next_place(c, &at, &p);)
    VALUE(3)[p.y] = 0;
  for (size_t at = 0; next_place(c, &at, &p);)
    VALUE(3)[p.y] += VALUE(0)[p.x] * VALUE(1)[p.w];
  for (size_t y = 0; y < c->t[3].count; y++)
    VALUE(3)[y] += VALUE(2)[y / (c->t[3].shape.dim[2] * c->t[3].shape.dim[3]) % SIZE("Co")];
  return GCHK_OK;
}
static gchk_status my_conv_backward(CALL) {
  (void)error;
  place p = {0};
  for (size_t at = 0; next_place(c, &at, &p);) {
    GRAD(0)[p.x] += GRAD(3)[p.y] * VALUE(1)[p.w];
    GRAD(1)[p.w] += GRAD(3)[p.y] * VALUE(0)[p.x];
  }
  for (size_t y = 0; y < c->t[3].count; y++)
    GRAD(2)[y / (c->t[3].shape.dim[2] * c->t[3].shape.dim[3]) % SIZE("Co")] += GRAD(3)[y];
  return GCHK_OK;
}
static const gchk_tensor_spec my_conv_rows[] = {
    GCHK_TENSOR("image", GCHK_INPUT, "N Ci H W"), GCHK_TENSOR("kernel", GCHK_PARAMETER, "Co Ci KH KW"),
    GCHK_TENSOR("bias", GCHK_PARAMETER, "Co"), GCHK_TENSOR("result", GCHK_OUTPUT, "N Co H-KH+1 W-KW+1")};
LAYER(my_conv, .sizes = "N=2 Ci=3 H=5 W=7 Co=2 KH=3 KW=2");

/* y = g (x - m)/sqrt(v + eps) + b of each row. Wrong: v is divided by C - 1. */
static real row_statistics(const real *x, size_t n, real divisor, real eps, real *mean) {
  real sum = 0, squares = 0;
  for (size_t i = 0; i < n; i++)
    sum += x[i];
  *mean = sum / ONE(n);
  for (size_t i = 0; i < n; i++)
    squares += (x[i] - *mean) * (x[i] - *mean);
  return ONE(1 / sqrt((double)(squares / divisor + eps)));
}
static gchk_status my_norm_forward(CALL) {
  (void)error;
  const size_t n = SIZE("C");
  for (size_t r = 0; r < SIZE("R"); r++) {
    const real *x = VALUE(0) + r * n;
    real mean;
    const real scale = row_statistics(x, n, ONE(n - WRONG), ONE(c->option[0]), &mean);
    for (size_t i = 0; i < n; i++)
      VALUE(3)[r * n + i] = VALUE(1)[i] * (x[i] - mean) * scale + VALUE(2)[i];
  }
  return GCHK_OK;
}
static gchk_status my_norm_backward(CALL) {
  (void)error;
  const size_t n = SIZE("C");
  for (size_t r = 0; r < SIZE("R"); r++) {
    const real *x = VALUE(0) + r * n, *dy = GRAD(3) + r * n, *g = VALUE(1);
    real mean, sum = 0, dot = 0;
    const real divisor = ONE(n - WRONG), scale = row_statistics(x, n, divisor, ONE(c->option[0]), &mean);
    for (size_t i = 0; i < n; i++) {
      sum += g[i] * dy[i];
      dot += g[i] * dy[i] * (x[i] - mean) * scale;
    }
    for (size_t i = 0; i < n; i++) {
      const real unit = (x[i] - mean) * scale;
      GRAD(0)[r * n + i] += scale * (g[i] * dy[i] - sum / ONE(n) - unit * dot / divisor);
      GRAD(1)[i] += dy[i] * unit;
      GRAD(2)[i] += dy[i];
    }
  }
  return GCHK_OK;
}
static const gchk_option_spec eps_option[] = {{"eps", 1e-3, 0, 1, "added to the variance"}};
static const gchk_tensor_spec my_norm_rows[] = {
    GCHK_TENSOR("inp", GCHK_INPUT, "R C", .fill = {.kind = GCHK_FILL_NORMAL, .a = 30, .b = 2}),
    GCHK_TENSOR("weight", GCHK_PARAMETER, "C"), GCHK_TENSOR("bias", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("out", GCHK_OUTPUT, "R C")};
LAYER(my_norm, .sizes = "R=3 C=37", GCHK_OPTION_TABLE(eps_option));

/* y = x/2 (1 + tanh(sqrt(2/pi) (x + a x^3))), a = 0.044715. Wrong: a is rounded. */
static double gelu_factor(double x, double *slope) {
  const double k = 0.79788456080286535588, a = WRONG ? 0.045 : 0.044715, t = tanh(k * (x + a * x * x * x));
  *slope = 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * k * (1 + 3 * a * x * x);
  return 0.5 * (1 + t);
}
static gchk_status my_gelu_forward(CALL) {
  (void)error;
  double slope;
  for (size_t i = 0; i < c->t[0].count; i++)
    VALUE(1)[i] = ONE((double)VALUE(0)[i] * gelu_factor((double)VALUE(0)[i], &slope));
  return GCHK_OK;
}
static gchk_status my_gelu_backward(CALL) {
  (void)error;
  double slope;
  for (size_t i = 0; i < c->t[0].count; i++) {
    (void)gelu_factor((double)VALUE(0)[i], &slope);
    GRAD(0)[i] += GRAD(1)[i] * ONE(slope);
  }
  return GCHK_OK;
}
static const gchk_tensor_spec my_gelu_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N", .fill = {.kind = GCHK_FILL_NORMAL, .b = 2}), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
LAYER(my_gelu, .sizes = "N=41");

/* y = exp(s x)/sum exp(s x) of each row, s = 1. Wrong: a temperature is left in. */
static const double sharpness = WRONG ? 0.9 : 1;
static gchk_status my_softmax_forward(CALL) {
  (void)error;
  const size_t n = SIZE("C");
  for (size_t r = 0; r < SIZE("R"); r++) {
    const real *x = VALUE(0) + r * n;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
      sum += exp(sharpness * (double)(x[i] - x[0]));
    for (size_t i = 0; i < n; i++)
      VALUE(1)[r * n + i] = ONE(exp(sharpness * (double)(x[i] - x[0])) / sum);
  }
  return GCHK_OK;
}
static gchk_status my_softmax_backward(CALL) {
  (void)error;
  const size_t n = SIZE("C");
  for (size_t r = 0; r < SIZE("R"); r++) {
    const real *y = VALUE(1) + r * n, *dy = GRAD(1) + r * n;
    real dot = 0;
    for (size_t i = 0; i < n; i++)
      dot += y[i] * dy[i];
    for (size_t i = 0; i < n; i++)
      GRAD(0)[r * n + i] += ONE(sharpness) * y[i] * (dy[i] - dot);
  }
  return GCHK_OK;
}
static const gchk_tensor_spec my_softmax_rows[] = {GCHK_TENSOR("scores", GCHK_INPUT, "R C"),
                                                   GCHK_TENSOR("probabilities", GCHK_OUTPUT, "R C")};
LAYER(my_softmax, .sizes = "R=3 C=11");

/* -mean (t log p + (1 - t) log(1 - p)). Wrong: the sum, not the mean. */
static gchk_status my_bce_forward(CALL) {
  (void)error;
  double sum = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum -= (double)VALUE(1)[i] * log((double)VALUE(0)[i]) + (1 - (double)VALUE(1)[i]) * log1p(-(double)VALUE(0)[i]);
  VALUE(2)[0] = ONE(WRONG ? sum : sum / (double)c->t[0].count);
  return GCHK_OK;
}
static gchk_status my_bce_backward(CALL) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++) {
    const double p = (double)VALUE(0)[i], slope = (p - (double)VALUE(1)[i]) / (p * (1 - p));
    GRAD(0)[i] += GRAD(2)[0] * ONE(WRONG ? slope : slope / (double)c->t[0].count);
  }
  return GCHK_OK;
}
static const gchk_tensor_spec my_bce_rows[] = {
    GCHK_TENSOR("p", GCHK_INPUT, "N", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0.1, .b = 0.9}),
    GCHK_TENSOR("t", GCHK_CONSTANT, "N", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0.1, .b = 0.9}),
    GCHK_TENSOR("loss", GCHK_OUTPUT, "1")};
LAYER(my_bce, .sizes = "N=23");

/* y = x W + b with as many outputs as inputs. Wrong: x W^T. */
static size_t in_w(size_t k, size_t o, size_t n) {
  return WRONG ? o * n + k : k * n + o;
}
static gchk_status my_affine_forward(CALL) {
  (void)error;
  const size_t n = SIZE("D");
  for (size_t r = 0; r < SIZE("R"); r++)
    for (size_t o = 0; o < n; o++) {
      real sum = VALUE(2)[o];
      for (size_t k = n; k-- > 0;)
        sum += VALUE(0)[r * n + k] * VALUE(1)[in_w(k, o, n)];
      VALUE(3)[r * n + o] = sum;
    }
  return GCHK_OK;
}
static gchk_status my_affine_backward(CALL) {
  (void)error;
  const size_t n = SIZE("D");
  for (size_t r = 0; r < SIZE("R"); r++)
    for (size_t o = 0; o < n; o++) {
      const real dy = GRAD(3)[r * n + o];
      for (size_t k = 0; k < n; k++) {
        GRAD(0)[r * n + k] += dy * VALUE(1)[in_w(k, o, n)];
        GRAD(1)[in_w(k, o, n)] += dy * VALUE(0)[r * n + k];
      }
      GRAD(2)[o] += dy;
    }
  return GCHK_OK;
}
static const gchk_tensor_spec my_affine_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "R D"), GCHK_TENSOR("W", GCHK_PARAMETER, "D D"), GCHK_TENSOR("b", GCHK_PARAMETER, "D"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "R D")};
LAYER(my_affine, .sizes = "R=4 D=5");

/* y = (x - m)/sqrt(v + eps) of each column. Wrong: eps outside the root. */
static void column_statistics(const gchk_call *c, size_t column, double *mean, double *scale, double *bend) {
  const size_t n = SIZE("N"), width = SIZE("C");
  double sum = 0, squares = 0;
  for (size_t i = 0; i < n; i++)
    sum += (double)VALUE(0)[i * width + column];
  *mean = sum / (double)n;
  for (size_t i = 0; i < n; i++)
    squares += pow((double)VALUE(0)[i * width + column] - *mean, 2);
  const double deviation = sqrt(squares / (double)n), eps = c->option[0];
  *scale = WRONG ? 1 / (deviation + eps) : 1 / sqrt(deviation * deviation + eps);
  *bend = !WRONG ? *scale * *scale * *scale : deviation > 0 ? *scale * *scale / deviation : 0; // -ds/dv * 2
}
static gchk_status my_batch_norm_forward(CALL) {
  (void)error;
  double mean, scale, bend;
  for (size_t k = 0; k < SIZE("C"); k++) {
    column_statistics(c, k, &mean, &scale, &bend);
    for (size_t i = k; i < c->t[0].count; i += SIZE("C"))
      VALUE(1)[i] = ONE(((double)VALUE(0)[i] - mean) * scale);
  }
  return GCHK_OK;
}
static gchk_status my_batch_norm_backward(CALL) {
  (void)error;
  double mean, scale, bend;
  for (size_t k = 0; k < SIZE("C"); k++) {
    double sum = 0, dot = 0;
    column_statistics(c, k, &mean, &scale, &bend);
    for (size_t i = k; i < c->t[0].count; i += SIZE("C")) {
      sum += (double)GRAD(1)[i];
      dot += (double)GRAD(1)[i] * ((double)VALUE(0)[i] - mean);
    }
    for (size_t i = k; i < c->t[0].count; i += SIZE("C"))
      GRAD(0)
    [i] += ONE(scale * ((double)GRAD(1)[i] - sum / (double)SIZE("N")) -
               bend * ((double)VALUE(0)[i] - mean) * dot / (double)SIZE("N"));
  }
  return GCHK_OK;
}
static const gchk_tensor_spec my_batch_norm_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                      GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
LAYER(my_batch_norm, .sizes = "N=9 C=3", GCHK_OPTION_TABLE(eps_option));

GCHK_PLUGIN(&my_conv, &my_norm, &my_gelu, &my_softmax, &my_bce, &my_affine, &my_batch_norm)
