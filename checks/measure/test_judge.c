/* The verdict of one element, from tables worked out by hand from the rule. */
#include "measure/judge.h"

#include "measure_tests.h"

static const double u = 0x1p-53;

static gchk_derivative smooth(double value, double bound) {
  gchk_derivative d = {.value = value,
                       .bound = bound,
                       .rounding = bound,
                       .smoothness = GCHK_SMOOTH,
                       .slope_low = value,
                       .slope_high = value};
  return d;
}

START_TEST(the_rule) {
  static const struct {
    double g, value, bound, largest;
    gchk_verdict verdict;
    bool below;
  } rows[] = {
      {1, 1, 1e-10, 1, GCHK_PASS, false},
      {1, 1 + 2.9e-10, 1e-10, 1, GCHK_PASS, false},
      {1, 1 + 3.1e-10, 1e-10, 1, GCHK_FAIL, false},
      {1, 1 + 5e-15, 1e-17, 1, GCHK_PASS, false}, /* 32 u |g| + 16 u max |g| */
      {1, 1 + 6e-15, 1e-17, 1, GCHK_FAIL, false},
      {1, 1.01, 0.019, 1, GCHK_PASS, false},
      {1, 1.01, 0.021, 1, GCHK_INCONCLUSIVE, false}, /* beyond 2 % */
      {1, 1.2, 0.021, 1, GCHK_FAIL, false},
      {1e-6, 0, 1e-5, 1, GCHK_PASS, true}, /* 2e-4 of the largest */
      {1e-6, 0, 3e-4, 1, GCHK_INCONCLUSIVE, false},
      {1e-3, 0, 1e-5, 1, GCHK_FAIL, false},       /* resolution never turns a fail into a pass */
      {0, 0, 1e-12, 0, GCHK_INCONCLUSIVE, false}, /* nothing to compare with */
      {0, 0, 1e-12, 1, GCHK_PASS, true},
      {-1, 1, 1e-10, 1, GCHK_FAIL, false},
      {0, 1, 1e-10, 1, GCHK_FAIL, false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_derivative d = smooth(rows[i].value, rows[i].bound);
    gchk_judgement judgement = gchk_judge(rows[i].g, &d, &(gchk_allowance){.unit = u, .largest = rows[i].largest});
    ck_assert_msg(judgement.verdict == rows[i].verdict && (judgement.resolution == GCHK_UNRESOLVED) == rows[i].below,
                  "row %zu: verdict %d", i, (int)judgement.verdict);
    // The mirror image is judged alike.
    d = smooth(-rows[i].value, rows[i].bound);
    ck_assert_int_eq(gchk_judge(-rows[i].g, &d, &(gchk_allowance){.unit = u, .largest = rows[i].largest}).verdict,
                     rows[i].verdict);
  }
}
END_TEST

/* Whatever is not finite, wherever it is, never ends as a pass. */
START_TEST(nothing_that_is_not_finite_passes) {
  const double bad[] = {(double)NAN, HUGE_VAL, -HUGE_VAL};
  for (size_t i = 0; i < 3; i++) {
    gchk_derivative good = smooth(1, 1e-10);
    ck_assert_int_eq(gchk_judge(bad[i], &good, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_FAIL);
    gchk_derivative d = smooth(bad[i], 1e-10);
    ck_assert_int_gt(gchk_judge(1, &d, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_PASS);
    ck_assert_int_eq(gchk_judge(bad[i], &d, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_FAIL);
    d = smooth(1, bad[i]);
    ck_assert_int_gt(gchk_judge(1, &d, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_PASS);
    ck_assert_int_eq(gchk_judge(0, &d, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_INCONCLUSIVE);
    d = smooth(0, 1e-3); // a largest that is not finite lends no resolution
    ck_assert_int_eq(gchk_judge(1e-4, &d, &(gchk_allowance){.unit = u, .largest = bad[i]}).verdict, GCHK_INCONCLUSIVE);
    gchk_derivative kinked = {.value = 0.5,
                              .bound = 0.5,
                              .smoothness = GCHK_KINKED,
                              .slope_low = bad[i],
                              .slope_high = bad[i],
                              .rounding = 1e-10};
    if (isnan(bad[i]))
      ck_assert_int_eq(gchk_judge(0.5, &kinked, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_FAIL);
    ck_assert_int_eq(gchk_judge(bad[i], &kinked, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_FAIL);
  }
  gchk_derivative undefined = {.value = (double)NAN, .bound = HUGE_VAL, .smoothness = GCHK_UNDEFINED};
  ck_assert_int_eq(gchk_judge(0, &undefined, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_INCONCLUSIVE);
  ck_assert_int_eq(gchk_judge((double)NAN, &undefined, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_FAIL);
}
END_TEST

START_TEST(a_kink_takes_any_subgradient) {
  gchk_derivative relu = {
      .value = 0.5, .bound = 0.5, .smoothness = GCHK_KINKED, .slope_low = 0, .slope_high = 1, .rounding = 1e-12};
  static const double in[] = {0, 0.5, 1, 1 + 1e-12, -1e-12}, out[] = {-1, 2, 1.001, -0.001};
  for (size_t i = 0; i < 5; i++)
    ck_assert_int_eq(gchk_judge(in[i], &relu, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_KINK);
  for (size_t i = 0; i < 4; i++)
    ck_assert_int_eq(gchk_judge(out[i], &relu, &(gchk_allowance){.unit = u, .largest = 1}).verdict, GCHK_FAIL);
}
END_TEST

START_TEST(zeros_are_of_three_classes) {
  const gchk_allowance none = {.unit = u}, some = {.unit = u, .largest = 1e-11};
  gchk_derivative flat = smooth(0, 1e-12);
  flat.is_flat = true;
  gchk_judgement judgement = gchk_judge(0, &flat, &none);
  ck_assert_int_eq(judgement.verdict, GCHK_PASS);
  ck_assert_int_eq(judgement.resolution, GCHK_FLAT);
  flat.is_exact_zero = true;
  judgement = gchk_judge(0, &flat, &none);
  ck_assert_int_eq(judgement.verdict, GCHK_PASS);
  ck_assert_int_eq(judgement.resolution, GCHK_EXACT_ZERO);
  // A gradient that is not zero where nothing moves is no zero of any class.
  ck_assert_int_eq(gchk_judge(1e-11, &flat, &some).verdict, GCHK_FAIL);
  ck_assert_int_eq(gchk_judge(1e-13, &flat, &some).verdict, GCHK_INCONCLUSIVE);
}
END_TEST

/* Terms of size 1 that cancel to 1e-16: not 1e-12, not where D is not 0, nor where its bound is not small beside them. */
START_TEST(what_rounding_leaves_of_terms_may_have_cancelled) {
  static const struct {
    double g, value, bound, largest, terms, slack;
    bool may;
  } rows[] = {
      {1e-16, 1e-14, 1e-14, 1e-16, 1, 1e-15, true},
      {3e-15, 0, 1e-14, 3e-15, 1, 0, true}, // 32 u T
      {4e-15, 0, 1e-14, 4e-15, 1, 0, false},
      {4e-15, 0, 1e-14, 4e-15, 1, 5e-15, true}, // slack
      {0, 0, 1e-14, 0, 1, 0, true},
      {1e-16, 2.9e-14, 1e-14, 1e-16, 1, 1e-15, true},
      {1e-16, 0, 1.9e-4, 1e-16, 1, 1e-15, true},
      {1e-16, 0, 2.1e-4, 1e-16, 1, 1e-15, false},
      {1e-16, 0, 1e-14, 1e-16, 0, 1e-15, false}, // terms that nobody knows
      {1e-16, 0, 1e-14, 1e-16, 1e-12, 1e-15, false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (int sign = 1; sign >= -1; sign -= 2) {
      gchk_derivative d = smooth(sign * rows[i].value, rows[i].bound);
      const gchk_allowance a = {.unit = u, .largest = rows[i].largest, .terms = rows[i].terms, .slack = rows[i].slack};
      const gchk_judgement judgement = gchk_judge(sign * rows[i].g, &d, &a);
      ck_assert_int_eq(judgement.verdict, GCHK_INCONCLUSIVE);
      ck_assert_msg(judgement.may_cancel == rows[i].may, "row %zu", i);
    }
  // Terms never turn a fail into anything else, and a kink is not smooth.
  const gchk_allowance large = {.unit = u, .largest = 1e-16, .terms = 1e6};
  gchk_derivative d = smooth(0, 1e-14);
  ck_assert_int_eq(gchk_judge(1e-13, &d, &large).verdict, GCHK_FAIL);
  ck_assert(!gchk_judge(1e-13, &d, &large).may_cancel);
  d.smoothness = GCHK_ONE_SIDED;
  ck_assert(!gchk_judge(1e-16, &d, &large).may_cancel);
}
END_TEST

/* slack is allowed once of a difference, and a third of it is part of the bound that must be small. */
START_TEST(slack_is_allowed_and_makes_wide) {
  gchk_derivative d = smooth(1, 1e-10);
  d.chosen = 0;
  d.rung_count = 1;
  const gchk_allowance narrow = {.unit = u, .largest = 1, .slack = 3e-4},
                       wide = {.unit = u, .largest = 1, .slack = 0.1};
  ck_assert_int_eq(gchk_judge(1 + 2.9e-4, &d, &narrow).verdict, GCHK_PASS);
  ck_assert_int_eq(gchk_judge(1 + 3.1e-4, &d, &narrow).verdict, GCHK_FAIL);
  gchk_judgement judgement = gchk_judge(1.05, &d, &wide);
  ck_assert_int_eq(judgement.verdict, GCHK_INCONCLUSIVE);
  ck_assert_int_eq(judgement.doubt, GCHK_DOUBT_SLACK);
  ck_assert_int_eq(gchk_judge(1.2, &d, &wide).verdict, GCHK_FAIL);
}
END_TEST

// What is not finite is the step's doing where it was none, and else the function's.
START_TEST(a_step_that_is_none_is_told_from_an_edge) {
  const gchk_allowance allowance = {.unit = u, .largest = 1};
  static const double steps[] = {0, 1e308, HUGE_VAL, 1e-5, 5e307};
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    gchk_derivative d = smooth((double)NAN, HUGE_VAL);
    d.smoothness = GCHK_UNDEFINED;
    d.rung_count = 2;
    d.rungs[0] = (gchk_rung){.step_plus = 1e-4, .step_minus = 1e-4, .difference = 1};
    d.rungs[1] = (gchk_rung){.step_plus = steps[i], .step_minus = steps[i], .difference = (double)NAN};
    ck_assert_int_eq(gchk_judge(1, &d, &allowance).doubt, i < 3 ? GCHK_DOUBT_STEP : GCHK_DOUBT_DOMAIN);
  }
}
END_TEST

START_TEST(the_worse_of_two) {
  static const gchk_verdict order[] = {GCHK_PASS, GCHK_KINK, GCHK_SKIPPED, GCHK_INCONCLUSIVE, GCHK_FAIL, GCHK_ERROR};
  for (size_t i = 0; i < 6; i++)
    for (size_t j = 0; j < 6; j++)
      ck_assert_int_eq(gchk_verdict_worse(order[i], order[j]), order[i > j ? i : j]);
}
END_TEST

START_TEST(mutations_tell_what_would_have_been_caught) {
  bool caught[GCHK_MUTATIONS];
  static const double bounds[] = {1e-10, 1e-3, 1e-2, 0.2, 0.4, 1};
  // 3 E against a difference of 2, 1, 1, 0.1, 0.01, 0.001.
  static const bool expected[][GCHK_MUTATIONS] = {{1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 0}, {1, 1, 1, 1, 0, 0},
                                                  {1, 1, 1, 0, 0, 0}, {1, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}};
  for (size_t i = 0; i < 6; i++) {
    gchk_derivative d = smooth(3, 3 * bounds[i]);
    gchk_judge_mutations(3, &d, &(gchk_allowance){.unit = u, .largest = 3}, caught);
    for (size_t m = 0; m < GCHK_MUTATIONS; m++)
      ck_assert_msg(caught[m] == expected[i][m], "bound %g, mutation %zu", bounds[i], m);
  }
  gchk_derivative zero = smooth(0, 1e-12);
  gchk_judge_mutations(0, &zero, &(gchk_allowance){.unit = u, .largest = 1}, caught);
  for (size_t m = 0; m < GCHK_MUTATIONS; m++)
    ck_assert(!caught[m]);
}
END_TEST

/* Where a gradient of the outputs' own size would be 1, and a gradient is declared to be 0. */
START_TEST(what_is_declared_zero_must_be) {
  static const struct {
    double g, value, bound, slack;
    gchk_verdict verdict;
  } rows[] = {
      {0, 0, 1e-10, 0, GCHK_PASS},
      {0, 2.9e-10, 1e-10, 0, GCHK_PASS},
      {0, 3.1e-10, 1e-10, 0, GCHK_FAIL},   /* the outputs depend on it */
      {1e-12, 0, 1e-10, 1e-11, GCHK_PASS}, /* what rounding leaves */
      {1e-12, 0, 1e-10, 1e-13, GCHK_FAIL}, /* more than that */
      {3e-15, 0, 1e-10, 0, GCHK_PASS},     /* 32 u of what it would be */
      {4e-15, 0, 1e-10, 0, GCHK_FAIL},
      {-1e-3, -1e-3, 1e-10, 0, GCHK_FAIL}, /* backward and differences agree, and it is not 0 */
      {0, 0, 1e-3, 0, GCHK_INCONCLUSIVE},  /* such a bound shows nothing */
      {0, 1e-2, 1e-3, 0, GCHK_FAIL},
      {(double)NAN, 0, 1e-10, 0, GCHK_FAIL},
      {0, (double)NAN, 1e-10, 0, GCHK_INCONCLUSIVE},
      {0, 0, HUGE_VAL, 0, GCHK_INCONCLUSIVE},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const gchk_allowance allowance = {.unit = u, .largest = fabs(rows[i].g), .slack = rows[i].slack, .zero_of = 1};
    gchk_derivative d = smooth(rows[i].value, rows[i].bound);
    ck_assert_msg(gchk_judge(rows[i].g, &d, &allowance).verdict == rows[i].verdict, "row %zu", i);
    d = smooth(-rows[i].value, rows[i].bound);
    ck_assert_msg(gchk_judge(-rows[i].g, &d, &allowance).verdict == rows[i].verdict, "mirror of row %zu", i);
  }
  gchk_derivative flat = smooth(0, 1);
  flat.is_flat = true;
  ck_assert_int_eq(gchk_judge(0, &flat, &(gchk_allowance){.unit = u, .zero_of = 1}).verdict, GCHK_PASS);
  ck_assert_int_eq(gchk_judge(1, &flat, &(gchk_allowance){.unit = u, .zero_of = 1}).verdict, GCHK_FAIL);
}
END_TEST

TCase *judge_tests(void) {
  TCase *tests = tcase_create("judge");
  tcase_add_test(tests, the_rule);
  tcase_add_test(tests, nothing_that_is_not_finite_passes);
  tcase_add_test(tests, a_kink_takes_any_subgradient);
  tcase_add_test(tests, zeros_are_of_three_classes);
  tcase_add_test(tests, what_rounding_leaves_of_terms_may_have_cancelled);
  tcase_add_test(tests, slack_is_allowed_and_makes_wide);
  tcase_add_test(tests, a_step_that_is_none_is_told_from_an_edge);
  tcase_add_test(tests, the_worse_of_two);
  tcase_add_test(tests, what_is_declared_zero_must_be);
  tcase_add_test(tests, mutations_tell_what_would_have_been_caught);
  return tests;
}
