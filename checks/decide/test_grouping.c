/* What is known of groups is not sought again. */
#include "lines/grouping.h"

#include "decide/differentiate_tensor.h"
#include "decide/full_cost.h"
#include "decide_tests.h"
#include "lines/groups.h"
#include "measure/work_calls.h"
#include "measure/work_fixture.h"

/*
 * y_ij = x_i^2 (i + j + 1), of few elements and many outputs: too many for a numeric Jacobian. dx is wrong at WRONG (-1:
 * nowhere). In a check that does not count, groups are not worth what it takes to find them; one that counts has them.
 */
enum { FEW = 16, OUTPUTS = 257, EVALUATIONS = 7, FOUND_BY = 4 * 2 * 3 + 33 };
static const gchk_option_spec options[] = {{"wrong", -1, -1, FEW, ""}};
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .grad = GCHK_GRAD_OVERWRITE),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t i = 0; i < FEW; i++)
    for (size_t j = 0; j < OUTPUTS; j++)
      y[i * OUTPUTS + j] = x[i] * x[i] * (double)(i + j + 1);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < FEW; i++) {
    dx[i] = 0;
    for (size_t j = 0; j < OUTPUTS; j++)
      dx[i] += 2 * x[i] * (double)(i + j + 1) * dy[i * OUTPUTS + j] * ((double)i == c->option[0] ? 1.01 : 1);
  }
  return GCHK_OK;
}

/* All by themselves would be 2.24e11 operations, in one group 1.76e11. */
static const gchk_layer layer = {.name = "few",
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(rows),
                                 .sizes = "N=16 M=257",
                                 GCHK_OPTION_TABLE(options),
                                 .operations = "2000000000",
                                 .forward = forward,
                                 .backward = backward};

/* The calls of a check, behind the count of its work if `counts`. */
static uint64_t calls_of(bool counts, double wrong) {
  const gchk_case spec = {.name = "few", .layer = &layer, .options = &wrong};
  work_fixture f;
  work_fixture_open(&f, &spec, NULL);
  double full = 0;
  if (counts) {
    ck_assert_int_eq(gchk_full_cost(&f.work, &full, NULL), GCHK_OK);
    ck_assert_double_le(full, GCHK_FULL_CHECK_OPERATIONS);
    ck_assert_double_ge(full, 2e9 * EVALUATIONS);
  }
  const uint64_t before = gchk_work_calls(&f.work);
  work_fixture_differentiate(&f);
  const gchk_tensor_work *t = &f.work.tensors[0];
  for (size_t e = 0; e < FEW; e++)
    ck_assert_msg((t->verdict[e] == GCHK_FAIL) == ((double)e == wrong), "element %zu: %d", e, t->verdict[e]);
  const uint64_t calls = gchk_work_calls(&f.work) - before;
  work_fixture_close(&f);
  return calls;
}

START_TEST(groups_that_were_found_to_count_are_used) {
  ck_assert_uint_lt(3 * calls_of(true, -1), calls_of(false, -1));
  ck_assert_uint_lt(calls_of(true, 11), calls_of(false, 11));
}
END_TEST

START_TEST(a_phase_that_is_there_is_not_sorted_again) {
  const double wrong = -1;
  const gchk_case spec = {.name = "few", .layer = &layer, .options = &wrong};
  work_fixture f;
  gchk_pattern *p;
  bool holds;
  work_fixture_open(&f, &spec, NULL);
  ck_assert_int_eq(gchk_find_grouping(&f.work, &f.work.tensors[0], HUGE_VAL, &p, NULL), GCHK_OK);
  ck_assert_ptr_nonnull(p);
  ck_assert_int_eq(gchk_audit_grouping(&f.work, &f.work.tensors[0], &holds, NULL), GCHK_OK);
  ck_assert(holds);
  ck_assert_uint_eq(p->class_count, FEW);
  ck_assert_uint_eq(p->phase_count, 1);
  ck_assert_uint_eq(gchk_group_count(p), 1);
  p->class_of[0] = FEW + 1; // a mark, which sorting would take away
  gchk_pattern_set_phase(p, 0);
  ck_assert_uint_eq(gchk_group_count(p), 1);
  ck_assert_uint_eq(p->class_of[0], FEW + 1);
  work_fixture_close(&f);
}
END_TEST

TCase *grouping_tests(void) {
  TCase *tests = tcase_create("grouping");
  tcase_add_test(tests, groups_that_were_found_to_count_are_used);
  tcase_add_test(tests, a_phase_that_is_there_is_not_sorted_again);
  return tests;
}
