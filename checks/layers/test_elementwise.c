/* add, mul, max, copy, power, relu, sigmoid against closed forms in long double. */
#include <math.h>

#include "gradcheck/layers.h"
#include "layers/layer_fixture.h"
#include "main.h"

static const gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};
static const char *const shapes[] = {"S=7", "S=1", "S=3x5", "S=2x3x5x7"};
enum { DTYPES = 2, SHAPES = 4 };

/* A layer of two inputs, and what element i of its output and gradients must be. */
typedef long double (*binary)(long double x, long double y);

static long double sum(long double x, long double y) {
  return x + y;
}
static long double one(long double x, long double y) {
  (void)x, (void)y;
  return 1;
}
static long double product(long double x, long double y) {
  return x * y;
}
static long double first(long double x, long double y) {
  (void)y;
  return x;
}
static long double second(long double x, long double y) {
  (void)x;
  return y;
}
static long double larger(long double x, long double y) {
  return fmaxl(x, y);
}
static long double first_wins(long double x, long double y) {
  return x > y ? 1 : 0;
}
static long double second_wins(long double x, long double y) {
  return x > y ? 0 : 1;
}

static const struct {
  const char *name;
  binary value, by_x, by_y;
} binaries[] = {{"add", sum, one, one}, {"mul", product, second, first}, {"max", larger, first_wins, second_wins}};

static void check_binary(size_t b, gchk_dtype dtype, const char *sizes) {
  gchk_instance *l = make_layer(binaries[b].name, 0, dtype, sizes, NULL, 11);
  run_layer(l, 5);
  const size_t out = tensor_of(l, "out");
  for (size_t i = 0; i < l->t[out].count; i++) {
    const long double x = value_at(l, 0, i), y = value_at(l, 1, i), d = gradient_at(l, out, i);
    const long double value = binaries[b].value(x, y), dx = d * binaries[b].by_x(x, y), dy = d * binaries[b].by_y(x, y);
    expect_value(l, out, i, value, 1, fabsl(value));
    expect_gradient(l, 0, i, dx, 1, fabsl(dx));
    expect_gradient(l, 1, i, dy, 1, fabsl(dy));
  }
  gchk_instance_free(l);
}

START_TEST(two_inputs) {
  check_binary((size_t)_i / (DTYPES * SHAPES), dtypes[_i / SHAPES % DTYPES], shapes[_i % SHAPES]);
}
END_TEST

/* A scalar has the empty shape. */
START_TEST(scalars) {
  const gchk_layer *layer = gchk_registry_find("mul", GCHK_F64, 0);
  gchk_sizes sizes = {0};
  const gchk_shape scalar = {.rank = 0};
  ck_assert_int_eq(gchk_sizes_bind(&sizes, "S...", &scalar, NULL), GCHK_OK);
  gchk_instance *l = NULL;
  ck_assert_int_eq(gchk_instance_new(&l, layer, &sizes, NULL, GCHK_TRAIN, 0, NULL), GCHK_OK);
  ck_assert_uint_eq(l->t[2].shape.rank, 0);
  set_value(l, 0, 0, 100);
  set_value(l, 1, 0, 2);
  run_layer(l, 1);
  ck_assert(value_at(l, 2, 0) == 200);
  const long double d = gradient_at(l, 2, 0);
  expect_gradient(l, 0, 0, 2 * d, 1, fabsl(2 * d));
  expect_gradient(l, 1, 0, 100 * d, 1, fabsl(100 * d));
  gchk_instance_free(l);
}
END_TEST

START_TEST(max_of_ties) {
  gchk_instance *l = make_layer("max", 0, GCHK_F64, "S=3", NULL, 1);
  set_values(l, "x", (double[]){1, -2, 0}, 3);
  set_values(l, "y", (double[]){1, 3, -0.0}, 3);
  run_layer(l, 2);
  const long double dx[] = {gradient_at(l, 2, 0), 0, gradient_at(l, 2, 2)}, dy[] = {0, gradient_at(l, 2, 1), 0};
  for (size_t i = 0; i < 3; i++) {
    ck_assert(gradient_at(l, 0, i) == dx[i]);
    ck_assert(gradient_at(l, 1, i) == dy[i]);
  }
  gchk_instance_free(l);
}
END_TEST

/* Filled as its table says, either input wins somewhere, and nowhere by a step of a check. */
START_TEST(max_fill_has_no_ties) {
  gchk_instance *l = make_layer("max", 0, GCHK_F64, "S=101", NULL, (uint64_t)_i);
  size_t wins = 0;
  for (size_t i = 0; i < 101; i++) {
    const long double gap = value_at(l, 0, i) - value_at(l, 1, i);
    ck_assert(fabsl(gap) >= 0.5L);
    wins += gap > 0;
  }
  ck_assert_uint_gt(wins, 20);
  ck_assert_uint_lt(wins, 81);
  gchk_instance_free(l);
}
END_TEST

START_TEST(copy_adds_both_ways) {
  gchk_instance *l = make_layer("copy", 0, dtypes[_i / SHAPES], shapes[_i % SHAPES], NULL, 3);
  run_layer(l, 4);
  for (size_t i = 0; i < l->t[0].count; i++) {
    ck_assert(value_at(l, 1, i) == value_at(l, 0, i) && value_at(l, 2, i) == value_at(l, 0, i));
    const long double a = gradient_at(l, 1, i), b = gradient_at(l, 2, i);
    expect_gradient(l, 0, i, a + b, 1, fabsl(a + b));
  }
  gchk_instance_free(l);
}
END_TEST

START_TEST(power_of_positive_numbers) {
  static const double exponents[] = {2, 3, 1, 0.5, -1, 2.5, -0.5};
  const double p = exponents[(size_t)_i / DTYPES];
  gchk_instance *l = make_layer("power", 0, dtypes[_i % DTYPES], "S=3x5x7", &p, 3);
  run_layer(l, 4);
  for (size_t i = 0; i < l->t[0].count; i++) {
    const long double x = value_at(l, 0, i), y = expl((long double)p * logl(x)), d = gradient_at(l, 1, i);
    expect_value(l, 1, i, y, 4, y);
    expect_gradient(l, 0, i, d * (long double)p * y / x, 8, fabsl(d * (long double)p * y / x));
  }
  gchk_instance_free(l);
}
END_TEST

/* x, p, x^p and p x^(p-1) where it takes care: zeros and negative numbers. */
START_TEST(power_at_special_points) {
  static const double table[][4] = {
      {0, 2, 0, 0},    {0, 1, 0, 1},          {0, 0, 1, 0},  {0, 3, 0, 0},   {-3, 2, 9, -6},
      {-2, 3, -8, 12}, {-2, -1, -0.5, -0.25}, {-5, 0, 1, 0}, {-5, 1, -5, 1}, {0, 0.5, 0, (double)INFINITY}};
  for (size_t k = 0; k < sizeof table / sizeof table[0]; k++)
    for (size_t j = 0; j < DTYPES; j++) {
      gchk_instance *l = make_layer("power", 0, dtypes[j], "S=1", &table[k][1], 1);
      set_value(l, 0, 0, table[k][0]);
      run_layer(l, 7);
      const long double d = gradient_at(l, 1, 0);
      ck_assert_msg(value_at(l, 1, 0) == (long double)table[k][2], "row %zu", k);
      if (isinf(table[k][3]))
        ck_assert(isinf(gradient_at(l, 0, 0)));
      else
        expect_gradient(l, 0, 0, d * (long double)table[k][3], 4, fabsl(d * (long double)table[k][3]));
      gchk_instance_free(l);
    }
}
END_TEST

START_TEST(relu_and_its_edges) {
  gchk_instance *l = make_layer("relu", 0, dtypes[_i], "S=6", NULL, 1);
  set_values(l, "x", (double[]){1.5, -1.5, 0, -0.0, 1e-30, -1e-30}, 6);
  run_layer(l, 3);
  static const long double is_on[] = {1, 0, 0, 0, 1, 0};
  for (size_t i = 0; i < 6; i++) {
    ck_assert(value_at(l, 1, i) == is_on[i] * value_at(l, 0, i));
    ck_assert(gradient_at(l, 0, i) == is_on[i] * gradient_at(l, 1, i));
  }
  set_value(l, 0, 2, (double)NAN);
  run_layer(l, 3);
  ck_assert(isnan(value_at(l, 1, 2)));
  gchk_instance_free(l);
}
END_TEST

START_TEST(relu_of_random_numbers) {
  gchk_instance *l = make_layer("relu", 0, dtypes[_i / SHAPES], shapes[_i % SHAPES], NULL, 9);
  run_layer(l, 3);
  for (size_t i = 0; i < l->t[0].count; i++) {
    const long double x = value_at(l, 0, i);
    ck_assert(fabsl(x) >= 0.049L);
    ck_assert(value_at(l, 1, i) == fmaxl(x, 0));
    ck_assert(gradient_at(l, 0, i) == (x > 0 ? gradient_at(l, 1, i) : 0));
  }
  gchk_instance_free(l);
}
END_TEST

START_TEST(sigmoid_of_random_numbers) {
  gchk_instance *l = make_layer("sigmoid", 0, dtypes[_i / SHAPES], shapes[_i % SHAPES], NULL, 9);
  run_layer(l, 3);
  for (size_t i = 0; i < l->t[0].count; i++) {
    const long double e = expl(-value_at(l, 0, i)), y = 1 / (1 + e), d = gradient_at(l, 1, i);
    expect_value(l, 1, i, y, 4, y);
    expect_gradient(l, 0, i, d * e / ((1 + e) * (1 + e)), 12, fabsl(d)); // 1 - y loses what y has rounded
  }
  gchk_instance_free(l);
}
END_TEST

START_TEST(sigmoid_far_out) {
  gchk_instance *l = make_layer("sigmoid", 0, dtypes[_i], "S=6", NULL, 1);
  set_values(l, "x", (double[]){1000, -1000, 0, 80, -80, -0.0}, 6);
  run_layer(l, 3);
  const long double y[] = {1, 0, 0.5L, 1, expl(-80.0L), 0.5L};
  for (size_t i = 0; i < 6; i++) {
    expect_value(l, 1, i, y[i], 4, y[i]);
    ck_assert(isfinite(gradient_at(l, 0, i)));
  }
  ck_assert(gradient_at(l, 0, 2) == gradient_at(l, 1, 2) / 4);
  expect_gradient(l, 0, 4, gradient_at(l, 1, 4) * y[4], 8, fabsl(gradient_at(l, 1, 4)) * y[4]);
  gchk_instance_free(l);
}
END_TEST

/* The comparison that all of this rests on. */
START_TEST(comparison_can_fail) {
  ck_assert(is_close(1, 1, 1, 1, 0x1p-53L));
  ck_assert(is_close(1 + 0x1p-53L, 1, 1, 1, 0x1p-53L));
  ck_assert(!is_close(1 + 0x1p-51L, 1, 1, 1, 0x1p-53L));
  ck_assert(!is_close((long double)NAN, 1, 1e9L, 1, 0x1p-53L));
  ck_assert(!is_close(1, (long double)NAN, 1e9L, 1, 0x1p-53L));
}
END_TEST

static TCase *elementwise(void) {
  TCase *t = tcase_create("elementwise");
  tcase_add_loop_test(t, two_inputs, 0, 3 * DTYPES * SHAPES);
  tcase_add_test(t, scalars);
  tcase_add_test(t, max_of_ties);
  tcase_add_loop_test(t, max_fill_has_no_ties, 0, 10);
  tcase_add_loop_test(t, copy_adds_both_ways, 0, DTYPES * SHAPES);
  tcase_add_loop_test(t, power_of_positive_numbers, 0, 7 * DTYPES);
  tcase_add_test(t, power_at_special_points);
  tcase_add_loop_test(t, relu_and_its_edges, 0, DTYPES);
  tcase_add_loop_test(t, relu_of_random_numbers, 0, DTYPES * SHAPES);
  tcase_add_loop_test(t, sigmoid_of_random_numbers, 0, DTYPES * SHAPES);
  tcase_add_loop_test(t, sigmoid_far_out, 0, DTYPES);
  tcase_add_test(t, comparison_can_fail);
  return t;
}

TEST_MAIN("elementwise layers", elementwise)
