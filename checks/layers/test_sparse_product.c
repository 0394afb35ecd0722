/*
 * Products that leave out zeros: on whole numbers, where sums are exact in any order, the same as plain loops; affine on
 * inputs that are mostly zeros against loops in long double, and with numbers that are not finite; its gradients there
 * checked, and those of wrong twins rejected.
 */
#include <math.h>
#include <stdlib.h>

#define GCHK_REAL_IS_FLOAT 0
#include "gradcheck/gradcheck.h"
#include "gradcheck/layers.h"
#include "layers/layer_fixture.h"
#include "layers/sparse_product.h"
#include "main.h"

enum { X, W, B, Y, MOST = 140, LONGEST = MOST * MOST };

/* Whole numbers from -8 to 8, of which one in `one_in` is not 0, in no order that the products know. */
static double whole_number(size_t i, size_t one_in) {
  const size_t mixed = i * 2654435761u % 4294967291u / 977;
  return mixed % one_in != 0 ? 0 : (double)(mixed / one_in % 17) - 8;
}

static void fill_whole(double *to, size_t count, size_t salt, size_t one_in) {
  for (size_t i = 0; i < count; i++)
    to[i] = whole_number(i + salt, one_in);
}

static const size_t edges[][3] = {{1, 1, 1},     {1, 8, 31},    {2, 7, 32},   {9, 63, 33},   {3, 64, 64},
                                  {5, 65, 65},   {2, 127, 5},   {1, 128, 97}, {3, 129, 130}, {127, 9, 3},
                                  {128, 65, 33}, {129, 64, 66}, {7, 136, 1},  {131, 1, 65},  {130, 131, 129}};
enum { EDGES = sizeof edges / sizeof edges[0] };

START_TEST(products_of_whole_numbers_are_exact) {
  static double x[LONGEST], other[LONGEST], result[LONGEST];
  const sparse_sizes s = {edges[_i][0], edges[_i][1], edges[_i][2]};
  for (size_t one_in = 1; one_in <= 64; one_in *= 4) {
    fill_whole(x, s.n * s.d, 5, one_in);
    fill_whole(other, s.d * s.u, 77777, 1);
    fill_whole(result, s.n * s.u + 1, 999, 1);
    add_sparse_product(result, x, other, s);
    for (size_t i = 0; i < s.n * s.u; i++) {
      double sum = whole_number(i + 999, 1);
      for (size_t k = 0; k < s.d; k++)
        sum += x[i / s.u * s.d + k] * other[k * s.u + i % s.u];
      if (result[i] != sum)
        ck_abort_msg("x W at %zu is %g and not %g", i, result[i], sum);
    }
    ck_assert(result[s.n * s.u] == whole_number(s.n * s.u + 999, 1));
    fill_whole(other, s.n * s.u, 4242, 1);
    fill_whole(result, s.d * s.u + 1, 999, 1);
    sparse_outer_product(result, x, other, s);
    for (size_t i = 0; i < s.d * s.u; i++) {
      double sum = 0;
      for (size_t n = 0; n < s.n; n++)
        sum += x[n * s.d + i / s.u] * other[n * s.u + i % s.u];
      if (result[i] != sum)
        ck_abort_msg("x^T dy at %zu is %g and not %g", i, result[i], sum);
    }
    ck_assert(result[s.d * s.u] == whole_number(s.d * s.u + 999, 1));
  }
}
END_TEST

/*
 * Work is counted in blocks of columns, and 4 rows more: of 16 rows and whole blocks a quarter may be other than 0, of 64
 * rows 7/16. Every eighth row is asked.
 */
START_TEST(half_the_work_at_most) {
  enum { ROWS = 64, COLUMNS_OF_X = 64 };
  static double x[ROWS * COLUMNS_OF_X];
  for (size_t n = 0; n < ROWS; n++)
    for (size_t k = 0; k < COLUMNS_OF_X; k++)
      x[n * COLUMNS_OF_X + k] = n % 8 != 0 ? 1 : k % 4 == 0 ? (double)NAN : 0;
  ck_assert(is_sparse(x, (sparse_sizes){16, COLUMNS_OF_X, 32}));
  ck_assert(is_sparse(x, (sparse_sizes){16, COLUMNS_OF_X, 64}));
  ck_assert(!is_sparse(x, (sparse_sizes){15, COLUMNS_OF_X, 64}));
  ck_assert(!is_sparse(x, (sparse_sizes){16, COLUMNS_OF_X, 63}));
  ck_assert(!is_sparse(x, (sparse_sizes){16, COLUMNS_OF_X, 33}));
  ck_assert(!is_sparse(x, (sparse_sizes){3, COLUMNS_OF_X, 64}));
  for (size_t i = 0; i < 12; i++)
    x[i * 4 + 1] = x[56 * COLUMNS_OF_X + i * 4 + 1] = 1; // 8 times 16 and 2 times 12, of 8 rows
  ck_assert(is_sparse(x, (sparse_sizes){ROWS, COLUMNS_OF_X, 64}));
  ck_assert(!is_sparse(x, (sparse_sizes){16, COLUMNS_OF_X, 64}));
  for (size_t n = 0; n < ROWS; n += 8)
    for (size_t k = 0; k < COLUMNS_OF_X; k++)
      x[n * COLUMNS_OF_X + k] = k < 28;
  ck_assert(is_sparse(x, (sparse_sizes){ROWS, COLUMNS_OF_X, 64}));
  x[28] = 1;
  ck_assert(!is_sparse(x, (sparse_sizes){ROWS, COLUMNS_OF_X, 64}));
}
END_TEST

START_TEST(what_is_not_finite_is_seen) {
  static const double bad[] = {(double)INFINITY, -(double)INFINITY, (double)NAN};
  double numbers[19] = {1.7e308, -1.7e308, 5e-324, -0.0};
  for (size_t count = 1; count <= 19; count++) {
    ck_assert(REAL(are_finite)(numbers, count));
    for (size_t i = 0; i < 3 * count; i++) {
      const double kept = numbers[i / 3];
      numbers[i / 3] = bad[i % 3];
      ck_assert(!REAL(are_finite)(numbers, count));
      numbers[i / 3] = kept;
    }
  }
}
END_TEST

/* Of the inputs, one in eight is not 0; none is in the row and the column in the middle. */
static bool is_zero(size_t n, size_t rows, size_t k, size_t columns) {
  return whole_number(n * columns + k, 8) == 0 || n == rows / 2 || k == columns / 2;
}

static gchk_instance *sparse_affine(gchk_dtype dtype, const char *sizes) {
  gchk_instance *l = make_layer("affine", 0, dtype, sizes, NULL, 21);
  const size_t rows = l->t[X].shape.dim[0], columns = l->t[W].shape.dim[0];
  for (size_t i = 0; i < rows * columns; i++)
    if (is_zero(i / columns, rows, i % columns, columns))
      set_value(l, X, i, i % 2 == 0 ? 0 : -0.0);
  if (dtype == GCHK_F64)
    ck_assert(is_sparse(l->t[X].value, (sparse_sizes){rows, columns, l->t[B].count}));
  return l;
}

static void expect_products(const gchk_instance *l, size_t n, size_t d, size_t u) {
  for (size_t i = 0; i < n * u; i++) {
    long double sum = value_at(l, B, i % u), scale = fabsl(sum);
    for (size_t k = 0; k < d; k++) {
      const long double term = value_at(l, X, i / u * d + k) * value_at(l, W, k * u + i % u);
      sum += term;
      scale += fabsl(term);
    }
    expect_value(l, Y, i, sum, (long double)d + 2, scale);
  }
  for (size_t i = 0; i < d * u; i++) {
    long double sum = 0, scale = 0;
    for (size_t m = 0; m < n; m++) {
      const long double term = value_at(l, X, m * d + i / u) * gradient_at(l, Y, m * u + i % u);
      sum += term;
      scale += fabsl(term);
    }
    expect_gradient(l, W, i, sum, (long double)n + 1, scale);
  }
}

START_TEST(affine_on_mostly_zeros) {
  static const struct {
    const char *sizes;
    size_t n, d, u;
  } cases[] = {{"N=40 inputs=300 units=50", 40, 300, 50},
               {"N=131 inputs=129 units=65", 131, 129, 65},
               {"N=40 inputs=10x9 units=29", 40, 90, 29}};
  for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
    gchk_instance *l = sparse_affine(_i == 0 ? GCHK_F64 : GCHK_F32, cases[c].sizes);
    run_layer(l, 22);
    expect_products(l, cases[c].n, cases[c].d, cases[c].u);
    gchk_instance_free(l);
  }
}
END_TEST

/* 0 times infinity is NaN, and all inputs of the weight are 0. Of the other units it is no business. */
START_TEST(an_infinite_weight_meets_zeros) {
  gchk_instance *l = sparse_affine(_i == 0 ? GCHK_F64 : GCHK_F32, "N=40 inputs=131 units=50");
  set_value(l, W, 131 / 2 * 50 + 7, (double)INFINITY);
  run_layer(l, 22);
  for (size_t i = 0; i < l->t[Y].count; i++)
    ck_assert(isnan(value_at(l, Y, i)) == (i % 50 == 7));
  gchk_instance_free(l);
}
END_TEST

START_TEST(an_upstream_gradient_that_is_no_number_meets_zeros) {
  gchk_instance *l = sparse_affine(_i == 0 ? GCHK_F64 : GCHK_F32, "N=40 inputs=131 units=50");
  run_layer(l, 22);
  gchk_tensor_set(&l->t[Y], l->t[Y].grad, 40 / 2 * 50 + 7, (double)NAN); // of the sample whose inputs are all 0
  ck_assert_int_eq(gchk_instance_backward(l, NULL), GCHK_OK);
  for (size_t i = 0; i < l->t[W].count; i++)
    ck_assert(isnan(gradient_at(l, W, i)) == (i % 50 == 7));
  gchk_instance_free(l);
}
END_TEST

/* The wrong twins: what a list of the numbers that are not 0 may get wrong. Sizes are those of the case below. */
enum { SAMPLES = 32, INPUTS = 131, UNITS = 4, ONE_IN = 32 };

static bool is_nothing_wrong(const double *x, size_t n, size_t k) {
  (void)x, (void)n, (void)k;
  return false;
}
static bool is_past_the_first_part(const double *x, size_t n, size_t k) {
  (void)x, (void)n;
  return k >= PART;
}
static bool is_zero_in_the_sample_before(const double *x, size_t n, size_t k) {
  return n > 0 && x[(n - 1) * INPUTS + k] == 0;
}
static bool is_last_of_its_row(const double *x, size_t n, size_t k) {
  while (++k < INPUTS)
    if (x[n * INPUTS + k] != 0)
      return false;
  return true;
}

/* Is a product that must be made left out? */
typedef bool (*is_lost_fn)(const double *x, size_t n, size_t k);
typedef struct twin {
  is_lost_fn in_forward, in_backward;
} twin;

static bool is_lost(is_lost_fn is_it, const double *x, size_t i) {
  return x[i] != 0 && is_it(x, i / INPUTS, i % INPUTS);
}

static const gchk_layer *right_layer(void) {
  return gchk_registry_find("affine", GCHK_F64, 0);
}

/* By plain sums without what is lost: what is taken off again afterwards would leave its rounding. */
static gchk_status twin_forward(const gchk_call *call, gchk_error *error) {
  const twin *t = call->layer->user;
  const double *x = call->t[X].value, *w = call->t[W].value, *b = call->t[B].value;
  double *y = call->t[Y].value;
  if (t->in_forward == is_nothing_wrong)
    return right_layer()->forward(call, error);
  for (size_t i = 0; i < call->t[Y].count; i++)
    y[i] = b[i % UNITS];
  for (size_t i = 0; i < call->t[X].count; i++)
    for (size_t j = 0; j < UNITS && !is_lost(t->in_forward, x, i); j++)
      y[i / INPUTS * UNITS + j] += x[i] * w[i % INPUTS * UNITS + j];
  return GCHK_OK;
}

static gchk_status twin_backward(const gchk_call *call, gchk_error *error) {
  const twin *t = call->layer->user;
  const double *x = call->t[X].value, *dy = call->t[Y].grad;
  double *dw = call->t[W].grad;
  const gchk_status status = right_layer()->backward(call, error);
  for (size_t i = 0; i < call->t[X].count; i++)
    for (size_t j = 0; j < UNITS && is_lost(t->in_backward, x, i); j++)
      dw[i % INPUTS * UNITS + j] -= x[i] * dy[i / INPUTS * UNITS + j];
  return status;
}

START_TEST(gradients_are_checked_and_wrong_twins_rejected) {
  static const struct {
    twin twin;
    gchk_verdict verdict;
  } rows[] = {{{is_nothing_wrong, is_nothing_wrong}, GCHK_PASS},
              {{is_nothing_wrong, is_past_the_first_part}, GCHK_FAIL},
              {{is_nothing_wrong, is_zero_in_the_sample_before}, GCHK_FAIL},
              {{is_nothing_wrong, is_last_of_its_row}, GCHK_FAIL},
              {{is_past_the_first_part, is_nothing_wrong}, GCHK_FAIL},
              {{is_last_of_its_row, is_nothing_wrong}, GCHK_FAIL}};
  static double x[SAMPLES * INPUTS];
  for (size_t i = 0; i < SAMPLES * INPUTS; i++)
    x[i] = whole_number(i, ONE_IN) == 0 ? 0 : 0.5 + (double)(i % 7) / 8;
  ck_assert(is_sparse(x, (sparse_sizes){SAMPLES, INPUTS, UNITS}));
  for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
    twin t = rows[r].twin;
    gchk_layer layer = *right_layer();
    layer.user = &t;
    layer.forward = twin_forward;
    layer.backward = twin_backward;
    layer.update = t.in_forward == is_nothing_wrong ? layer.update : NULL;
    const gchk_tensor_setting setting = {
        .size = sizeof setting,
        .name = "x",
        .skip = r > 0,
        .skip_reason = "a mistake in W is enough",
        .fill = {.kind = GCHK_FILL_VALUES, .values = x, .value_count = SAMPLES * INPUTS}};
    const gchk_case spec = {.name = "sparse",
                            .layer = r == 0 ? right_layer() : &layer,
                            .sizes = "N=32 inputs=131 units=4",
                            .settings = &setting,
                            .setting_count = 1};
    gchk_result *result = NULL;
    ck_assert_int_eq(gchk_check_cases(&spec, 1, NULL, &result, NULL), GCHK_OK);
    ck_assert_msg(result->verdict == rows[r].verdict, "row %zu: %d", r, (int)result->verdict);
    gchk_result_free(result);
  }
}
END_TEST

static TCase *sparse_product(void) {
  TCase *t = tcase_create("sparse product");
  tcase_add_loop_test(t, products_of_whole_numbers_are_exact, 0, EDGES);
  tcase_add_test(t, half_the_work_at_most);
  tcase_add_test(t, what_is_not_finite_is_seen);
  tcase_add_loop_test(t, affine_on_mostly_zeros, 0, 2);
  tcase_add_loop_test(t, an_infinite_weight_meets_zeros, 0, 2);
  tcase_add_loop_test(t, an_upstream_gradient_that_is_no_number_meets_zeros, 0, 2);
  tcase_add_test(t, gradients_are_checked_and_wrong_twins_rejected);
  return t;
}

TEST_MAIN("products that leave out zeros", sparse_product)
