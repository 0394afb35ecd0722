/* Who calls a surrogate, and when a forward is taken for a staircase: both sides of each. */
#include <math.h>
#include <string.h>

#include "gradcheck/gradcheck.h"
#include "main.h"

enum { N = 7 };

/* How often each function was called, in the layer's `user`. */
typedef struct counts {
  size_t forward, backward, surrogate;
} counts;

static counts *counts_of(const gchk_call *c) {
  return c->layer->user;
}

static void times(const double *x, const double *w, double *y, bool rounds) {
  for (size_t i = 0; i < N; i++)
    y[i] = w[i] * (rounds ? rint(x[i]) : x[i]);
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  counts_of(c)->forward++;
  times(c->t[0].value, c->t[1].value, c->t[2].value, true);
  return GCHK_OK;
}

static gchk_status surrogate(const gchk_call *c, gchk_error *error) {
  (void)error;
  counts_of(c)->surrogate++;
  times(c->t[0].value, c->t[1].value, c->t[2].value, false);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  const double *x = c->t[0].value, *w = c->t[1].value, *dy = c->t[2].grad;
  (void)error;
  counts_of(c)->backward++;
  for (size_t i = 0; i < N; i++) {
    ((double *)c->t[0].grad)[i] = w[i] * dy[i];
    ((double *)c->t[1].grad)[i] = rint(x[i]) * dy[i];
  }
  return GCHK_OK;
}

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .surrogate = surrogate),
                                        GCHK_TENSOR("w", GCHK_PARAMETER, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

static gchk_layer layer_with(counts *count) {
  return (gchk_layer){.name = "rounded",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(rows),
                      .forward = forward,
                      .backward = backward,
                      .sizes = "N=7",
                      .user = count};
}

static gchk_result *check_one(const gchk_layer *layer, const gchk_tensor_setting *settings, size_t setting_count,
                              bool probes) {
  const gchk_case one = {
      .name = "one", .layer = layer, .sizes = "N=7", .settings = settings, .setting_count = setting_count};
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error;
  options.probes = probes;
  ck_assert_msg(gchk_check_cases(&one, 1, &options, &result, &error) == GCHK_OK, "%s", error.message);
  return result;
}

START_TEST(differences_of_that_tensor_alone_call_it) {
  counts count = {0};
  const gchk_layer layer = layer_with(&count);
  const gchk_tensor_setting without_x = {.name = "x", .skip = true}, without_w = {.name = "w", .skip = true};
  gchk_result *result = check_one(&layer, &without_x, 1, true);
  ck_assert_int_eq(result->exit_code, 0);
  ck_assert_uint_eq(count.surrogate, 0); // probes, outputs, backward, and the differences of w
  gchk_result_free(result);
  result = check_one(&layer, &without_w, 1, false);
  ck_assert_int_eq(result->exit_code, 0);
  ck_assert_uint_gt(count.surrogate, 4 * N);
  gchk_result_free(result);
}
END_TEST

START_TEST(the_output_that_is_told_is_forward_s) {
  static const double x[N] = {0.4, 1.4, 2.4, -0.4, -1.4, 3.4, 4.4}, w[N] = {1, 1, 1, 1, 1, 1, 1};
  static const double y[N] = {0, 1, 2, 0, -1, 3, 4};
  counts count = {0};
  const gchk_layer layer = layer_with(&count);
  const gchk_tensor_setting settings[] = {
      {.size = sizeof(gchk_tensor_setting), .name = "x", .fill = {GCHK_FILL_VALUES, .values = x, .value_count = N}},
      {.size = sizeof(gchk_tensor_setting), .name = "w", .fill = {GCHK_FILL_VALUES, .values = w, .value_count = N}},
      {.size = sizeof(gchk_tensor_setting), .name = "y", .expected_value = y, .expected_value_count = N}};
  gchk_result *result = check_one(&layer, settings, 3, true);
  ck_assert_int_eq(result->exit_code, 0);
  gchk_result_free(result);
}
END_TEST

/* Layers of one input whose backward is 1: wrong everywhere, and a staircase or not. */
typedef double (*function)(double x);

static gchk_status apply(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = (*(const function *)c->layer->user)(((const double *)c->t[0].value)[i]);
  return GCHK_OK;
}

static gchk_status identity(const gchk_call *c, gchk_error *error) {
  (void)error;
  memcpy(c->t[0].grad, c->t[1].grad, c->t[0].count * sizeof(double));
  return GCHK_OK;
}

static double rounded(double x) {
  return rint(4 * x) / 4;
}
static double sign(double x) {
  return x < 0 ? -1 : 1;
}
static double rectified(double x) {
  return x > 0 ? x : 0;
}
static double capped(double x) {
  return x > 0.5 ? 0.5 : x < -0.5 ? -0.5 : x;
}
static double constant(double x) {
  return 0 * x + 3;
}
static double swallowed(double x) {
  return 1e17 + x; // goes up by units of its last digit
}
static double sawtooth(double x) {
  return x - floor(4 * x) / 4;
}

static bool is_called_a_staircase(function f, uint64_t seed) {
  static const gchk_tensor_spec of_one[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
  const gchk_layer layer = {.name = "function",
                            .dtype = GCHK_F64,
                            GCHK_TENSORS(of_one),
                            .forward = apply,
                            .backward = identity,
                            .sizes = "N=9",
                            .user = &f};
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  bool is_called = false;
  options.seed = seed;
  ck_assert_int_eq(gchk_check_layer(&layer, &options, &result, NULL), GCHK_OK);
  for (size_t c = 0; c < result->case_count; c++)
    for (size_t t = 0; t < result->cases[c].tensor_count; t++)
      for (size_t k = 0; k < result->cases[c].tensors[t].finding_count; k++)
        is_called = is_called || strcmp(result->cases[c].tensors[t].findings[k].code, "straight-through") == 0;
  gchk_result_free(result);
  return is_called;
}

START_TEST(staircases_are_told_from_what_is_flat_in_parts) {
  static const function stairs[] = {rounded, sign}, others[] = {rectified, capped, constant, swallowed, sawtooth};
  for (uint64_t seed = 0; seed < 20; seed++) {
    for (size_t i = 0; i < sizeof stairs / sizeof stairs[0]; i++)
      ck_assert_msg(is_called_a_staircase(stairs[i], seed), "staircase %zu, seed %d", i, (int)seed);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
      ck_assert_msg(!is_called_a_staircase(others[i], seed), "function %zu, seed %d", i, (int)seed);
  }
}
END_TEST

/* Sums of x by a key that is a real input: whole numbers, and backward gives it 0. */
typedef enum key_kind { CUT, ROUNDED, SMOOTH } key_kind;

/* Which of the three sums: keys beyond either end belong to the sum at that end. */
static size_t whole(double key, key_kind kind) {
  return (size_t)fmin(fmax(kind == ROUNDED ? rint(key) : key, 0), 2);
}

static gchk_status sum_by_key(const gchk_call *c, gchk_error *error) {
  const double *x = c->t[0].value, *key = c->t[1].value;
  double *y = c->t[2].value;
  const key_kind kind = *(const key_kind *)c->layer->user;
  (void)error;
  for (size_t k = 0; k < 3; k++) {
    y[k] = 0;
    for (size_t i = 0; i < 6; i++)
      y[k] += kind == SMOOTH ? x[i] * cos(key[i] * (double)k) : whole(key[i], kind) == k ? x[i] : 0;
  }
  return GCHK_OK;
}

static gchk_status back_by_key(const gchk_call *c, gchk_error *error) {
  const double *key = c->t[1].value, *dy = c->t[2].grad;
  const key_kind kind = *(const key_kind *)c->layer->user;
  (void)error;
  for (size_t i = 0; i < 6; i++) {
    double sum = 0;
    for (size_t k = 0; k < 3 && kind == SMOOTH; k++)
      sum += dy[k] * cos(key[i] * (double)k);
    ((double *)c->t[0].grad)[i] = kind == SMOOTH ? sum : dy[whole(key[i], kind)];
    ((double *)c->t[1].grad)[i] = 0;
  }
  return GCHK_OK;
}

static bool is_called_integer(key_kind kind) {
  static const double keys[] = {0, 2, 1, 1, 0, 2};
  static const gchk_tensor_spec of_three[] = {
      GCHK_TENSOR("x", GCHK_INPUT, "6"),
      GCHK_TENSOR("key", GCHK_INPUT, "6", .fill = {GCHK_FILL_VALUES, .values = keys, .value_count = 6}),
      GCHK_TENSOR("y", GCHK_OUTPUT, "3")};
  const gchk_layer layer = {.name = "by key",
                            .dtype = GCHK_F64,
                            GCHK_TENSORS(of_three),
                            .forward = sum_by_key,
                            .backward = back_by_key,
                            .sizes = "N=1",
                            .user = &kind};
  gchk_result *result = NULL;
  bool is_called = false;
  ck_assert_int_eq(gchk_check_layer(&layer, NULL, &result, NULL), GCHK_OK);
  for (size_t c = 0; c < result->case_count; c++)
    for (size_t t = 0; t < result->cases[c].tensor_count; t++)
      for (size_t k = 0; k < result->cases[c].tensors[t].finding_count; k++)
        is_called = is_called || strcmp(result->cases[c].tensors[t].findings[k].code, "integer-valued") == 0;
  ck_assert_int_eq(result->exit_code, kind == SMOOTH ? 1 : 5);
  gchk_result_free(result);
  return is_called;
}

START_TEST(whole_numbers_are_hinted_at_where_forward_jumps_at_them) {
  ck_assert(is_called_integer(CUT));
  ck_assert(is_called_integer(ROUNDED));
  ck_assert(!is_called_integer(SMOOTH));
}
END_TEST

/* y_i = w_ik of the largest x_ik: a jump where x passes the largest, at a whole number by chance only. */
enum { OF_ROW = 5, ROWS = 3 };

static size_t largest_of(const double *x) {
  size_t at = 0;
  for (size_t k = 1; k < OF_ROW; k++)
    at = x[k] > x[at] ? k : at;
  return at;
}

static gchk_status pick(const gchk_call *c, gchk_error *error) {
  const double *x = c->t[0].value, *w = c->t[1].value;
  (void)error;
  for (size_t i = 0; i < ROWS; i++)
    ((double *)c->t[2].value)[i] = w[i * OF_ROW + largest_of(x + i * OF_ROW)];
  return GCHK_OK;
}

static gchk_status back_to_picked(const gchk_call *c, gchk_error *error) {
  const double *x = c->t[0].value, *dy = c->t[2].grad;
  (void)error;
  for (size_t i = 0; i < ROWS * OF_ROW; i++) {
    ((double *)c->t[0].grad)[i] = 0;
    ((double *)c->t[1].grad)[i] = i % OF_ROW == largest_of(x + i - i % OF_ROW) ? dy[i / OF_ROW] : 0;
  }
  return GCHK_OK;
}

START_TEST(what_turns_near_a_whole_number_is_no_whole_number) {
  static const gchk_tensor_spec of_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "3 5", .fill = {.kind = GCHK_FILL_DISTINCT}),
                                             GCHK_TENSOR("w", GCHK_INPUT, "3 5"), GCHK_TENSOR("y", GCHK_OUTPUT, "3")};
  const gchk_layer layer = {.name = "largest of a row",
                            .dtype = GCHK_F64,
                            GCHK_TENSORS(of_rows),
                            .forward = pick,
                            .backward = back_to_picked,
                            .sizes = "N=1"};
  for (uint64_t seed = 0; seed < 40; seed++) {
    gchk_options options = GCHK_OPTIONS_INIT;
    gchk_result *result = NULL;
    options.seed = seed;
    ck_assert_int_eq(gchk_check_layer(&layer, &options, &result, NULL), GCHK_OK);
    for (size_t c = 0; c < result->case_count; c++)
      for (size_t k = 0; k < result->cases[c].tensors[0].finding_count; k++)
        ck_assert_msg(strcmp(result->cases[c].tensors[0].findings[k].code, "integer-valued") != 0, "seed %d",
                      (int)seed);
    gchk_result_free(result);
  }
}
END_TEST

/*
 * A surrogate that clips at 1, of stairs or of a sign, with the clip's mask in backward or without; and one that does not
 * clip, without the mask. What a surrogate is flat for is no staircase.
 */
enum { WIDE = 24 };
typedef struct estimator {
  bool is_sign, clips, has_mask, is_right;
} estimator;
static const estimator estimators[] = {
    {true, true, true, true},   {false, true, true, true},   {true, false, false, true},  {false, false, false, true},
    {true, true, false, false}, {false, true, false, false}, {false, false, true, false}, {true, false, true, false}};
enum { ESTIMATORS = sizeof estimators / sizeof estimators[0] };

static double clipped(double x) {
  return fmin(fmax(x, -1), 1);
}

#define ESTIMATOR(real, id)                                                                                            \
  static gchk_status id##_forward(const gchk_call *c, gchk_error *error) {                                             \
    const estimator *e = c->layer->user;                                                                               \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < WIDE; i++) {                                                                                \
      const double x = (double)((const real *)c->t[0].value)[i];                                                       \
      ((real *)c->t[1].value)[i] = (real)(e->is_sign ? sign(x) : rounded(e->clips ? clipped(x) : x));                  \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_surrogate(const gchk_call *c, gchk_error *error) {                                           \
    const estimator *e = c->layer->user;                                                                               \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < WIDE; i++) {                                                                                \
      const double x = (double)((const real *)c->t[0].value)[i];                                                       \
      ((real *)c->t[1].value)[i] = (real)(e->clips ? clipped(x) : x);                                                  \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *c, gchk_error *error) {                                            \
    const estimator *e = c->layer->user;                                                                               \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < WIDE; i++)                                                                                  \
      ((real *)c->t[0].grad)[i] =                                                                                      \
          e->has_mask && fabs((double)((const real *)c->t[0].value)[i]) > 1 ? 0 : ((const real *)c->t[1].grad)[i];     \
    return GCHK_OK;                                                                                                    \
  }
ESTIMATOR(double, wide_double)
ESTIMATOR(float, wide_float)

// Red as it should be; where a clip's mask is missing, in all cases that fail by a name that says that, and no other.
static void check_estimator(const estimator *e, gchk_dtype dtype, uint64_t seed) {
  static const gchk_tensor_spec of_many[] = {GCHK_TENSOR("x", GCHK_INPUT, "4 6"), GCHK_TENSOR("y", GCHK_OUTPUT, "4 6")};
  const bool is_double = dtype == GCHK_F64;
  const gchk_layer layer = {.name = "estimator",
                            .dtype = dtype,
                            GCHK_TENSORS(of_many),
                            .forward = is_double ? wide_double_forward : wide_float_forward,
                            .backward = is_double ? wide_double_backward : wide_float_backward,
                            .surrogate = is_double ? wide_double_surrogate : wide_float_surrogate,
                            .sizes = "N=1",
                            .user = (void *)(uintptr_t)e};
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  options.seed = seed;
  options.probes = false;
  ck_assert_int_eq(gchk_check_layer(&layer, &options, &result, NULL), GCHK_OK);
  ck_assert_msg((result->verdict == GCHK_FAIL) == !e->is_right, "seed %d: %s", (int)seed,
                gchk_verdict_name(result->verdict));
  for (size_t c = 0; c < result->case_count; c++)
    for (size_t k = 0; result->cases[c].tensor_count > 0 && k < result->cases[c].tensors[0].finding_count; k++) {
      const gchk_finding *f = &result->cases[c].tensors[0].findings[k];
      const bool is_mask = strcmp(f->code, "gate-ignored") == 0;
      const bool is_flat = strcmp(f->code, "gradient-where-flat") == 0 && strstr(f->text, "mask is missing") != NULL;
      ck_assert_msg(f->is_note || e->is_right || (is_mask || is_flat) == e->clips, "seed %d: %s: %s", (int)seed,
                    f->code, f->text);
      ck_assert_msg(strstr(f->text, "on purpose") == NULL, "seed %d: %s", (int)seed, f->text);
    }
  gchk_result_free(result);
}

START_TEST(a_clip_of_the_surrogate_that_backward_forgets_is_no_staircase) {
  for (uint64_t seed = 0; seed < 20; seed++) {
    check_estimator(&estimators[_i], GCHK_F64, seed);
    check_estimator(&estimators[_i], GCHK_F32, seed);
  }
}
END_TEST

/*
 * Stairs of a quarter that nobody declared, at rows that share one value: where it lies a little before an edge, each of
 * them passes that when it is rounded up to eight bits, and the others pass none. That is a staircase, of no format.
 */
START_TEST(one_value_beside_an_edge_is_no_precision) {
  static const gchk_tensor_spec of_many[] = {GCHK_TENSOR("x", GCHK_INPUT, "4 6"), GCHK_TENSOR("y", GCHK_OUTPUT, "4 6")};
  static const estimator stairs = {.is_sign = false};
  const gchk_layer layer = {.name = "stairs",
                            .dtype = GCHK_F32,
                            GCHK_TENSORS(of_many),
                            .forward = wide_float_forward,
                            .backward = wide_float_backward,
                            .sizes = "N=1",
                            .user = (void *)(uintptr_t)&stairs};
  for (size_t edge = 0; edge < 8; edge++) {
    double x[WIDE];
    gchk_result *result = NULL;
    for (size_t i = 0; i < WIDE; i++)
      x[i] = (double)edge / 4 + (i < WIDE / 2 ? 0.12499 : 0.011 + 0.0031 * (double)i);
    const gchk_tensor_setting values = {
        .size = sizeof values, .name = "x", .fill = {GCHK_FILL_VALUES, .values = x, .value_count = WIDE}};
    const gchk_case one = {.name = "one", .layer = &layer, .sizes = "N=1", .settings = &values, .setting_count = 1};
    ck_assert_int_eq(gchk_check_cases(&one, 1, NULL, &result, NULL), GCHK_OK);
    ck_assert_int_eq(result->verdict, GCHK_FAIL);
    for (size_t k = 0; k < result->cases[0].tensors[0].finding_count; k++)
      ck_assert_str_ne(result->cases[0].tensors[0].findings[k].code, "undeclared-precision");
    gchk_result_free(result);
  }
}
END_TEST

static TCase *surrogates(void) {
  TCase *tests = tcase_create("surrogate");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, differences_of_that_tensor_alone_call_it);
  tcase_add_test(tests, the_output_that_is_told_is_forward_s);
  tcase_add_test(tests, staircases_are_told_from_what_is_flat_in_parts);
  tcase_add_test(tests, whole_numbers_are_hinted_at_where_forward_jumps_at_them);
  tcase_add_test(tests, what_turns_near_a_whole_number_is_no_whole_number);
  tcase_add_loop_test(tests, a_clip_of_the_surrogate_that_backward_forgets_is_no_staircase, 0, ESTIMATORS);
  tcase_add_test(tests, one_value_beside_an_edge_is_no_precision);
  return tests;
}

TEST_MAIN("surrogate", surrogates)
