/*
 * Code for elements of another size than its table declares is one finding, whatever the layer does and the shape; and
 * a loop that ends early or late is never called so.
 */
#include "main.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "gradcheck/gradcheck.h"
#include "measure/base_point.h"
#include "probe/probe_element_size.h"

typedef enum kind { SQUARE, RELU, SUM, MAX_INDEX, GATHER, AFFINE_SUM, LEAKY, KINDS } kind;

/* How far the loops of forward and backward go: n, or a mistake. */
typedef enum range { ALL, HALF_FORWARD, HALF_BOTH, ONE_LESS, ONE_MORE, RANGES } range;

static const char *const names[KINDS] = {"square", "relu", "sum", "max", "gather", "affine", "leaky"};

static size_t end_of(const gchk_call *c, size_t n, bool is_forward) {
  switch ((range)c->option[0]) {
  case HALF_FORWARD:
    return is_forward ? n / 2 : n;
  case HALF_BOTH:
    return n / 2;
  case ONE_LESS:
    return n - 1;
  case ONE_MORE:
    return is_forward ? n + 1 : n;
  case ALL:
  case RANGES:
    break;
  }
  return n;
}

/* x, w (N or scalar), y, and per kind an index: one set of kernels for floats, one for doubles. */
#define KERNELS(T, I)                                                                                                  \
  static void forward_##T(kind k, T *y, I *argmax, const T *x, const T *w, const I *index, size_t n, size_t end) {     \
    T best = x[0], sum = 0;                                                                                            \
    size_t at = 0;                                                                                                     \
    for (size_t i = 0; i < n; i++) {                                                                                   \
      sum += w[i] * x[i] * x[i];                                                                                       \
      at = x[i] > best ? i : at;                                                                                       \
      best = x[at];                                                                                                    \
    }                                                                                                                  \
    for (size_t i = 0; i < end && (k == SQUARE || k == RELU || k == GATHER || k == LEAKY); i++)                        \
      y[i] = k == SQUARE  ? w[i] * x[i] * x[i]                                                                         \
             : k == RELU  ? (x[i] > 0 ? x[i] : 0)                                                                      \
             : k == LEAKY ? (x[i] > 0 ? x[i] : x[i] / 10)                                                              \
                          : x[(size_t)index[i] % n];                                                                   \
    for (size_t i = 0; i < end && k == AFFINE_SUM; i++)                                                                \
      y[i] = w[i] * sum;                                                                                               \
    for (size_t i = 0; i < n && k == MAX_INDEX; i++)                                                                   \
      argmax[i] = (I)at;                                                                                               \
    if (k == SUM)                                                                                                      \
      y[0] = sum;                                                                                                      \
    if (k == MAX_INDEX)                                                                                                \
      y[0] = best;                                                                                                     \
  }                                                                                                                    \
  static void backward_##T(kind k, T *dx, T *dw, const T *dy, const I *argmax, const T *x, const T *w, const I *index, \
                           size_t n, size_t end) {                                                                     \
    T sum = 0, of_w = 0;                                                                                               \
    for (size_t i = 0; i < n; i++)                                                                                     \
      sum += w[i] * x[i] * x[i];                                                                                       \
    for (size_t i = 0; i < end && k == AFFINE_SUM; i++)                                                                \
      of_w += dy[i] * w[i];                                                                                            \
    for (size_t i = 0; i < end; i++) {                                                                                 \
      const T d = k == SUM || k == MAX_INDEX ? dy[0] : dy[i];                                                          \
      if (k == SQUARE || k == SUM) {                                                                                   \
        dx[i] += 2 * w[i] * x[i] * d;                                                                                  \
        dw[i] += x[i] * x[i] * d;                                                                                      \
      }                                                                                                                \
      if (k == RELU || k == LEAKY)                                                                                     \
        dx[i] += x[i] > 0 ? d : k == LEAKY ? d / 10 : 0;                                                               \
      if (k == GATHER)                                                                                                 \
        dx[(size_t)index[i] % n] += d;                                                                                 \
      if (k == AFFINE_SUM) {                                                                                           \
        dw[i] += d * sum + of_w * x[i] * x[i];                                                                         \
        dx[i] += 2 * of_w * w[i] * x[i];                                                                               \
      }                                                                                                                \
    }                                                                                                                  \
    if (k == MAX_INDEX)                                                                                                \
      dx[(size_t)argmax[0] % n] += dy[0];                                                                              \
  }

KERNELS(float, int32_t)
KERNELS(double, int32_t)

enum { X, W, Y, ARGMAX, INDEX, TENSORS };

static kind kind_of(const gchk_call *c) {
  return *(const kind *)c->layer->user;
}

#define CALLS(T)                                                                                                       \
  GCHK_CALLBACK(call_forward_##T,                                                                                      \
                forward_##T(kind_of(c), c->t[Y].value, c->t[ARGMAX].value, c->t[X].value, c->t[W].value,               \
                            c->t[INDEX].value, c->t[X].count, end_of(c, c->t[X].count, true)))                         \
  GCHK_CALLBACK(call_backward_##T,                                                                                     \
                backward_##T(kind_of(c), c->t[X].grad, c->t[W].grad, c->t[Y].grad, c->t[ARGMAX].value, c->t[X].value,  \
                             c->t[W].value, c->t[INDEX].value, c->t[X].count, end_of(c, c->t[X].count, false)))
CALLS(float)
CALLS(double)

/* int64 in the place of int32: the index of the largest element, for every element. */
GCHK_CALLBACK(forward_long, {
  const float *x = c->t[X].value;
  int64_t *argmax = c->t[ARGMAX].value;
  size_t at = 0;
  for (size_t i = 0; i < c->t[X].count; i++)
    at = x[i] > x[at] ? i : at;
  for (size_t i = 0; i < c->t[ARGMAX].count; i++)
    argmax[i] = (int64_t)at;
  *(float *)c->t[Y].value = x[at];
})
GCHK_CALLBACK(backward_long,
              { ((float *)c->t[X].grad)[*(int64_t *)c->t[ARGMAX].value] += *(const float *)c->t[Y].grad; })

static const gchk_option_spec options[] = {{"range", ALL, 0, RANGES, "how far the loops go"}};

typedef struct trial {
  kind what;
  gchk_tensor_spec rows[TENSORS];
  gchk_layer layer;
  char sizes[32];
  double range;
} trial;

static void build(trial *t, kind what, bool is_float, gchk_dtype declared, size_t n, range r) {
  const bool is_scalar = what == SUM || what == MAX_INDEX;
  const gchk_tensor_spec rows[TENSORS] = {
      GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("w", GCHK_PARAMETER, "N"),
      GCHK_TENSOR("y", GCHK_OUTPUT, is_scalar ? "" : "N"), GCHK_TENSOR("argmax", GCHK_CACHE, "N", .dtype = GCHK_I32),
      GCHK_TENSOR("index", GCHK_INDEX, "N", .fill = {.kind = GCHK_FILL_INDICES, .below = "N"})};
  memcpy(t->rows, rows, sizeof rows);
  t->what = what;
  t->range = r;
  (void)snprintf(t->sizes, sizeof t->sizes, "N=%zu", n);
  t->layer = (gchk_layer){.name = names[what],
                          GCHK_HERE,
                          .dtype = declared,
                          GCHK_OPTION_TABLE(options),
                          .option_values = &t->range,
                          .tensors = t->rows,
                          .tensor_count = TENSORS,
                          .forward = is_float ? call_forward_float : call_forward_double,
                          .backward = is_float ? call_backward_float : call_backward_double,
                          .sizes = t->sizes,
                          .user = &t->what};
}

/* The findings of the probe alone, on `t` filled by a seed; plainly or planted. */
static const char *ask(const trial *t, uint64_t seed, bool planted) {
  static char text[512];
  gchk_error error = {GCHK_OK, ""};
  gchk_options check = GCHK_OPTIONS_INIT;
  check.seed = seed;
  const gchk_case spec = {.name = "sizes", .layer = &t->layer, .sizes = t->sizes, .planted = planted};
  gchk_arena *arena = gchk_arena_new();
  gchk_case_work work;
  ck_assert_int_eq(gchk_work_open(&work, &spec, &check, arena, &error), GCHK_OK);
  const gchk_status reached = gchk_reach_base_point(&work, &error); // not finite: it fails, and the probe is asked
  ck_assert_msg(work.instance != NULL && work.y != NULL, "%s", error.message);
  ck_assert(reached == GCHK_OK || reached == GCHK_LAYER_FAILED);
  ck_assert_int_eq(gchk_probe_element_size(&work, &error), GCHK_OK);
  ck_assert_uint_le(work.findings.count, 1);
  ck_assert_int_eq(work.findings.count == 1, work.refused != NULL);
  text[0] = '\0';
  if (work.findings.count == 1)
    (void)snprintf(text, sizeof text, "%s: %s", work.findings.findings[0].code, work.findings.findings[0].text);
  ptrdiff_t offset;
  for (size_t i = 0; i < work.instance->tensor_count; i++)
    ck_assert(work.findings.count == 0 || gchk_buffer_is_whole(&work.instance->values[i], &offset));
  gchk_work_close(&work);
  gchk_arena_free(arena);
  return text;
}

static const size_t counts[] = {1, 2, 3, 4, 7, 8, 33, 3000};
enum { COUNTS = sizeof counts / sizeof counts[0], SEEDS = 10 };

static void expect_one(const trial *t, const char *words, uint64_t seed) {
  for (int planted = 0; planted < 2; planted++) {
    const char *text = ask(t, seed, planted != 0);
    ck_assert_msg(strncmp(text, "element-size: ", 14) == 0 && strstr(text, words) != NULL, "%s, %s, seed %d%s: '%s'",
                  t->layer.name, t->sizes, (int)seed, planted ? ", planted" : "", text);
  }
}

static void expect_none(const trial *t, uint64_t seed) {
  for (int planted = 0; planted < 2; planted++) {
    const char *text = ask(t, seed, planted != 0);
    ck_assert_msg(text[0] == '\0', "%s, %s, range %g, seed %d%s: '%s'", t->layer.name, t->sizes, t->range, (int)seed,
                  planted ? ", planted" : "", text);
  }
}

START_TEST(float_code_declared_double_is_one_finding) {
  for (size_t k = 0; k < COUNTS; k++) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      trial t;
      build(&t, (kind)_i, true, GCHK_F64, counts[k], ALL);
      // Copies of an even number of elements have the same bytes either way.
      if (counts[k] % 2 != 0 || (kind)_i != GATHER)
        expect_one(&t, "float code declared f64?", seed);
    }
  }
}
END_TEST

START_TEST(double_code_declared_float_is_one_finding) {
  for (size_t k = 0; k < COUNTS; k++) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      trial t;
      build(&t, (kind)_i, false, GCHK_F32, counts[k], ALL);
      // Of a copy of one element, or of few that the gradient comes from, it may be a loop that goes one too far.
      const bool is_copy = (kind)_i == RELU || (kind)_i == GATHER || (kind)_i == MAX_INDEX || (kind)_i == LEAKY;
      if (!is_copy || (counts[k] > 8 && (kind)_i != MAX_INDEX))
        expect_one(&t, "double code declared f32?", seed);
    }
  }
}
END_TEST

START_TEST(what_is_declared_right_is_not_called_so) {
  for (size_t k = 0; k < COUNTS; k++) {
    for (int is_float = 0; is_float < 2; is_float++) {
      trial t;
      build(&t, (kind)_i, is_float != 0, is_float ? GCHK_F32 : GCHK_F64, counts[k], ALL);
      for (uint64_t seed = 0; seed < SEEDS; seed++)
        expect_none(&t, seed);
    }
  }
}
END_TEST

START_TEST(a_loop_that_ends_early_or_late_is_not_called_so) {
  for (size_t k = 0; k < COUNTS; k++) {
    for (int r = HALF_FORWARD; r < RANGES; r++) {
      for (int is_float = 0; is_float < 2; is_float++) {
        trial t;
        build(&t, (kind)_i, is_float != 0, is_float ? GCHK_F32 : GCHK_F64, counts[k], (range)r);
        // A copy of the first half in both calls has the bytes of float code to the last one.
        for (uint64_t seed = 0; seed < SEEDS && (r != HALF_BOTH || (kind)_i != GATHER); seed++)
          expect_none(&t, seed);
      }
    }
  }
}
END_TEST

START_TEST(long_integers_declared_as_int_are_one_finding) {
  for (size_t k = 1; k < COUNTS; k++) {
    trial t;
    build(&t, MAX_INDEX, true, GCHK_F32, counts[k], ALL);
    t.layer.forward = forward_long;
    t.layer.backward = backward_long;
    expect_one(&t, "int64 code declared i32?", k);
  }
}
END_TEST

START_TEST(it_ends_the_check_of_the_case) {
  for (int is_float = 0; is_float < 2; is_float++) {
    trial t;
    gchk_options check = GCHK_OPTIONS_INIT;
    gchk_result *result = NULL;
    build(&t, SQUARE, is_float != 0, is_float ? GCHK_F64 : GCHK_F32, 8, ALL);
    ck_assert_int_eq(gchk_check_layer(&t.layer, &check, &result, NULL), GCHK_OK);
    ck_assert_int_eq(result->exit_code, 1);
    for (size_t c = 0; c < result->case_count; c++) {
      if (result->cases[c].verdict == GCHK_SKIPPED) // passed over: a shape of its own fails already
        continue;
      ck_assert_int_eq(result->cases[c].verdict, GCHK_FAIL);
      ck_assert_uint_eq(result->cases[c].finding_count, 1);
      ck_assert_uint_eq(result->cases[c].tensor_count, 0);
      ck_assert_str_eq(result->cases[c].findings[0].code, "element-size");
    }
    gchk_result_free(result);
  }
}
END_TEST

static TCase *element_size_tests(void) {
  TCase *tests = tcase_create("element_size");
  tcase_set_timeout(tests, 300);
  tcase_add_loop_test(tests, float_code_declared_double_is_one_finding, 0, KINDS);
  tcase_add_loop_test(tests, double_code_declared_float_is_one_finding, 0, KINDS);
  tcase_add_loop_test(tests, what_is_declared_right_is_not_called_so, 0, KINDS);
  tcase_add_loop_test(tests, a_loop_that_ends_early_or_late_is_not_called_so, 0, KINDS);
  tcase_add_test(tests, long_integers_declared_as_int_are_one_finding);
  tcase_add_test(tests, it_ends_the_check_of_the_case);
  return tests;
}

TEST_MAIN("element_size", element_size_tests)
