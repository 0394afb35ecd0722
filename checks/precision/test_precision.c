/*
 * Layers that compute in coarser formats than their buffers: right ones pass where they declare it, wrong ones fail and
 * are named, and what is not declared is told from a mistake.
 *
 *     tanh       y = tanh(x), everything that is stored a bf16 number
 *     scale      y = w x, stored in f16
 *     product    y = x W, the factors of products rounded to tf32
 */
#include <math.h>
#include <string.h>

#include "gradcheck/check.h"
#include "main.h"

enum { SEEDS = 10 };

/* x to a multiple of its last of `bits` bits, ties to even, by the bits of a float. */
static float rounded(float x, unsigned bits) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  const unsigned cut = 24 - bits;
  const uint32_t half = UINT32_C(1) << (cut - 1), odd = (u >> cut) & 1;
  u = (u + half - 1 + odd) & ~((UINT32_C(1) << cut) - 1);
  memcpy(&x, &u, sizeof x);
  return x;
}

static float bf16(float x) {
  return rounded(x, 8);
}

static float half(float x) {
  return rounded(x, 11);
}

static float factor_of(const gchk_call *c) {
  return *(const float *)c->layer->user;
}

static gchk_status tanh_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value;
  float *y = c->t[1].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = bf16(tanhf(bf16(x[i])));
  return GCHK_OK;
}

static gchk_status tanh_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value, *dy = c->t[1].grad;
  float *dx = c->t[0].grad;
  for (size_t i = 0; i < c->t[0].count; i++) {
    const float y = tanhf(bf16(x[i]));
    dx[i] = bf16(factor_of(c) * bf16(dy[i]) * (1 - y * y));
  }
  return GCHK_OK;
}

static gchk_status scale_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value, *w = c->t[1].value;
  float *y = c->t[2].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = half(half(x[i]) * half(w[i]));
  return GCHK_OK;
}

static gchk_status scale_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value, *w = c->t[1].value, *dy = c->t[2].grad;
  float *dx = c->t[0].grad, *dw = c->t[1].grad;
  for (size_t i = 0; i < c->t[0].count; i++) {
    dx[i] = half(factor_of(c) * half(dy[i]) * half(w[i]));
    dw[i] = half(factor_of(c) * half(dy[i]) * half(x[i]));
  }
  return GCHK_OK;
}

/* c (m x n) = a (m x k) b (k x n), by strides. */
typedef struct matrix {
  const float *data;
  size_t down, right;
} matrix;

static void multiply(float *c, matrix a, matrix b, size_t m, size_t k, size_t n, float factor) {
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) {
      float sum = 0;
      for (size_t p = 0; p < k; p++)
        sum += half(a.data[i * a.down + p * a.right]) * half(b.data[p * b.down + j * b.right]);
      c[i * n + j] = factor * sum;
    }
}

static gchk_status product_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), in = gchk_size(c, "I"), out = gchk_size(c, "O");
  multiply(c->t[2].value, (matrix){c->t[0].value, in, 1}, (matrix){c->t[1].value, out, 1}, rows, in, out, 1);
  return GCHK_OK;
}

static gchk_status product_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = gchk_size(c, "B"), in = gchk_size(c, "I"), out = gchk_size(c, "O");
  const float *x = c->t[0].value, *w = c->t[1].value, *dy = c->t[2].grad;
  multiply(c->t[0].grad, (matrix){dy, out, 1}, (matrix){w, 1, out}, rows, out, in, factor_of(c));
  multiply(c->t[1].grad, (matrix){x, 1, in}, (matrix){dy, out, 1}, in, rows, out, factor_of(c));
  return GCHK_OK;
}

static const gchk_tensor_spec tanh_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_tensor_spec scale_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("w", GCHK_PARAMETER, "N"),
                                              GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_tensor_spec product_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B I"), GCHK_TENSOR("W", GCHK_PARAMETER, "I O"), GCHK_TENSOR("y", GCHK_OUTPUT, "B O")};

#define LAYER(layer_name, rows, of_forward, of_backward, layer_sizes)                                                  \
  {                                                                                                                    \
    .name = layer_name, .dtype = GCHK_F32, GCHK_TENSORS(rows), .forward = of_forward, .backward = of_backward,         \
    .sizes = layer_sizes                                                                                               \
  }
static const gchk_layer layers[] = {LAYER("tanh", tanh_rows, tanh_forward, tanh_backward, "N=17"),
                                    LAYER("scale", scale_rows, scale_forward, scale_backward, "N=13"),
                                    LAYER("product", product_rows, product_forward, product_backward, "B=3 I=7 O=5")};
enum { LAYERS = sizeof layers / sizeof layers[0] };

static gchk_layer declared(size_t i) {
  gchk_layer layer = layers[i];
  if (i == 0)
    layer.unit = GCHK_UNIT_OF_BF16;
  else if (i == 1)
    layer.unit = GCHK_UNIT_OF_F16;
  else
    layer.product_unit = GCHK_UNIT_OF_TF32;
  return layer;
}

static gchk_result *check(const gchk_layer *layer, float *factor, uint64_t seed) {
  gchk_layer with = *layer;
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  options.seed = seed;
  with.user = factor;
  ck_assert_msg(gchk_check_layer(&with, &options, &result, &error) == GCHK_OK, "%s", error.message);
  return result;
}

static bool has_code(const gchk_result *result, const char *code) {
  for (size_t c = 0; c < result->case_count; c++) {
    const gchk_case_result *of = &result->cases[c];
    for (size_t f = 0; f < of->finding_count; f++)
      if (strcmp(of->findings[f].code, code) == 0)
        return true;
    for (size_t t = 0; t < of->tensor_count; t++)
      for (size_t f = 0; f < of->tensors[t].finding_count; f++)
        if (strcmp(of->tensors[t].findings[f].code, code) == 0)
          return true;
  }
  return false;
}

START_TEST(a_declared_precision_passes_and_a_wrong_factor_is_named) {
  static float right = 1, half_of_it = 0.5F, negative = -1;
  const gchk_layer layer = declared((size_t)_i);
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_result *result = check(&layer, &right, seed);
    ck_assert_msg(result->exit_code == 0, "%s, seed %d: exit %d", layer.name, (int)seed, result->exit_code);
    ck_assert(isnan(result->cases[0].tensors[0].best_error)); // there is no twin
    gchk_result_free(result);
    result = check(&layer, &half_of_it, seed);
    ck_assert_int_eq(result->exit_code, 1);
    ck_assert_msg(has_code(result, "constant-ratio"), "%s, seed %d", layer.name, (int)seed);
    gchk_result_free(result);
    result = check(&layer, &negative, seed);
    ck_assert_int_eq(result->exit_code, 1);
    gchk_result_free(result);
  }
}
END_TEST

/* Values that agree as they stand are nowhere else: no rearrangement is claimed of what is only coarse. */
START_TEST(an_undeclared_precision_is_not_taken_for_places) {
  static float right = 1;
  size_t told = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_result *result = check(&layers[_i], &right, seed);
    ck_assert(!has_code(result, "permuted-elements"));
    told += has_code(result, "undeclared-precision") || result->exit_code == 0;
    gchk_result_free(result);
  }
  ck_assert_uint_ge(told, SEEDS / 2);
}
END_TEST

static TCase *precision_tests(void) {
  TCase *tests = tcase_create("precision");
  tcase_add_loop_test(tests, a_declared_precision_passes_and_a_wrong_factor_is_named, 0, LAYERS);
  tcase_add_loop_test(tests, an_undeclared_precision_is_not_taken_for_places, 0, LAYERS);
  return tests;
}

TEST_MAIN("precision", precision_tests)
