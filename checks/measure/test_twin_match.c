/*
 * Twins that compute the same function and those that do not: the same source in float and in double, over seeds. The
 * right ones include what no change of an input by a unit shows (an offset that cancels, a mean that is taken off, a
 * long sum).
 */
#include "measure/twin_match.h"

#include "measure_tests.h"
#include "start/case_instance.h"

enum { SEEDS = 20 };

/* y (N) of x (N), in both precisions; `is_float` tells a body which one it is. */
#define FORWARDS(name, ...)                                                                                            \
  static void name##_in_float(float *y, const float *x, size_t n) {                                                    \
    typedef float real __attribute__((unused));                                                                        \
    enum { is_float = 1 };                                                                                             \
    (void)is_float;                                                                                                    \
    __VA_ARGS__                                                                                                        \
  }                                                                                                                    \
  static void name##_in_double(double *y, const double *x, size_t n) {                                                 \
    typedef double real __attribute__((unused));                                                                       \
    enum { is_float = 0 };                                                                                             \
    (void)is_float;                                                                                                    \
    __VA_ARGS__                                                                                                        \
  }                                                                                                                    \
  static gchk_status name##_single(const gchk_call *c, gchk_error *error) {                                            \
    (void)error;                                                                                                       \
    name##_in_float(c->t[1].value, c->t[0].value, c->t[0].count);                                                      \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status name##_double(const gchk_call *c, gchk_error *error) {                                            \
    (void)error;                                                                                                       \
    name##_in_double(c->t[1].value, c->t[0].value, c->t[0].count);                                                     \
    return GCHK_OK;                                                                                                    \
  }

/* (x + 3000) - 3000: the rounding of the sum is thousands of times that of x. */
FORWARDS(
    offset, for (size_t i = 0; i < n; i++) {
      volatile real sum = x[i] + (real)3000;
      y[i] = sum - (real)3000;
    })

/* x - mean(x), and the sum of these, which is 0 but for rounding. */
FORWARDS(
    centred, real mean = 0, total = 0; for (size_t i = 0; i < n; i++) mean += x[i] / (real)n;
    for (size_t i = 0; i < n; i++) {
      y[i] = x[i] - mean;
      total += y[i];
    } y[0] = total;)

/* Running sums of squares, one after the other: positive terms, so that all errors may be of one sign. */
FORWARDS(
    running, real sum = 0; for (size_t i = 0; i < n; i++) {
      sum += x[i] * x[i];
      y[i] = sum;
    })

/* E[x^2] - E[x]^2 far from zero. */
FORWARDS(
    spread, real a = 0, b = 0; for (size_t i = 0; i < n; i++) {
      const real z = x[i] + 30;
      a += z / (real)n;
      b += z * z / (real)n;
    } for (size_t i = 0; i < n; i++) y[i] = (x[i] + 30 - a) / (real)sqrt((double)(b - a * a));)

/* log softmax with logits about 50. */
FORWARDS(logsoftmax, real sum = 0; for (size_t i = 0; i < n; i++) sum += (real)exp((double)(10 * x[i]));
         for (size_t i = 0; i < n; i++) y[i] = (10 * x[i] + 50) - (50 + (real)log((double)sum));)

/* log(1 - p + 1e-7) where p is 1 in float, and the same with another constant. */
FORWARDS(
    saturated, for (size_t i = 0; i < n; i++) {
      const real z =
          i % 2 == 0 ? 18 * (real)fabs((double)x[i]) / (1 + (real)fabs((double)x[i])) + 8 * x[i] * x[i] : x[i];
      const real p = 1 / (1 + (real)exp(-(double)z));
      y[i] = (real)log((double)(1 - p + (real)1e-7));
    })
FORWARDS(
    other_constant, for (size_t i = 0; i < n; i++) {
      const real z =
          i % 2 == 0 ? 18 * (real)fabs((double)x[i]) / (1 + (real)fabs((double)x[i])) + 8 * x[i] * x[i] : x[i];
      const real p = 1 / (1 + (real)exp(-(double)z));
      y[i] = (real)log((double)(1 - p + (real)(is_float ? 1e-7 : 1e-3)));
    })

/* What is wrong: a factor, one element of many, an index, a constant, an infinity. */
FORWARDS(factor, for (size_t i = 0; i < n; i++) y[i] = x[i] * (is_float ? (real)1.0005 : 1);)
FORWARDS(one_element, for (size_t i = 0; i < n; i++) y[i] = x[i] * x[i]; if (is_float) y[n - 1] += (real)1e-3;)
FORWARDS(neighbour, for (size_t i = 0; i < n; i++) y[i] = x[is_float ? i : (i + 1) % n];)
FORWARDS(constant, for (size_t i = 0; i < n; i++) y[i] = is_float ? 0 : x[i];)
FORWARDS(infinite, for (size_t i = 0; i < n; i++) y[i] = is_float ? x[i] : x[i] / (real)(i > 0);)

static gchk_status nothing(const gchk_call *c, gchk_error *error) {
  (void)c, (void)error;
  return GCHK_OK;
}

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_tensor_spec longer_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N+1"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

static gchk_status match_or_saturate(gchk_callback in_float, gchk_callback in_double, const gchk_tensor_spec *twin_rows,
                                     const char *sizes, uint64_t seed, bool *is_saturated, gchk_error *error) {
  const gchk_layer twin = {.name = "f",
                           .dtype = GCHK_F64,
                           .tensors = twin_rows,
                           .tensor_count = 2,
                           .forward = in_double,
                           .backward = nothing};
  const gchk_layer single = {
      .name = "f", .dtype = GCHK_F32, GCHK_TENSORS(rows), .forward = in_float, .backward = nothing, .twin = &twin};
  const gchk_case of_single = {.name = "f", .layer = &single, .sizes = sizes};
  const gchk_case of_twin = {.name = "f", .layer = &twin, .sizes = sizes};
  const gchk_options options = {.size = sizeof options, .seed = seed};
  gchk_case_work work = {.spec = &of_single, .options = &options, .scratch = gchk_arena_new()};
  gchk_instance *instance = NULL;
  ck_assert_ptr_nonnull(work.scratch);
  ck_assert_int_eq(gchk_case_instance(&of_single, seed, &instance, error), GCHK_OK);
  ck_assert_int_eq(gchk_case_instance(&of_twin, seed, &work.instance, error), GCHK_OK);
  ck_assert_int_eq(gchk_instance_forward(instance, error), GCHK_OK);
  float x[4], y[4];
  memcpy(x, instance->t[0].value, sizeof x);
  memcpy(y, instance->t[1].value, sizeof y);
  gchk_status status = gchk_twin_matches(&work, instance, is_saturated, error);
  ck_assert_mem_eq(x, instance->t[0].value, sizeof x); // the float instance is as it was
  ck_assert_mem_eq(y, instance->t[1].value, sizeof y);
  gchk_instance_free(instance);
  gchk_instance_free(work.instance);
  gchk_arena_free(work.scratch);
  return status;
}

/* Nothing here saturates. */
static gchk_status match(gchk_callback in_float, gchk_callback in_double, const gchk_tensor_spec *twin_rows,
                         const char *sizes, uint64_t seed, gchk_error *error) {
  bool is_saturated = false;
  gchk_status status = match_or_saturate(in_float, in_double, twin_rows, sizes, seed, &is_saturated, error);
  ck_assert(!is_saturated);
  return status;
}

#define PAIR(name)                                                                                                     \
  { #name, name##_single, name##_double }
typedef struct function {
  const char *name;
  gchk_callback in_float, in_double;
} function;

START_TEST(the_same_function_is_accepted) {
  static const function functions[] = {PAIR(offset), PAIR(centred), PAIR(running), PAIR(spread), PAIR(logsoftmax)};
  static const char *const sizes[] = {"N=4", "N=37", "N=20000"};
  for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++)
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
      for (uint64_t seed = 0; seed < SEEDS; seed++) {
        gchk_error error = {GCHK_OK, ""};
        ck_assert_msg(match(functions[f].in_float, functions[f].in_double, rows, sizes[s], seed, &error) == GCHK_OK,
                      "%s %s seed %d: %s", functions[f].name, sizes[s], (int)seed, error.message);
      }
}
END_TEST

START_TEST(another_function_is_refused) {
  static const function functions[] = {PAIR(factor), PAIR(one_element), PAIR(neighbour), PAIR(constant),
                                       PAIR(infinite)};
  for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++)
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      gchk_error error = {GCHK_OK, ""};
      gchk_status status = match(functions[f].in_float, functions[f].in_double, rows, "N=37", seed, &error);
      ck_assert_msg(status == GCHK_INVALID, "%s seed %d is accepted", functions[f].name, (int)seed);
      ck_assert_ptr_nonnull(strstr(error.message, "its double twin computes something else: y["));
    }
}
END_TEST

/* The same function beside one of another family: rounding of one explains nothing of the other. */
START_TEST(functions_that_are_near_are_refused) {
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_error error = {GCHK_OK, ""};
    ck_assert_int_eq(match(spread_single, centred_double, rows, "N=37", seed, &error), GCHK_INVALID);
    ck_assert_int_eq(match(running_single, logsoftmax_double, rows, "N=37", seed, &error), GCHK_INVALID);
  }
}
END_TEST

/* Float that saturates is told from another function by what both are at smaller values. */
START_TEST(a_saturated_float_layer_is_neither_the_same_nor_another) {
  size_t saturated = 0;
  for (uint64_t seed = 0; seed < 2 * SEEDS; seed++) {
    gchk_error error = {GCHK_OK, ""};
    bool is_saturated = false;
    ck_assert_msg(match_or_saturate(saturated_single, saturated_double, rows, "N=4", seed, &is_saturated, &error) ==
                      GCHK_OK,
                  "seed %d: %s", (int)seed, error.message);
    saturated += is_saturated;
    ck_assert_int_eq(match(other_constant_single, other_constant_double, rows, "N=4", seed, &error), GCHK_INVALID);
  }
  ck_assert_uint_gt(saturated, 0);
}
END_TEST

START_TEST(the_output_that_differs_most_is_named) {
  gchk_error error = {GCHK_OK, ""};
  ck_assert_int_eq(match(one_element_single, one_element_double, rows, "N=37", 0, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "y[36] is "));
  ck_assert_ptr_nonnull(strstr(error.message, "(1 of 37 outputs"));
}
END_TEST

START_TEST(other_shapes_are_refused) {
  gchk_error error = {GCHK_OK, ""};
  ck_assert_int_eq(match(factor_single, factor_double, longer_rows, "N=37", 0, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(
      strstr(error.message, "the tensor x of its double twin is input of 38 elements, not input of 37"));
}
END_TEST

TCase *twin_match_tests(void) {
  TCase *tests = tcase_create("twin_match");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, the_same_function_is_accepted);
  tcase_add_test(tests, another_function_is_refused);
  tcase_add_test(tests, functions_that_are_near_are_refused);
  tcase_add_test(tests, a_saturated_float_layer_is_neither_the_same_nor_another);
  tcase_add_test(tests, the_output_that_differs_most_is_named);
  tcase_add_test(tests, other_shapes_are_refused);
  return tests;
}
