/* What slack is raised to where no move shows what rounding does: of arrays that are made up, by hand. */
#include "core/arena.h"
#include "measure/cancelled.h"
#include "measure/long_sums.h"
#include "measure_tests.h"

enum { TOTAL = 5 };

/* One tensor of one draw; its slack at first. */
typedef struct made_up {
  double analytic[TOTAL], slack[TOTAL];
  gchk_tensor_work tensor;
  gchk_case_work work;
} made_up;

static void make(made_up *m, const double *analytic, const double *slack, double largest, double terms) {
  *m = (made_up){.tensor = {.total = TOTAL, .largest = {largest}, .terms = {terms}},
                 .work = {.tensor_count = 1, .draw_count = 1, .scratch = gchk_arena_new()}};
  ck_assert_ptr_nonnull(m->work.scratch);
  memcpy(m->analytic, analytic, sizeof m->analytic);
  memcpy(m->slack, slack, sizeof m->slack);
  m->tensor.analytic[0] = m->analytic;
  m->tensor.slack[0] = m->slack;
  m->work.tensors = &m->tensor;
}

static void expect_cancelled(double terms, const double slack[TOTAL]) {
  static const double analytic[TOTAL] = {0, 0, 1, -2, 0}, before[TOTAL] = {0, 5, 1, 7, (double)INFINITY};
  made_up m;
  gchk_error error = {GCHK_OK, ""};
  make(&m, analytic, before, 2, terms);
  ck_assert_msg(gchk_allow_cancelled(&m.work, &error) == GCHK_OK, "%s", error.message);
  for (size_t e = 0; e < TOTAL; e++)
    ck_assert_double_eq(m.slack[e], slack[e]);
  gchk_arena_free(m.work.scratch);
}

/* The median of what is finite, 0 1 5 7, is 3: below it are one gradient of 0 and one of 1, which keeps its own. */
START_TEST(gradients_of_zero_have_the_slack_of_half_of_all_where_terms_cancel) {
  static const double raised[TOTAL] = {3, 5, 1, 7, (double)INFINITY}, same[TOTAL] = {0, 5, 1, 7, (double)INFINITY};
  expect_cancelled(64 * 2 + 1, raised);
  expect_cancelled(64 * 2, same); // of terms less than 64 times as large as the largest gradient nobody can tell
  expect_cancelled((double)INFINITY, same);
}
END_TEST

START_TEST(a_tensor_is_cancelled_in_every_draw) {
  gchk_tensor_work tensor = {.largest = {1, 1}, .terms = {65, 65}};
  const gchk_case_work work = {.draw_count = 2};
  ck_assert(gchk_tensor_is_cancelled(&work, &tensor));
  for (size_t d = 0; d < 2; d++) {
    tensor.terms[d] = 64;
    ck_assert(!gchk_tensor_is_cancelled(&work, &tensor));
    tensor.terms[d] = 65;
  }
}
END_TEST

/* n u/8 of the largest gradient, n being the elements of the largest tensor; at most 2^-13 of it. */
START_TEST(sums_may_err_by_an_eighth_of_a_unit_a_term) {
  static const struct {
    gchk_dtype dtype;
    size_t longest;
    double part;
  } rows[] = {{GCHK_F64, 800, 100 * 0x1p-53}, {GCHK_F32, 800, 100 * 0x1p-24}, {GCHK_F32, 1 << 20, 0x1p-13}};
  static const double analytic[TOTAL] = {0, 1, 2, 3, 4}, before[TOTAL] = {0, 0, 1e-300, 1, 0};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const gchk_layer layer = {.dtype = rows[i].dtype};
    gchk_tensor tensors[] = {{.count = 3}, {.count = rows[i].longest}, {.count = 1}};
    gchk_instance instance = {.layer = &layer, .tensor_count = 3, .t = tensors};
    made_up m;
    make(&m, analytic, before, 4, 0);
    m.work.instance = &instance;
    gchk_allow_long_sums(&m.work);
    for (size_t e = 0; e < TOTAL; e++)
      ck_assert_double_eq(m.slack[e], e == 3 ? 1 : 4 * rows[i].part);
    gchk_arena_free(m.work.scratch);
  }
}
END_TEST

TCase *raised_slack_tests(void) {
  TCase *tests = tcase_create("raised slack");
  tcase_add_test(tests, gradients_of_zero_have_the_slack_of_half_of_all_where_terms_cancel);
  tcase_add_test(tests, a_tensor_is_cancelled_in_every_draw);
  tcase_add_test(tests, sums_may_err_by_an_eighth_of_a_unit_a_term);
  return tests;
}
