/* Which cases are passed over, and which are not. */
#include "result/passed_over.h"

#include "main.h"

enum { OWN, NEXT, THIRD, LAST, COUNT };

/* The shapes of one layer: its own, two that gradcheck chose, and one with values that it chose. */
static void make(gchk_case_result cases[COUNT]) {
  for (size_t i = 0; i < COUNT; i++)
    cases[i] = (gchk_case_result){.name = "case",
                                  .layer = "layer",
                                  .target = "mine.so",
                                  .dtype = GCHK_F64,
                                  .reason = "",
                                  .auxiliary = i != OWN,
                                  .varied = i == LAST,
                                  .crash = {.how = ""}};
}

static void hang(gchk_case_result *c) {
  c->verdict = GCHK_ERROR;
  c->crash.how = "timeout";
}

static void assert_passed_over(const gchk_case_result cases[COUNT], unsigned wanted) {
  for (size_t i = 0; i < COUNT; i++) {
    gchk_case_result copies[COUNT];
    for (size_t k = 0; k < COUNT; k++)
      copies[k] = cases[k];
    const bool is_wanted = (wanted >> i & 1) != 0;
    ck_assert_msg(gchk_pass_over_if_told(copies, COUNT, &copies[i]) == is_wanted, "case %zu", i);
    ck_assert(gchk_is_passed_over(&copies[i]) == is_wanted);
    ck_assert_int_eq(copies[i].verdict, is_wanted ? GCHK_SKIPPED : cases[i].verdict);
  }
}

START_TEST(chosen_values_are_where_an_own_shape_fails) {
  gchk_case_result cases[COUNT];
  make(cases);
  assert_passed_over(cases, 0);
  cases[OWN].verdict = GCHK_FAIL;
  assert_passed_over(cases, 1 << LAST);
  cases[OWN].verdict = GCHK_INCONCLUSIVE;
  assert_passed_over(cases, 0);
  cases[OWN].verdict = GCHK_FAIL;
  cases[OWN].layer = "another";
  assert_passed_over(cases, 0);
}
END_TEST

START_TEST(chosen_shapes_are_where_two_hung) {
  gchk_case_result cases[COUNT];
  make(cases);
  hang(&cases[OWN]); // perhaps once
  assert_passed_over(cases, 1 << LAST);
  hang(&cases[NEXT]);
  assert_passed_over(cases, 1 << THIRD | 1 << LAST);
  hang(&cases[THIRD]); // it ran beside them: what is reported is the same
  assert_passed_over(cases, 1 << THIRD | 1 << LAST);
  cases[NEXT].crash.how = "signal"; // then it is the third that tells
  assert_passed_over(cases, 1 << LAST);
  cases[NEXT].crash.how = "timeout";
  cases[OWN].verdict = GCHK_PASS;
  cases[OWN].crash.how = "";
  assert_passed_over(cases, 1 << LAST); // the others are of sizes that it was made for
  hang(&cases[OWN]);
  cases[NEXT].dtype = GCHK_F32;
  cases[THIRD].verdict = GCHK_PASS;
  cases[THIRD].crash.how = "";
  assert_passed_over(cases, 1 << LAST);
}
END_TEST

/* A user's shapes are all checked. */
START_TEST(own_shapes_never_are) {
  gchk_case_result cases[COUNT];
  make(cases);
  for (size_t i = 0; i < COUNT; i++) {
    cases[i].auxiliary = cases[i].varied = false;
    hang(&cases[i]);
  }
  assert_passed_over(cases, 0);
}
END_TEST

static TCase *passed_over(void) {
  TCase *tc = tcase_create("passed over");
  tcase_add_test(tc, chosen_values_are_where_an_own_shape_fails);
  tcase_add_test(tc, chosen_shapes_are_where_two_hung);
  tcase_add_test(tc, own_shapes_never_are);
  return tc;
}

TEST_MAIN("passed over", passed_over)
