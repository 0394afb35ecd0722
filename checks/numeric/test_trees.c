/*
 * Random compositions, thousands of them, with exact derivatives from dual numbers in quad precision: the rule on functions
 * that nobody has chosen.
 */
#include <math.h>
#include <stdio.h>

#include "main.h"
#include "numeric/trees.h"
#include "numeric/trial.h"

enum { TREES = 5000, SEEDS = 4 };
static const uint64_t seeds[SEEDS] = {20011, 20021, 20023, 20029};

static void judge_trees(tally *to, bool is_float, trial_noise noise) {
  for (size_t s = 0; s < SEEDS; s++) {
    uint64_t seed = seeds[s];
    for (int i = 0; i < TREES; i++) {
      tree made;
      tree_next(&made, &seed, is_float);
      trial_function function = {is_float ? tree_value32 : tree_value, &made, is_float};
      trial result;
      trial_run(&result, &function, made.x, made.scale, tree_exact(&made, (quad)made.x).slope, noise);
      tally_add(to, &result);
    }
  }
}

static double share(size_t part, size_t whole) {
  return (double)part / (double)whole;
}

/* Dual numbers against differences, both in quad precision. */
START_TEST(dual_numbers_are_right) {
  uint64_t seed = 7;
  for (int i = 0; i < 2000; i++) {
    tree made;
    tree_next(&made, &seed, false);
    quad x = (quad)made.x, h = (quad)(fabs(made.x) * 1e-15);
    quad found = (tree_exact(&made, x + h).value - tree_exact(&made, x - h).value) / (2 * h);
    dual exact = tree_exact(&made, x);
    double error = fabs((double)(found - exact.slope));
    double lost = fabs((double)exact.value / (double)h) * 1e-24;
    ck_assert_msg(error <= 1e-6 * fabs((double)exact.slope) + lost, "tree %d: %g, not %g", i, (double)found,
                  (double)exact.slope);
  }
}
END_TEST

START_TEST(figures_in_double) {
  tally t = {0};
  judge_trees(&t, false, NOISE_MEASURED);
  tally_print(&t, "trees f64");
  ck_assert_double_ge(share(t.covered, t.count), 0.9995);
  ck_assert_double_le(share(t.alarms, t.count), 0.0002);
  ck_assert_double_le(share(t.inconclusive, t.count), 0.04);
  size_t told = t.nonzero - t.inconclusive;
  for (size_t m = 0; m < 4; m++)
    ck_assert_double_ge(share(t.caught[m], told), 0.998);
  ck_assert_double_ge(share(t.caught[4], told), 0.99);
  ck_assert_double_ge(share(t.caught[5], told), 0.95);
  ck_assert_uint_le(tally_median_cost(&t), 6);
}
END_TEST

START_TEST(figures_in_float) {
  tally t = {0};
  judge_trees(&t, true, NOISE_MEASURED);
  tally_print(&t, "trees f32");
  ck_assert_double_ge(share(t.covered, t.count), 0.998);
  ck_assert_double_le(share(t.alarms, t.count), 0.0015);
  ck_assert_double_le(share(t.inconclusive, t.count), 0.06);
  for (size_t m = 0; m < 3; m++)
    ck_assert_double_le(share(t.passed[m], t.nonzero), 0.001);
  ck_assert_uint_le(tally_median_cost(&t), 6);
}
END_TEST

START_TEST(figures_without_a_measured_noise) {
  tally t = {0};
  judge_trees(&t, false, NOISE_UNKNOWN);
  tally_print(&t, "trees f64, noise unknown");
  ck_assert_double_le(share(t.alarms, t.count), 0.001);
  ck_assert_double_ge(share(t.covered, t.count), 0.995);
}
END_TEST

static TCase *tree_tests(void) {
  TCase *tests = tcase_create("random compositions");
  tcase_add_test(tests, dual_numbers_are_right);
  tcase_add_test(tests, figures_in_double);
  tcase_add_test(tests, figures_in_float);
  tcase_add_test(tests, figures_without_a_measured_noise);
  tcase_set_timeout(tests, 120);
  return tests;
}

TEST_MAIN("trees", tree_tests)
