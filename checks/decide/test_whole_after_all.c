/* A direction that is wrong where no sampled element is: the rest is decided one by one, where that is affordable. */
#include "screen/whole_after_all.h"

#include "decide/differentiate_tensor.h"
#include "decide_tests.h"
#include "measure/tensor_work.h"
#include "square_layer.h"

enum { SAMPLED = 7 };

typedef struct doubted {
  work_fixture f;
  gchk_tensor_work *x;
  gchk_tensor_result row;
  gchk_case_result result;
} doubted;

/* Some elements are decided, of which the wrong one (-1: none) is none, and a direction says that x is wrong. */
static void open_doubted(doubted *d, int wrong, const gchk_options *options) {
  *d = (doubted){.row = {.name = "x", .checked = SAMPLED, .sample_fraction = 0.01, .sample_probability = 0.5}};
  d->result = (gchk_case_result){.tensors = &d->row, .tensor_count = 1};
  square_open(&d->f, 1, wrong, options);
  d->x = work_fixture_tensor(&d->f, "x");
  for (size_t k = 0; k < SAMPLED; k++)
    d->x->checked[k] = 5 * k;
  d->x->checked_count = SAMPLED;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_differentiate_tensor(&d->f.work, d->x, &error) == GCHK_OK, "%s", error.message);
  (void)gchk_finding_note(&d->x->findings, GCHK_CODE_PARTLY_PROBED, "another note");
  (void)gchk_finding_note(&d->x->findings, GCHK_CODE_SCREENED, "wrong along a direction");
  d->x->along[1] = 1;
}

static void check_rest(doubted *d) {
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_check_whole_after_all(&d->f.work, &d->result, &error) == GCHK_OK, "%s", error.message);
}

static void ck_assert_is_left(const doubted *d) {
  ck_assert_uint_eq(d->x->checked_count, SAMPLED);
  ck_assert_uint_eq(d->row.checked, SAMPLED);
  ck_assert(d->x->along[1] > 0);
  ck_assert_uint_eq(count_findings(&d->x->findings, GCHK_CODE_SCREENED), 1);
}

START_TEST(all_are_decided_and_the_direction_is_forgotten) {
  doubted d;
  open_doubted(&d, -1, NULL);
  const double before = d.x->numeric[0][10];
  check_rest(&d);
  ck_assert_uint_eq(d.x->checked_count, SQUARE_X);
  for (size_t e = 0; e < SQUARE_X; e++) {
    ck_assert_uint_eq(d.x->checked[e], e);
    ck_assert_int_eq(d.x->verdict[e], GCHK_PASS);
    ck_assert_double_le(fabs(d.x->numeric[0][e] - d.x->analytic[0][e]), 1e-6);
  }
  ck_assert(d.x->numeric[0][10] == before); // one that was decided already
  ck_assert_int_eq(d.x->tally.worst, GCHK_PASS);
  ck_assert_uint_eq(d.x->tally.nonzero, SQUARE_X);
  ck_assert(d.x->along[0] == 0 && d.x->along[1] == 0);
  ck_assert_uint_eq(count_findings(&d.x->findings, GCHK_CODE_SCREENED), 0);
  ck_assert_uint_eq(count_findings(&d.x->findings, GCHK_CODE_PARTLY_PROBED), 1);
  ck_assert_uint_eq(d.row.checked, SQUARE_X);
  ck_assert(isnan(d.row.sample_fraction) && isnan(d.row.sample_probability));
  work_fixture_close(&d.f);
}
END_TEST

START_TEST(what_the_direction_had_seen_is_found) {
  doubted d;
  open_doubted(&d, 57, NULL);
  ck_assert_int_eq(d.x->tally.worst, GCHK_PASS);
  check_rest(&d);
  ck_assert_int_eq(d.x->tally.worst, GCHK_FAIL);
  ck_assert_int_eq(d.x->verdict[57], GCHK_FAIL);
  work_fixture_close(&d.f);
}
END_TEST

START_TEST(a_budget_is_kept_to_unless_all_are_asked_for) {
  gchk_options options = GCHK_OPTIONS_INIT;
  options.budget = SAMPLED;
  doubted d;
  open_doubted(&d, -1, &options);
  check_rest(&d);
  ck_assert_is_left(&d);
  work_fixture_close(&d.f);
  options.full = true;
  open_doubted(&d, -1, &options);
  check_rest(&d);
  ck_assert_uint_eq(d.x->checked_count, SQUARE_X);
  work_fixture_close(&d.f);
}
END_TEST

START_TEST(a_direction_that_agrees_and_a_failure_leave_the_sample) {
  doubted d;
  open_doubted(&d, -1, NULL);
  d.x->along[1] = 0;
  check_rest(&d);
  d.x->along[1] = 1;
  ck_assert_is_left(&d);
  work_fixture_close(&d.f);
  open_doubted(&d, 10, NULL); // one of those that were sampled
  check_rest(&d);
  ck_assert_is_left(&d);
  work_fixture_close(&d.f);
}
END_TEST

TCase *whole_after_all_tests(void) {
  TCase *tests = tcase_create("the whole after all");
  tcase_add_test(tests, all_are_decided_and_the_direction_is_forgotten);
  tcase_add_test(tests, what_the_direction_had_seen_is_found);
  tcase_add_test(tests, a_budget_is_kept_to_unless_all_are_asked_for);
  tcase_add_test(tests, a_direction_that_agrees_and_a_failure_leave_the_sample);
  return tests;
}
