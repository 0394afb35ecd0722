/* Initialisations by name: their deviations in closed form, what they draw, and what has no fans. */
#include <math.h>

#include "start/case_instance.h"
#include "suite_fixture.h"

static void deviation_is(const char *text, const char *tensor, double deviation) {
  gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
  const gchk_fill fill = setting_of(first_case(suite), tensor)->fill;
  ck_assert_int_eq(fill.kind, GCHK_FILL_NORMAL);
  ck_assert_double_eq(fill.a, 0);
  ck_assert_msg(fabs(fill.b - deviation) <= 1e-15 * deviation, "%s\ndeviation %.17g, not %.17g", text, fill.b,
                deviation);
  gchk_suite_free(suite);
}

#define A_LAYER(layer, sizes, x, w)                                                                                    \
  "cases:\n  - {name: a, layer: " layer ", sizes: {" sizes "}, values: {x: {shape: " x "}, " w "}}\n"
#define FILTER "groups: 2, stride: 1, padding: 1, dilation: 1"

/* No two sizes are the same: a wrong axis has another deviation. */
START_TEST(fans_are_those_of_the_layer) {
  deviation_is(A_LAYER("affine", "units: 50", "[3, 784]", "W: {he: true}"), "W", sqrt(2.0 / 784));
  deviation_is(A_LAYER("affine", "units: 50", "[3, 784]", "W: {xavier: true}"), "W", sqrt(2.0 / (784 + 50)));
  deviation_is(A_LAYER("affine", "units: 50", "[3, 784]", "W: {lecun: true}"), "W", sqrt(1.0 / 784));
  deviation_is(A_LAYER("affine", "units: 50", "[3, 2, 14, 7]", "W: {he: true}"), "W", sqrt(2.0 / (2 * 14 * 7)));
  deviation_is(A_LAYER("linear", "units: 30", "[3, 64]", "W: {he: true}"), "W", sqrt(2.0 / 64));
  deviation_is(A_LAYER("linear", "", "[3, 64]", "W: {shape: [30, 64], xavier: true}"), "W", sqrt(2.0 / (64 + 30)));
  deviation_is(A_LAYER("conv2d", "KH: 3, KW: 5, Co: 6, " FILTER, "[2, 4, 9, 9]", "w: {he: true}"), "w",
               sqrt(2.0 / (4 / 2 * 3 * 5)));
  deviation_is(A_LAYER("conv2d", "KH: 3, KW: 5, Co: 6, " FILTER, "[2, 4, 9, 9]", "w: {xavier: true}"), "w",
               sqrt(2.0 / (4 / 2 * 3 * 5 + 6 * 3 * 5)));
  deviation_is(A_LAYER("conv1d", "K: 5, Co: 6, " FILTER, "[2, 4, 9]", "w: {lecun: true}"), "w",
               sqrt(1.0 / (4 / 2 * 5)));
}
END_TEST

START_TEST(fans_of_ones_own_come_first) {
  deviation_is(A_LAYER("linear", "units: 10", "[3, 30]", "W: {he: 64}"), "W", sqrt(2.0 / 64)); // document 003
  deviation_is(A_LAYER("linear", "units: 10", "[3, 30]", "W: {xavier: [64, 6]}"), "W", sqrt(2.0 / 70));
  deviation_is(A_LAYER("affine", "units: 10", "[3, 30]", "b: {lecun: 30}"), "b", sqrt(1.0 / 30));
  deviation_is("cases: [{name: a, layer: relu, values: {x: {shape: [2, 3], he: 8}}}]\n", "x", 0.5);
}
END_TEST

/* In a network each parameter has the fans of the layer that reads it, and one that is shared those of the first. */
START_TEST(fans_in_a_network) {
  static const char text[] = "cases:\n"
                             "  - name: a\n"
                             "    values:\n"
                             "      x: {shape: [3, 20]}\n"
                             "      W1: {he: true}\n"
                             "      W2: {xavier: true}\n"
                             "      W3: {shape: [10, 5], lecun: true}\n"
                             "    network:\n"
                             "      - affine: {units: 50, W: W1}\n"
                             "      - affine: {units: 10, W: W2}\n"
                             "      - affine: {units: 5, W: W3}\n"
                             "      - linear: {units: 10, W: W3}\n";
  deviation_is(text, "W1", sqrt(2.0 / 20));
  deviation_is(text, "W2", sqrt(2.0 / (50 + 10)));
  deviation_is(text, "W3", sqrt(1.0 / 10));
}
END_TEST

/*
 * What is drawn, of n = 39,200 numbers. The variance of a sample varies by sqrt(2/n) of itself if it is normal, by less
 * if it is uniform; the mean by sqrt(variance/n): six times that is exceeded once in 5e8 seeds. The largest of so many
 * normal numbers is beyond 3 deviations but once in e^105 seeds, and a uniform one is never beyond sqrt(3).
 */
static void drawn_is(const char *initial, double variance, bool is_uniform, gchk_dtype dtype, uint64_t seed) {
  char text[256];
  (void)snprintf(text, sizeof text, A_LAYER("affine", "units: 50", "[3, 784]", "W: {%s: true}"), initial);
  gchk_suite *suite = suite_of(text, dtype);
  gchk_instance *instance = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_case_instance(first_case(suite), seed, &instance, &error), error);
  const gchk_tensor *w = &instance->t[1];
  double sum = 0, squares = 0, largest = 0;
  ck_assert_str_eq(w->name, "W");
  ck_assert_uint_eq(w->count, 39200);
  for (size_t i = 0; i < w->count; i++) {
    const double x = gchk_tensor_get(w, w->value, i);
    sum += x;
    squares += x * x;
    largest = fmax(largest, fabs(x));
  }
  const double n = (double)w->count;
  ck_assert_double_le(fabs(sum / n), 6 * sqrt(variance / n));
  ck_assert_double_le(fabs(squares / n / variance - 1), 6 * sqrt(2 / n));
  if (is_uniform)
    ck_assert_double_le(largest, sqrt(3 * variance) * (1 + 1e-6));
  else
    ck_assert_double_gt(largest, 3 * sqrt(variance));
  gchk_instance_free(instance);
  gchk_suite_free(suite);
}

START_TEST(what_is_drawn_has_that_variance) {
  const gchk_dtype dtype = _i % 2 == 0 ? GCHK_F64 : GCHK_F32;
  const uint64_t seed = (uint64_t)_i;
  drawn_is("he", 2.0 / 784, false, dtype, seed);
  drawn_is("xavier", 2.0 / 834, false, dtype, seed);
  drawn_is("lecun", 1.0 / 784, false, dtype, seed);
  drawn_is("he_uniform", 2.0 / 784, true, dtype, seed);
  drawn_is("xavier_uniform", 2.0 / 834, true, dtype, seed);
  drawn_is("lecun_uniform", 1.0 / 784, true, dtype, seed);
}
END_TEST

static void refused(const char *text, const char *part) {
  gchk_suite *suite = NULL;
  gchk_error error = {GCHK_OK, ""};
  FAILS(gchk_suite_load_text(&suite, FIXTURES "suites/test.yaml", text, strlen(text), GCHK_F64, &error), GCHK_INVALID,
        error, part);
}

START_TEST(what_tells_no_fans_is_refused) {
  refused(A_LAYER("affine", "units: 5", "[3, 4]", "b: {he: true}"),
          "b: how many of its elements an output sums (fan_in) does not follow from \"units\", the shape of b of "
          "affine; write it, he: 784");
  refused("cases: [{name: a, layer: mul, values: {x: {shape: [2, 3], xavier: true}, y: {shape: [2, 3]}}}]\n",
          "write it, xavier: [784, 50] with fan_out");
  refused("cases: [{name: a, values: {x: {shape: [], lecun: true}, y: 2}, network: [mul: {in: [x, y]}]}]\n",
          "x: how many of its elements an output sums");
  refused(A_LAYER("affine", "units: 5", "[3, 4]", "W: {he: 0}"), "he is \"0\"; a finite number greater than 0");
  refused(A_LAYER("affine", "units: 5", "[3, 4]", "W: {he: [4, 5]}"), "he is a list");
  refused(A_LAYER("affine", "units: 5", "[3, 4]", "W: {xavier: 4}"),
          "xavier wants true, or fan_in and fan_out, such as [784, 50]");
  refused(A_LAYER("affine", "units: 5", "[3, 4]", "W: {he: true, normal: 1}"), "W is filled by normal and by he");
}
END_TEST

static TCase *initialisations(void) {
  TCase *tc = tcase_create("initialisations");
  tcase_add_test(tc, fans_are_those_of_the_layer);
  tcase_add_test(tc, fans_of_ones_own_come_first);
  tcase_add_test(tc, fans_in_a_network);
  tcase_add_loop_test(tc, what_is_drawn_has_that_variance, 0, 4);
  tcase_add_test(tc, what_tells_no_fans_is_refused);
  return tc;
}

TEST_MAIN("initial", initialisations)
