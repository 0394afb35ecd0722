/* Which elements are checked: all, or a share of the budget, with what the screening finds beside it. */
#include "screen/budget.h"

#include <stdio.h>

#include "decide_tests.h"
#include "square_layer.h"

static gchk_tensor_result rows[2];

static void choose(work_fixture *f, uint64_t budget, int wrong) {
  gchk_options options = GCHK_OPTIONS_INIT;
  options.budget = budget;
  square_open(f, 1, wrong, &options);
  for (size_t i = 0; i < 2; i++)
    rows[i] =
        (gchk_tensor_result){.verdict = GCHK_PASS, .sample_fraction = (double)NAN, .sample_probability = (double)NAN};
  gchk_case_result result = {.tensors = rows, .tensor_count = 2};
  ck_assert_int_eq(gchk_choose_elements(&f->work, &result, NULL), GCHK_OK);
}

static bool is_checked(const gchk_tensor_work *t, size_t element) {
  for (size_t k = 0; k < t->checked_count; k++)
    if (t->checked[k] == element)
      return true;
  return false;
}

START_TEST(without_a_budget_or_within_it_all_are) {
  static const uint64_t budgets[] = {0, SQUARE_X + SQUARE_W, 100000, UINT64_MAX - 1, UINT64_MAX};
  for (size_t b = 0; b < sizeof budgets / sizeof budgets[0]; b++) {
    work_fixture f;
    choose(&f, budgets[b], -1);
    for (size_t k = 0; k < 2; k++) {
      ck_assert_uint_eq(rows[k].checked, k == 0 ? SQUARE_X : SQUARE_W);
      ck_assert(isnan(rows[k].sample_fraction) && isnan(rows[k].sample_probability));
      ck_assert_uint_eq(f.work.tensors[k].findings.count, 0);
    }
    work_fixture_close(&f);
  }
}
END_TEST

/* 30 of 150: 20 of the 100, 10 of the 50. One per cent of either is one element, missed by all but three of the sample. */
START_TEST(a_tensor_gets_a_share_by_its_size) {
  work_fixture f;
  choose(&f, 30, -1);
  static const double probability[] = {17.0 / 100, 7.0 / 50};
  for (size_t k = 0; k < 2; k++) {
    const gchk_tensor_work *t = &f.work.tensors[k];
    ck_assert_uint_eq(t->checked_count, k == 0 ? 20 : 10);
    ck_assert_uint_eq(rows[k].checked, t->checked_count);
    ck_assert_double_eq(rows[k].sample_fraction, 0.01);
    ck_assert_double_lt(fabs(rows[k].sample_probability - probability[k]), 1e-12);
    size_t largest = 0;
    for (size_t e = 0; e < t->total; e++)
      largest = fabs(t->analytic[0][e]) > fabs(t->analytic[0][largest]) ? e : largest;
    ck_assert(is_checked(t, 0) && is_checked(t, t->total - 1) && is_checked(t, largest));
    for (size_t i = 1; i < t->checked_count; i++)
      ck_assert_uint_gt(t->checked[i], t->checked[i - 1]);
    ck_assert_uint_eq(count_findings(&t->findings, GCHK_CODE_SCREENED), 1);
  }
  work_fixture_close(&f);
}
END_TEST

START_TEST(a_budget_however_small_checks_three) {
  for (uint64_t budget = 1; budget <= 3; budget++) { // of 3, the share of x is 2 and that of w 1
    work_fixture f;
    choose(&f, budget, -1);
    ck_assert_uint_eq(rows[0].checked, 3);
    ck_assert_uint_eq(rows[1].checked, 3);
    work_fixture_close(&f);
  }
}
END_TEST

START_TEST(a_culprit_is_checked_wherever_it_is) {
  for (int wrong = 0; wrong < SQUARE_X; wrong += 7) {
    work_fixture f;
    choose(&f, 12, wrong);
    ck_assert_msg(is_checked(&f.work.tensors[0], (size_t)wrong), "element %d", wrong);
    ck_assert_uint_le(f.work.tensors[0].checked_count, 8 + 1); // 12 of 150 are 8 of 100
    ck_assert_uint_eq(f.work.tensors[1].checked_count, 4);
    // One of 100 elements, by five that are drawn; a culprit is none of these.
    ck_assert_double_lt(fabs(rows[0].sample_probability - 5.0 / SQUARE_X), 1e-12);
    work_fixture_close(&f);
  }
}
END_TEST

START_TEST(a_tensor_that_is_skipped_takes_no_share) {
  work_fixture f;
  gchk_options options = GCHK_OPTIONS_INIT;
  options.budget = 30;
  square_open(&f, 1, -1, &options);
  f.work.tensor_count = 1; // w is left out
  rows[0] = (gchk_tensor_result){.verdict = GCHK_PASS};
  rows[1] = (gchk_tensor_result){.verdict = GCHK_SKIPPED};
  gchk_case_result result = {.tensors = rows, .tensor_count = 2};
  ck_assert_int_eq(gchk_choose_elements(&f.work, &result, NULL), GCHK_OK);
  ck_assert_uint_eq(rows[0].checked, 30);
  ck_assert_uint_eq(rows[1].checked, 0);
  work_fixture_close(&f);
}
END_TEST

/*
 * y = sum of the squares of many tensors: each is cheap, at 2 per cent of a full check, and the first more so; all of them
 * are more than a full check may be.
 */
enum { MANY = 80, LONG = 600, SHORTER = 513, EVALUATIONS = 7, OPERATIONS = 950000 };

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  double *y = c->t[MANY].value;
  *y = 0;
  for (size_t i = 0; i < MANY; i++)
    for (size_t e = 0; e < c->t[i].count; e++)
      *y += pow(((const double *)c->t[i].value)[e], 2);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < MANY; i++)
    for (size_t e = 0; e < c->t[i].count; e++)
      ((double *)c->t[i].grad)[e] = 2 * ((const double *)c->t[i].value)[e] * *(const double *)c->t[MANY].grad;
  return GCHK_OK;
}

START_TEST(many_cheap_tensors_are_not_cheap) {
  gchk_tensor_spec tensors[MANY + 1];
  static gchk_tensor_result of_tensor[MANY];
  char names[MANY][8];
  for (size_t i = 0; i < MANY; i++) {
    (void)snprintf(names[i], sizeof names[i], "x%zu", i);
    tensors[i] = (gchk_tensor_spec){
        .name = names[i], .role = GCHK_INPUT, .shape = i == 0 ? "M" : "N", .grad = GCHK_GRAD_OVERWRITE};
    of_tensor[i] = (gchk_tensor_result){.verdict = GCHK_PASS};
  }
  tensors[MANY] = (gchk_tensor_spec){.name = "y", .role = GCHK_OUTPUT, .shape = ""};
  const gchk_layer layer = {.name = "many",
                            .dtype = GCHK_F64,
                            .tensors = tensors,
                            .tensor_count = MANY + 1,
                            .sizes = "N=600 M=513",
                            .operations = "950000",
                            .forward = forward,
                            .backward = backward};
  const gchk_case spec = {.name = "many", .layer = &layer};
  work_fixture f;
  work_fixture_open(&f, &spec, NULL);
  gchk_case_result result = {.tensors = of_tensor, .tensor_count = MANY};
  ck_assert_int_eq(gchk_choose_elements(&f.work, &result, NULL), GCHK_OK);
  ck_assert_double_eq(result.screened, (double)EVALUATIONS * OPERATIONS * (SHORTER + LONG * (MANY - 1)));
  ck_assert_uint_eq(of_tensor[0].checked, SHORTER);
  double cost = 0;
  for (size_t i = 0; i < MANY; i++)
    cost += (double)of_tensor[i].checked * EVALUATIONS * OPERATIONS;
  ck_assert_msg(cost <= 2e11, "%g operations", cost);
  ck_assert_double_ge(cost, 4e10);
  work_fixture_close(&f);
}
END_TEST

TCase *budget_tests(void) {
  TCase *tests = tcase_create("budget");
  tcase_add_test(tests, without_a_budget_or_within_it_all_are);
  tcase_add_test(tests, a_tensor_gets_a_share_by_its_size);
  tcase_add_test(tests, a_budget_however_small_checks_three);
  tcase_add_test(tests, a_culprit_is_checked_wherever_it_is);
  tcase_add_test(tests, a_tensor_that_is_skipped_takes_no_share);
  tcase_add_test(tests, many_cheap_tensors_are_not_cheap);
  return tests;
}
