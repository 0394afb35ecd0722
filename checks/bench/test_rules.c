/* Our rule is wrong less often than any of the others, whatever the size of the error. */
#include "bench/rules.h"
#include "main.h"

static rule_score scores[RULE_COUNT];

enum { PER_MILLE = 5 /* the mutation by 0.1 % */ };
static const double no_measure = 20; /* per cent of alarms */

static void assert_dominates(bool is_float) {
  const rule_score *ours = &scores[OUR_RULE];
  ck_assert_uint_gt(ours->count, 100);
  for (size_t r = 1; r < RULE_COUNT; r++) {
    const char *name = rule_name(r);
    // A rule that rejects everything misses nothing: the two kinds of error are added.
    for (size_t m = 0; m < GCHK_MUTATIONS; m++) {
      double we = rule_alarm_share(ours) + rule_missed_share(ours, m);
      double they = rule_alarm_share(&scores[r]) + rule_missed_share(&scores[r], m);
      // 0.1 % is what float resolves at best, and to see it there at the price of a right element in five is no rule.
      if (is_float && m == PER_MILLE && rule_alarm_share(&scores[r]) > no_measure)
        continue;
      ck_assert_msg(we < they, "%s, mutation %zu: %g against %g", name, m, we, they);
    }
    ck_assert_msg(ours->alarms < scores[r].alarms, "%s raises %zu false alarms, we %zu", name, scores[r].alarms,
                  ours->alarms);
    for (size_t m = 0; m < 3; m++)
      ck_assert_msg(ours->missed[m] <= scores[r].missed[m], "%s misses %zu, we %zu", name, scores[r].missed[m],
                    ours->missed[m]);
  }
}

START_TEST(on_hard_functions_in_double) {
  rules_on_hard_functions(false, scores);
  assert_dominates(false);
}
END_TEST

START_TEST(on_hard_functions_in_float) {
  rules_on_hard_functions(true, scores);
  assert_dominates(true);
}
END_TEST

START_TEST(on_random_compositions) {
  for (int is_float = 0; is_float < 2; is_float++) {
    rules_on_trees(is_float != 0, 3000, 31337, scores);
    assert_dominates(is_float != 0);
  }
}
END_TEST

START_TEST(on_families) {
  for (int is_float = 0; is_float < 2; is_float++) {
    rules_on_families(is_float != 0, 100, scores);
    assert_dominates(is_float != 0);
  }
}
END_TEST

/* The emulation accepts what is easy and right, or it would prove nothing. */
START_TEST(every_rule_is_fair_on_easy_ground) {
  rules_on_hard_functions(false, scores);
  for (size_t r = 0; r < RULE_COUNT; r++)
    ck_assert_double_lt(rule_alarm_share(&scores[r]), 50);
}
END_TEST

static TCase *rule_tests(void) {
  TCase *tests = tcase_create("rules");
  tcase_add_test(tests, on_hard_functions_in_double);
  tcase_add_test(tests, on_hard_functions_in_float);
  tcase_add_test(tests, on_random_compositions);
  tcase_add_test(tests, on_families);
  tcase_add_test(tests, every_rule_is_fair_on_easy_ground);
  tcase_set_timeout(tests, 600); // a minute under sanitizers
  return tests;
}

TEST_MAIN("rules", rule_tests)
