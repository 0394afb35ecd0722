/*
 * What only shows where the user did not look: far from the mean, at the end of a range, at another value of an option,
 * at a large size, at a singular matrix. Each layer is right, or wrong there alone, in f64 and in f32; nothing is declared
 * of it but what its kind needs.
 */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "gradcheck/check.h"
#include "main.h"

static bool is_wrong; // of the layer that is checked

static double value(const gchk_call *c, size_t t, size_t e) {
  return gchk_tensor_get(&c->t[t], c->t[t].value, e);
}

static double upstream(const gchk_call *c, size_t t, size_t e) {
  return gchk_tensor_get(&c->t[t], c->t[t].grad, e);
}

static void put(const gchk_call *c, size_t t, size_t e, double x) {
  gchk_tensor_set(&c->t[t], c->t[t].value, e, x);
}

static void put_gradient(const gchk_call *c, size_t t, size_t e, double x) {
  gchk_tensor_set(&c->t[t], c->t[t].grad, e, x);
}

/* Element by element: y = f(x, option), and its slope. */
typedef struct formula {
  double (*f)(double x, const double *option);
  double (*slope)(double x, const double *option);
} formula;

static const formula *formula_of(const gchk_call *c) {
  return c->layer->user;
}

GCHK_CALLBACK(apply, {
  for (size_t e = 0; e < c->t[0].count; e++)
    put(c, 1, e, formula_of(c)->f(value(c, 0, e), c->option));
})
GCHK_CALLBACK(apply_back, {
  for (size_t e = 0; e < c->t[0].count; e++)
    put_gradient(c, 0, e, upstream(c, 1, e) * formula_of(c)->slope(value(c, 0, e), c->option));
})

static double gelu(double x, const double *option) {
  (void)option;
  return x / 2 * erfc(-x / sqrt(2));
}

static double gelu_slope(double x, const double *option) {
  (void)option;
  if (is_wrong && fabs(x) > 3) // a tail that was meant to be good enough
    return x > 0 ? 1 : 0;
  return erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * acos(-1.0));
}

static double power(double x, const double *option) {
  return pow(x, option[0]);
}

static double power_slope(double x, const double *option) {
  return is_wrong ? 2 * x : option[0] * pow(x, option[0] - 1);
}

static double huber(double x, const double *option) {
  const double d = option[0];
  return fabs(x) <= d ? x * x / 2 : d * (fabs(x) - d / 2);
}

static double huber_slope(double x, const double *option) {
  const double d = is_wrong ? 1 : option[0];
  return fmax(-d, fmin(d, x));
}

static double clamp(double x, const double *option) {
  return fmax(option[0], fmin(option[1], x));
}

static double clamp_slope(double x, const double *option) {
  return x > option[0] && x < (is_wrong ? 1 : option[1]) ? 1 : 0;
}

static double root_of_sigmoid(double x, const double *option) {
  (void)option;
  return sqrt(1 / (1 + exp(-x)));
}

static double root_of_sigmoid_slope(double x, const double *option) {
  const double s = 1 / (1 + exp(-x));
  (void)option;
  if (is_wrong) // 0 times infinity, once 1 - s is 1
    return (1 - s) * s / (2 * sqrt(1 - (double)(float)(1 - s)));
  return sqrt(s) * (1 - s) / 2;
}

static double ramp(double x, const double *option) {
  (void)option;
  return fmax(0, fmin(1, x));
}

static double ramp_slope(double x, const double *option) {
  (void)option;
  const bool is_at_end = !(x < 1) && !(x > 1);
  return is_at_end ? is_wrong ? -1 : 1 : x >= 0 && x < 1;
}

static double square(double x, const double *option) {
  (void)option;
  return x * x;
}

static double square_slope(double x, const double *option) {
  (void)option;
  return 2 * x;
}

/* Blocks of 64 and what is left: that is dropped where there is a whole block. */
GCHK_CALLBACK(blocks_back, {
  const size_t n = c->t[0].count;
  for (size_t e = 0; e < n; e++) {
    const bool is_dropped = is_wrong && n > 64 && e >= n - n % 64;
    put_gradient(c, 0, e, is_dropped ? 0 : upstream(c, 1, e) * 2 * value(c, 0, e));
  }
})

/* Determinants of 2 x 2 matrices. */
GCHK_CALLBACK(determinants, {
  for (size_t b = 0; b < c->t[1].count; b++)
    put(c, 1, b, value(c, 0, 4 * b) * value(c, 0, 4 * b + 3) - value(c, 0, 4 * b + 1) * value(c, 0, 4 * b + 2));
})
GCHK_CALLBACK(determinants_back, {
  static const size_t partner[] = {3, 2, 1, 0};
  for (size_t b = 0; b < c->t[1].count; b++) {
    const double det = value(c, 1, b);
    for (size_t k = 0; k < 4; k++) {
      const double cofactor = (k == 0 || k == 3 ? 1 : -1) * value(c, 0, 4 * b + partner[k]);
      put_gradient(c, 0, 4 * b + k, upstream(c, 1, b) * (is_wrong ? det * (cofactor / det) : cofactor));
    }
  }
})

/* y[i] = w[index[i]]; the last row of the table gets nothing. */
GCHK_CALLBACK(look_up, {
  for (size_t i = 0; i < c->t[1].count; i++)
    put(c, 2, i, value(c, 0, (size_t)value(c, 1, i)));
})
GCHK_CALLBACK(look_up_back, {
  for (size_t v = 0; v < c->t[0].count; v++)
    put_gradient(c, 0, v, 0);
  for (size_t i = 0; i < c->t[1].count; i++) {
    const size_t v = (size_t)value(c, 1, i);
    if (!is_wrong || v + 1 < c->t[0].count)
      put_gradient(c, 0, v, upstream(c, 0, v) + upstream(c, 2, i));
  }
})

static const gchk_tensor_spec plain[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_tensor_spec positive[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .fill = {.kind = GCHK_FILL_POSITIVE}),
                                            GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_tensor_spec to_one[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0, .b = 1}),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_tensor_spec squares[] = {GCHK_TENSOR("a", GCHK_INPUT, "B 2 2"), GCHK_TENSOR("det", GCHK_OUTPUT, "B")};
static const gchk_tensor_spec table[] = {GCHK_TENSOR("w", GCHK_PARAMETER, "V"),
                                         GCHK_TENSOR("index", GCHK_INDEX, "N", .fill = {.below = "V"}),
                                         GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec exponent[] = {{"p", 2, 0, 5, "the exponent"}};
static const gchk_option_spec delta[] = {{"delta", 1, 0, 10, "where it becomes linear"}};
static const gchk_option_spec bounds[] = {{"low", -1, -5, 0, "lower bound"}, {"high", 1, 0, 5, "upper bound"}};

static formula gelus = {gelu, gelu_slope}, powers = {power, power_slope}, hubers = {huber, huber_slope},
               clamps = {clamp, clamp_slope}, roots = {root_of_sigmoid, root_of_sigmoid_slope},
               ramps = {ramp, ramp_slope}, parabolas = {square, square_slope};

#define LAYER(layer_name, rows, forward_, backward_, formula_, ...)                                                    \
  {                                                                                                                    \
    .name = (layer_name), GCHK_HERE, GCHK_TENSORS(rows), .forward = (forward_), .backward = (backward_),               \
    .user = (formula_), __VA_ARGS__                                                                                    \
  }

static const gchk_layer layers[] = {
    LAYER("gelu", plain, apply, apply_back, &gelus, .flags = 0),
    LAYER("power", positive, apply, apply_back, &powers, GCHK_OPTION_TABLE(exponent)),
    LAYER("huber", plain, apply, apply_back, &hubers, GCHK_OPTION_TABLE(delta)),
    LAYER("clamp", plain, apply, apply_back, &clamps, GCHK_OPTION_TABLE(bounds)),
    LAYER("root of sigmoid", plain, apply, apply_back, &roots, .flags = 0),
    LAYER("ramp", to_one, apply, apply_back, &ramps, .flags = 0),
    LAYER("blocks", plain, apply, blocks_back, &parabolas, .flags = 0),
    LAYER("determinants", squares, determinants, determinants_back, NULL, .flags = 0),
    LAYER("table", table, look_up, look_up_back, NULL, .flags = 0),
};
enum { LAYERS = sizeof layers / sizeof layers[0], SEEDS = 3 };

static gchk_result *check(const gchk_layer *layer, uint64_t seed, bool isolate) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  options.seed = seed;
  options.isolate = isolate;
  options.timeout_s = 60;
  ck_assert_msg(gchk_check_layer(layer, &options, &result, &error) == GCHK_OK, "%s", error.message);
  return result;
}

START_TEST(a_mistake_beside_the_usual_values_is_found_and_right_code_passes) {
  gchk_layer layer = layers[_i / 2];
  layer.dtype = _i % 2 == 0 ? GCHK_F64 : GCHK_F32;
  for (uint64_t seed = 0; seed < SEEDS; seed++)
    for (int wrong = 0; wrong < 2; wrong++) {
      is_wrong = wrong != 0;
      gchk_result *result = check(&layer, seed, false);
      ck_assert_msg(result->exit_code == wrong, "%s, %s, seed %d, %s: exit code %d", layer.name,
                    gchk_dtype_name(layer.dtype), (int)seed, wrong ? "wrong" : "right", result->exit_code);
      gchk_result_free(result);
    }
}
END_TEST

static bool has_note(const gchk_result *result, const char *case_end) {
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    const size_t length = strlen(c->name), end = strlen(case_end);
    if (length >= end && strcmp(c->name + length - end, case_end) == 0 && c->verdict == GCHK_SKIPPED &&
        c->finding_count == 1 && c->findings[0].is_note && strcmp(c->findings[0].code, "choice-dropped") == 0)
      return true;
  }
  return false;
}

typedef enum behaviour { CRASHES, REFUSES, OVERFLOWS } behaviour;
static behaviour forward_at_zero;
static bool backward_crashes;

static gchk_status divide(const gchk_call *c, gchk_error *error) {
  const double by = c->option[0];
  if (!(by > 0) && forward_at_zero == CRASHES)
    (void)raise(SIGSEGV);
  if (!(by > 0) && forward_at_zero == REFUSES)
    return gchk_fail(error, GCHK_INVALID, "a divisor of 0");
  for (size_t e = 0; e < c->t[0].count; e++)
    put(c, 1, e, value(c, 0, e) / by);
  return GCHK_OK;
}

GCHK_CALLBACK(divide_back, {
  if (backward_crashes && c->option[0] > 1)
    (void)raise(SIGSEGV);
  for (size_t e = 0; e < c->t[0].count; e++)
    put_gradient(c, 0, e, upstream(c, 1, e) / c->option[0]);
})

START_TEST(what_forward_cannot_do_is_dropped_with_a_note_and_a_crash_of_backward_is_not) {
  static const gchk_option_spec divisor[] = {{"by", 1, 0, 4, "what is divided by"}};
  const gchk_layer layer =
      LAYER("divide", plain, divide, divide_back, NULL, GCHK_OPTION_TABLE(divisor), .dtype = GCHK_F64);
  for (int how = CRASHES; how <= OVERFLOWS; how++) {
    forward_at_zero = (behaviour)how;
    backward_crashes = false;
    gchk_result *result = check(&layer, 0, true);
    ck_assert_int_eq(result->exit_code, 0);
    ck_assert_msg(has_note(result, "/option-by=0"), "no note of behaviour %d", how);
    gchk_result_free(result);
  }
  forward_at_zero = REFUSES;
  backward_crashes = true;
  gchk_result *result = check(&layer, 0, true);
  ck_assert_int_eq(result->exit_code, 3);
  gchk_result_free(result);
}
END_TEST

static double root(double x, const double *option) {
  (void)option;
  return sqrt(x);
}

static double root_slope(double x, const double *option) {
  (void)option;
  return 1 / (2 * sqrt(x));
}

static double bell(double x, const double *option) {
  (void)option;
  return exp(x * x);
}

static double bell_slope(double x, const double *option) {
  (void)option;
  return 2 * x * exp(x * x);
}

START_TEST(right_code_at_the_end_of_its_domain_or_beyond_its_precision_passes) {
  static formula ends[] = {{root, root_slope}, {bell, bell_slope}};
  for (int k = 0; k < 4; k++) {
    const gchk_layer layer = {.name = k / 2 == 0 ? "root" : "bell",
                              GCHK_HERE,
                              .dtype = k % 2 == 0 ? GCHK_F64 : GCHK_F32,
                              .tensors = k / 2 == 0 ? to_one : plain,
                              .tensor_count = 2,
                              .forward = apply,
                              .backward = apply_back,
                              .user = &ends[k / 2]};
    gchk_result *result = check(&layer, 0, false);
    ck_assert_msg(result->exit_code == 0, "%s, %s: exit code %d", layer.name, gchk_dtype_name(layer.dtype),
                  result->exit_code);
    gchk_result_free(result);
  }
}
END_TEST

/*
 * Softmax by exp(x - log sum exp x), in floats. The logarithm is as large as x, so it is rounded by more than a small
 * derivative moves it, and no output shows that: the steps are on one of its treads.
 */
GCHK_CALLBACK(log_softmax, {
  const size_t columns = c->t[0].shape.dim[1];
  const float *x = c->t[0].value;
  float *y = c->t[1].value;
  for (size_t e = 0; e < c->t[0].count; e += columns, x += columns, y += columns) {
    float most = x[0], sum = 0;
    for (size_t k = 1; k < columns; k++)
      most = fmaxf(most, x[k]);
    for (size_t k = 0; k < columns; k++)
      sum += expf(x[k] - most);
    const float all = most + logf(sum);
    for (size_t k = 0; k < columns; k++)
      y[k] = expf(x[k] - all);
  }
})
GCHK_CALLBACK(log_softmax_back, {
  const size_t columns = c->t[0].shape.dim[1];
  const float *y = c->t[1].value, *dy = c->t[1].grad;
  float *dx = c->t[0].grad;
  for (size_t e = 0; e < c->t[0].count; e += columns, dx += columns, y += columns, dy += columns) {
    float sum = 0;
    for (size_t k = 0; k < columns; k++)
      sum += dy[k] * y[k];
    for (size_t k = 0; k < columns; k++)
      dx[k] = y[k] * (is_wrong ? 1.05F * dy[k] - sum : dy[k] - sum);
  }
})

START_TEST(float_code_that_rounds_values_in_between_is_not_accused) {
  static const double means[] = {0, 20, 50, 200, 1000};
  const double mean = means[_i];
  const gchk_tensor_spec rows[] = {
      GCHK_TENSOR("x", GCHK_INPUT, "4 8", .fill = {.kind = GCHK_FILL_NORMAL, .a = mean, .b = 3}),
      GCHK_TENSOR("y", GCHK_OUTPUT, "4 8")};
  const gchk_layer layer =
      LAYER("log softmax", rows, log_softmax, log_softmax_back, NULL, .dtype = GCHK_F32, .sizes = "");
  for (uint64_t seed = 0; seed < 8; seed++)
    for (int wrong = 0; wrong < 2; wrong++) {
      is_wrong = wrong != 0;
      gchk_result *result = check(&layer, seed, false);
      ck_assert_msg((result->exit_code == 1) == is_wrong, "mean %g, seed %d, %s: exit code %d", mean, (int)seed,
                    wrong ? "wrong" : "right", result->exit_code);
      gchk_result_free(result);
    }
}
END_TEST

static uint64_t elements_of(const gchk_result *result, bool is_varied) {
  uint64_t count = 0;
  for (size_t i = 0; i < result->case_count; i++) {
    const char *slash = strrchr(result->cases[i].name, '/');
    const bool is_own = strcmp(slash, "/distinct") == 0 || strcmp(slash, "/square") == 0 ||
                        strcmp(slash, "/single") == 0 || strcmp(slash, "/remainder") == 0;
    for (size_t k = 0; k < result->cases[i].tensor_count; k++)
      count += is_own != is_varied ? result->cases[i].tensors[k].checked : 0;
  }
  return count;
}

/* y = x + w + (x of the other batch): many names, so that there is much to choose. */
GCHK_CALLBACK(add, {
  for (size_t e = 0; e < c->t[2].count; e++)
    put(c, 2, e, value(c, 0, e) + value(c, 1, e % c->t[1].count));
})
GCHK_CALLBACK(add_back, {
  for (size_t e = 0; e < c->t[1].count; e++)
    put_gradient(c, 1, e, 0);
  for (size_t e = 0; e < c->t[2].count; e++) {
    put_gradient(c, 0, e, upstream(c, 2, e));
    put_gradient(c, 1, e % c->t[1].count, upstream(c, 1, e % c->t[1].count) + upstream(c, 2, e));
  }
})

START_TEST(what_is_varied_is_bounded_by_what_the_layer_s_own_shapes_cost) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "A B C D"),
                                          GCHK_TENSOR("w", GCHK_PARAMETER, "C D"),
                                          GCHK_TENSOR("y", GCHK_OUTPUT, "A B C D")};
  const gchk_layer layer = LAYER("add", rows, add, add_back, NULL, .dtype = GCHK_F64);
  gchk_result *result = check(&layer, 0, false);
  ck_assert_int_eq(result->exit_code, 0);
  ck_assert_uint_gt(elements_of(result, true), 0);
  ck_assert_uint_le(elements_of(result, true), 2 * elements_of(result, false));
  gchk_result_free(result);
}
END_TEST

/* y = x^2, in float by blocks, which the double twin knows nothing of: of s x^2, and of what backward takes for s. */
enum { BLOCK = 8 };
static double of_block, taken_for;
static double block_factor(const gchk_call *c, size_t e, double factor) {
  return c->t[0].dtype == GCHK_F32 && e < c->t[0].count / BLOCK * BLOCK ? factor : 1;
}
GCHK_CALLBACK(square_blocks, {
  for (size_t e = 0; e < c->t[0].count; e++)
    put(c, 1, e, block_factor(c, e, of_block) * value(c, 0, e) * value(c, 0, e));
})
GCHK_CALLBACK(square_blocks_back, {
  for (size_t e = 0; e < c->t[0].count; e++)
    put_gradient(c, 0, e, block_factor(c, e, taken_for) * 2 * value(c, 0, e) * upstream(c, 1, e));
})

// Is a case of this name's end checked, without the twin if so said?
static bool is_checked(const gchk_result *result, const char *case_end, bool without_twin) {
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    const size_t length = strlen(c->name), end = strlen(case_end);
    if (length < end || strcmp(c->name + length - end, case_end) != 0 || c->verdict == GCHK_SKIPPED)
      continue;
    bool has = false;
    for (size_t k = 0; k < c->finding_count; k++)
      has = has || strcmp(c->findings[k].code, "twin-set-aside") == 0;
    return has == without_twin;
  }
  return false;
}

START_TEST(a_path_that_the_twin_lacks_is_checked_without_it) {
  static const gchk_tensor_spec vectors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
  static const struct {
    double of_block, taken_for;
    bool is_twin_other;
    int exit_code;
  } rows[] = {{1, 1, false, 0}, {1.1, 1.1, true, 0}, {1.1, 1, true, 1}, {1, 1.1, false, 1}};
  static const char *const varied[] = {"/tails", "/saturated", "/N-131"};
  const gchk_layer twin = LAYER("square", vectors, square_blocks, square_blocks_back, NULL, .dtype = GCHK_F64);
  const gchk_layer layer =
      LAYER("square", vectors, square_blocks, square_blocks_back, NULL, .dtype = GCHK_F32, .twin = &twin);
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    of_block = rows[k].of_block;
    taken_for = rows[k].taken_for;
    gchk_result *result = check(&layer, (uint64_t)_i, false);
    ck_assert_msg(result->exit_code == rows[k].exit_code, "row %zu: exit code %d", k, result->exit_code);
    for (size_t n = 0; n < sizeof varied / sizeof varied[0]; n++)
      ck_assert_msg(is_checked(result, varied[n], rows[k].is_twin_other), "row %zu, %s", k, varied[n]);
    gchk_result_free(result);
  }
}
END_TEST

static TCase *exposure_tests(void) {
  TCase *tests = tcase_create("exposure");
  tcase_set_timeout(tests, 300);
  tcase_add_loop_test(tests, a_mistake_beside_the_usual_values_is_found_and_right_code_passes, 0, 2 * LAYERS);
  tcase_add_test(tests, what_forward_cannot_do_is_dropped_with_a_note_and_a_crash_of_backward_is_not);
  tcase_add_test(tests, right_code_at_the_end_of_its_domain_or_beyond_its_precision_passes);
  tcase_add_loop_test(tests, float_code_that_rounds_values_in_between_is_not_accused, 0, 5);
  tcase_add_loop_test(tests, a_path_that_the_twin_lacks_is_checked_without_it, 0, SEEDS);
  tcase_add_test(tests, what_is_varied_is_bounded_by_what_the_layer_s_own_shapes_cost);
  return tests;
}

TEST_MAIN("exposure", exposure_tests)
