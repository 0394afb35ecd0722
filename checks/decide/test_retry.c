/*
 * Elements that the short ladder does not decide: at kinks of one unit and of several, beside kinks in float, and at
 * other base points. One source in float and double:
 *
 *     y_n = sum_k a_k act(sum_i x_ni w_ik + b_k),   act(z) = z > 0 ? z : slope z
 *
 * with act'(0) as an option and a factor on dw.
 */
#include "decide/retry.h"

#include "decide_tests.h"
#include "measure/work_fixture.h"

enum { ROWS = 4, IN = 3, UNITS = 8 };
enum { AT_ZERO, FACTOR, OUTPUTS_OF_ONE, OPTIONS };
enum { X, W, B, Y };

static double weight_of(size_t k) {
  return (k % 2 == 0 ? 1 : -1) * (0.5 + 0.1875 * (double)k); // of both signs: 0 need not be between the two slopes
}

#define NET(real, forward, backward)                                                                                   \
  static real sum_of_##forward(const gchk_call *c, size_t n, size_t k) {                                               \
    const real *x = c->t[X].value, *w = c->t[W].value, *b = c->t[B].value;                                             \
    real z = b[k];                                                                                                     \
    for (size_t i = 0; i < IN; i++)                                                                                    \
      z += x[n * IN + i] * w[i * UNITS + k];                                                                           \
    return z;                                                                                                          \
  }                                                                                                                    \
  static gchk_status forward(const gchk_call *c, gchk_error *error) {                                                  \
    (void)error;                                                                                                       \
    real *y = c->t[Y].value;                                                                                           \
    for (size_t n = 0; n < ROWS; n++) {                                                                                \
      y[n] = 0;                                                                                                        \
      for (size_t k = 0; k < (size_t)c->option[OUTPUTS_OF_ONE]; k++) {                                                 \
        real z = sum_of_##forward(c, n, k);                                                                            \
        y[n] += (real)weight_of(k) * (z > 0 ? z : 0);                                                                  \
      }                                                                                                                \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status backward(const gchk_call *c, gchk_error *error) {                                                 \
    (void)error;                                                                                                       \
    const real *x = c->t[X].value, *w = c->t[W].value, *dy = c->t[Y].grad;                                             \
    real *dx = c->t[X].grad, *dw = c->t[W].grad, *db = c->t[B].grad;                                                   \
    for (size_t n = 0; n < ROWS; n++)                                                                                  \
      for (size_t k = 0; k < (size_t)c->option[OUTPUTS_OF_ONE]; k++) {                                                 \
        real z = sum_of_##forward(c, n, k);                                                                            \
        real d = dy[n] * (real)weight_of(k) * (z > 0 ? 1 : z < 0 ? 0 : (real)c->option[AT_ZERO]);                      \
        db[k] += d;                                                                                                    \
        for (size_t i = 0; i < IN; i++) {                                                                              \
          dw[i * UNITS + k] += (real)c->option[FACTOR] * d * x[n * IN + i];                                            \
          dx[n * IN + i] += d * w[i * UNITS + k];                                                                      \
        }                                                                                                              \
      }                                                                                                                \
    return GCHK_OK;                                                                                                    \
  }
NET(double, forward64, backward64)
NET(float, forward32, backward32)

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "4 3"), GCHK_TENSOR("w", GCHK_PARAMETER, "3 8"),
                                        GCHK_TENSOR("b", GCHK_PARAMETER, "8"), GCHK_TENSOR("y", GCHK_OUTPUT, "4")};
static const gchk_option_spec options[OPTIONS] = {[AT_ZERO] = {"at_zero", 0, -10, 10, ""},
                                                  [FACTOR] = {"factor", 1, 0, 10, ""},
                                                  [OUTPUTS_OF_ONE] = {"units", UNITS, 1, UNITS, ""}};
#define TABLE(real_dtype, f, b)                                                                                        \
  {                                                                                                                    \
    .name = "net", .dtype = real_dtype, GCHK_TENSORS(rows), .forward = f, .backward = b, GCHK_OPTION_TABLE(options),   \
    .sizes = ""                                                                                                        \
  }
static const gchk_layer net64 = TABLE(GCHK_F64, forward64, backward64);
static const gchk_layer net32 = TABLE(GCHK_F32, forward32, backward32);

typedef struct counts {
  size_t verdicts[GCHK_ERROR + 1];
} counts;

/* The verdicts of all elements after retries; `zero_row`: the second row of x and all of b are 0. */
static counts check(const gchk_layer *layer, const double option[OPTIONS], bool zero_row, uint64_t seed) {
  double x[ROWS * IN] = {0.3, -1.2, 0.7, 0, 0, 0, -0.5, 0.9, 1.1, -0.2, 0.6, 0.8}, zero = 0;
  const gchk_tensor_setting settings[] = {{.size = sizeof(gchk_tensor_setting),
                                           .name = "x",
                                           .fill = {.kind = GCHK_FILL_VALUES, .values = x, .value_count = ROWS * IN}},
                                          {.size = sizeof(gchk_tensor_setting),
                                           .name = "b",
                                           .fill = {.kind = GCHK_FILL_VALUES, .values = &zero, .value_count = 1}}};
  const gchk_case spec = {
      .name = "net", .layer = layer, .options = option, .settings = settings, .setting_count = zero_row ? 2 : 0};
  const gchk_options check_options = {.size = sizeof(gchk_options), .seed = seed};
  work_fixture f;
  gchk_error error = {GCHK_OK, ""};
  counts all = {{0}};
  work_fixture_open(&f, &spec, &check_options);
  work_fixture_differentiate(&f);
  ck_assert_int_eq(gchk_retry_open_elements(&f.work, NULL, &error), GCHK_OK);
  for (size_t k = 0; k < f.work.tensor_count; k++)
    for (size_t e = 0; e < f.work.tensors[k].total; e++)
      all.verdicts[f.work.tensors[k].verdict[e]]++;
  work_fixture_close(&f);
  return all;
}

START_TEST(several_units_that_kink_at_once_take_any_of_their_slopes) {
  static const double at_zero[] = {0, 0.5, 1};
  for (uint64_t seed = 0; seed < 10; seed++)
    for (size_t i = 0; i < 3; i++) {
      const double right[OPTIONS] = {at_zero[i], 1, UNITS}, wrong[OPTIONS] = {at_zero[i], 1.5, UNITS};
      counts all = check(&net64, right, true, seed);
      ck_assert_uint_eq(all.verdicts[GCHK_FAIL], 0);
      ck_assert_uint_eq(all.verdicts[GCHK_INCONCLUSIVE], 0);
      ck_assert_uint_ge(all.verdicts[GCHK_KINK], IN + UNITS); // the row of x, and b
      ck_assert_uint_gt(check(&net64, wrong, true, seed).verdicts[GCHK_FAIL], IN);
    }
}
END_TEST

/* With one unit there are two slopes: what is not between them is wrong, however right it is around. */
START_TEST(one_unit_that_kinks_takes_the_slopes_between_its_two) {
  static const double in[] = {0, 0.5, 1}, out[] = {-1, 2};
  for (uint64_t seed = 0; seed < 10; seed++) {
    for (size_t i = 0; i < 3; i++) {
      const double option[OPTIONS] = {in[i], 1, 1};
      ck_assert_uint_eq(check(&net64, option, true, seed).verdicts[GCHK_FAIL], 0);
    }
    for (size_t i = 0; i < 2; i++) {
      const double option[OPTIONS] = {out[i], 1, 1};
      ck_assert_uint_ge(check(&net64, option, true, seed).verdicts[GCHK_FAIL], IN);
    }
  }
}
END_TEST

START_TEST(float_units_are_decided_or_open_and_never_wrong) {
  size_t open = 0, all_elements = 0;
  for (uint64_t seed = 0; seed < 20; seed++) {
    const double right[OPTIONS] = {0, 1, UNITS}, wrong[OPTIONS] = {0, 2, UNITS};
    counts all = check(&net32, right, false, seed);
    ck_assert_uint_eq(all.verdicts[GCHK_FAIL], 0);
    open += all.verdicts[GCHK_INCONCLUSIVE];
    all_elements += ROWS * IN + IN * UNITS + UNITS;
    ck_assert_uint_gt(check(&net32, wrong, false, seed).verdicts[GCHK_FAIL], IN * UNITS / 2);
  }
  ck_assert_uint_le(50 * open, all_elements);
}
END_TEST

/* Instances are numbered as they are made: 1 is the base point's, k + 1 the k-th other one's. */
static int numbers[64], made;
static unsigned wrong_at; // bit k: the gradient of x is wrong in instance k

static gchk_status number(const gchk_call *c, void **state, gchk_error *error) {
  (void)c, (void)error;
  ck_assert_int_lt(++made, 64);
  numbers[made] = made;
  *state = &numbers[made];
  return GCHK_OK;
}

static gchk_status backward_by_number(const gchk_call *c, gchk_error *error) {
  double *dx = c->t[X].grad;
  gchk_status status = backward64(c, error);
  for (size_t i = 0; i < ROWS * IN && (wrong_at >> *(const int *)c->state & 1) != 0; i++)
    dx[i] *= 1.5;
  return status;
}

/* The worst verdict of the zero row of x, where several units kink: elements may be open at the base point. */
static gchk_verdict verdict_of_zero_row(unsigned wrong, uint64_t seed) {
  const double option[OPTIONS] = {0, 1, UNITS};
  gchk_layer layer = net64;
  layer.create = number;
  layer.backward = backward_by_number;
  made = 0;
  wrong_at = wrong;
  const counts all = check(&layer, option, true, seed);
  if (all.verdicts[GCHK_FAIL] > 0)
    return GCHK_FAIL;
  return all.verdicts[GCHK_INCONCLUSIVE] > 0 ? GCHK_INCONCLUSIVE : GCHK_KINK;
}

START_TEST(what_is_open_at_the_base_point_fails_at_two_others) {
  enum { FIRST = 1 << 2, SECOND = 1 << 3, THIRD = 1 << 4 };
  size_t open = 0;
  for (uint64_t seed = 0; seed < 20; seed++) {
    ck_assert_int_eq(verdict_of_zero_row(0, seed), GCHK_KINK);
    if (made == 1)
      continue;
    open++;
    ck_assert_int_eq(verdict_of_zero_row(FIRST, seed), GCHK_INCONCLUSIVE);
    ck_assert_int_eq(verdict_of_zero_row(FIRST | SECOND, seed), GCHK_FAIL);
    ck_assert_int_eq(verdict_of_zero_row(FIRST | THIRD, seed), GCHK_FAIL);
  }
  ck_assert_uint_gt(open, 5);
}
END_TEST

/* y = mean of 1 + softplus(6 x - 12) / 8 in float. Rounding of the sum hides all slopes but those of x about 2. */
enum { MANY = 2048, STEEP = 6, AWAY = 12, SMALL = 8 };

static gchk_status mean_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value;
  float sum = 0;
  for (size_t i = 0; i < MANY; i++)
    sum += 1 + logf(1 + expf(STEEP * x[i] - AWAY)) / SMALL;
  *(float *)c->t[1].value = sum / MANY;
  return GCHK_OK;
}

static gchk_status mean_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value, *dy = c->t[1].grad;
  float *dx = c->t[0].grad;
  for (size_t i = 0; i < MANY; i++)
    dx[i] = (float)c->option[0] * *dy * STEEP / (1 + expf(AWAY - STEEP * x[i])) / SMALL / MANY;
  return GCHK_OK;
}

/* Some are decided at every point. To try all at four would cost 80 calls an element. */
START_TEST(what_other_points_hardly_decide_is_given_up) {
  static const gchk_tensor_spec table[] = {GCHK_TENSOR("x", GCHK_INPUT, "2048"), GCHK_TENSOR("y", GCHK_OUTPUT, "")};
  static const gchk_option_spec factor[] = {{"factor", 1, -100, 100, ""}};
  static const gchk_layer layer = {.name = "mean",
                                   .dtype = GCHK_F32,
                                   GCHK_TENSORS(table),
                                   .forward = mean_forward,
                                   .backward = mean_backward,
                                   GCHK_OPTION_TABLE(factor)};
  const double right = 1, wrong = 64;
  for (uint64_t seed = 0; seed < 4; seed++)
    for (int is_wrong = 0; is_wrong < 2; is_wrong++) {
      const gchk_case spec = {.name = "mean", .layer = &layer, .options = is_wrong ? &wrong : &right};
      const gchk_options check_options = {.size = sizeof(gchk_options), .seed = seed};
      work_fixture f;
      gchk_error error = {GCHK_OK, ""};
      size_t open = 0, fails = 0;
      work_fixture_open(&f, &spec, &check_options);
      work_fixture_differentiate(&f);
      for (size_t e = 0; e < MANY; e++)
        open += f.work.tensors[0].verdict[e] == GCHK_INCONCLUSIVE;
      ck_assert(is_wrong || open > MANY / 2);
      ck_assert_int_eq(gchk_retry_open_elements(&f.work, NULL, &error), GCHK_OK);
      for (size_t e = 0; e < MANY; e++)
        fails += f.work.tensors[0].verdict[e] == GCHK_FAIL;
      ck_assert_int_eq(fails > 0, is_wrong);
      ck_assert_uint_lt(f.work.other_calls, 16 * MANY);
      work_fixture_close(&f);
    }
}
END_TEST

TCase *retry_tests(void) {
  TCase *tests = tcase_create("retry");
  tcase_add_test(tests, several_units_that_kink_at_once_take_any_of_their_slopes);
  tcase_add_test(tests, one_unit_that_kinks_takes_the_slopes_between_its_two);
  tcase_add_test(tests, float_units_are_decided_or_open_and_never_wrong);
  tcase_add_test(tests, what_is_open_at_the_base_point_fails_at_two_others);
  tcase_add_test(tests, what_other_points_hardly_decide_is_given_up);
  return tests;
}
