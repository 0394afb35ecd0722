/* A tensor of a case screened: a wrong sign is found whatever the size of the values. */
#include "screen/screen_case.h"

#include "decide_tests.h"
#include "square_layer.h"

static const double sizes[] = {1, 1e200, 1e-200};

// Checks nothing by itself: what is checked afterwards are the culprits.
static gchk_tensor_work *screen(work_fixture *f) {
  gchk_tensor_work *x = work_fixture_tensor(f, "x");
  x->checked_count = 0;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_screen_case_tensor(&f->work, x, &error) == GCHK_OK, "%s", error.message);
  ck_assert_uint_eq(count_findings(&x->findings, GCHK_CODE_SCREENED), 1);
  return x;
}

START_TEST(one_wrong_sign_is_found) {
  static const int places[] = {0, 1, 57, SQUARE_X - 1};
  for (size_t k = 0; k < 4; k++) {
    work_fixture f;
    square_open(&f, sizes[_i], places[k], NULL);
    const gchk_tensor_work *x = screen(&f);
    ck_assert_msg(x->checked_count == 1 && x->checked[0] == (size_t)places[k], "size %g: %zu culprits, the first %zu",
                  sizes[_i], x->checked_count, x->checked[0]);
    work_fixture_close(&f);
  }
}
END_TEST

START_TEST(a_right_gradient_agrees) {
  work_fixture f;
  square_open(&f, sizes[_i], -1, NULL);
  double before[SQUARE_X];
  memcpy(before, f.work.instance->values[0].data, sizeof before);
  const uint64_t calls = f.work.instance->forward_calls;
  const gchk_tensor_work *x = screen(&f);
  // Three steps in two directions, the noise at three spacings, and forward at the point: three tensors in 100 forwards.
  ck_assert_uint_le(f.work.instance->forward_calls - calls, 2 * 6 + 3 * 6 + 1);
  ck_assert_uint_eq(x->checked_count, 0);
  const gchk_finding *note = first_finding(&x->findings, GCHK_CODE_SCREENED);
  ck_assert(note->is_note);
  // It would have shown: the smallest gradient is 2 * 0.5, and a wrong sign twice that.
  ck_assert_double_lt(evidence_number(note, "detectable"), 2);
  ck_assert_double_eq(evidence_number(note, "directions"), 2);
  ck_assert_mem_eq(before, f.work.instance->values[0].data, sizeof before);
  work_fixture_close(&f);
}
END_TEST

TCase *screen_case_tests(void) {
  TCase *tests = tcase_create("screening of a case");
  tcase_add_loop_test(tests, one_wrong_sign_is_found, 0, sizeof sizes / sizeof sizes[0]);
  tcase_add_loop_test(tests, a_right_gradient_agrees, 0, sizeof sizes / sizeof sizes[0]);
  return tests;
}
