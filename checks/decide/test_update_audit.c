/* The audit of `update`: one that is right is believed, one that is wrong by a thousandth of the change is not. */
#include "lines/update_audit.h"

#include <stdlib.h>

#include "decide_tests.h"
#include "gradcheck/check.h"
#include "measure/work_fixture.h"

/* y_j = 3 x_j^2 + sum_i x_i, and a cache s = sum_i x_i. update is off by `error` times what changes. */
enum { N = 6 };
enum { OFF_BY, FOR_X, OPTIONS };
static const gchk_option_spec options[OPTIONS] = {
    [OFF_BY] = {"off_by", 0, -1, 1, ""}, [FOR_X] = {"for_x", 1, 0, 1, "there is an update of x"}};
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N"),
                                        GCHK_TENSOR("s", GCHK_CACHE, "1")};

static void all_of(const double *x, double *y, double *s) {
  *s = 0;
  for (size_t i = 0; i < N; i++)
    *s += x[i];
  for (size_t j = 0; j < N; j++)
    y[j] = 3 * x[j] * x[j] + *s;
}

GCHK_CALLBACK(forward, all_of(c->t[0].value, c->t[1].value, c->t[2].value))

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad, sum = 0;
  for (size_t j = 0; j < N; j++)
    sum += dy[j];
  for (size_t i = 0; i < N; i++)
    dx[i] = 6 * x[i] * dy[i] + sum;
  return GCHK_OK;
}

static gchk_status update(const gchk_call *c, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor, (void)element, (void)error;
  double whole[N], *y = c->t[1].value, *s = c->t[2].value;
  *done = c->option[FOR_X] != 0;
  if (!*done)
    return GCHK_OK;
  all_of(c->t[0].value, whole, s);
  for (size_t j = 0; j < N; j++)
    y[j] = whole[j] + c->option[OFF_BY] * (whole[j] - y[j]);
  return GCHK_OK;
}

static const gchk_layer layer = {.name = "mixed",
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(rows),
                                 .forward = forward,
                                 .backward = backward,
                                 .sizes = "N=6",
                                 GCHK_OPTION_TABLE(options),
                                 .update = update};

static void bytes_of(const gchk_instance *instance, double to[3][N]) {
  for (size_t i = 0; i < 3; i++)
    memcpy(to[i], instance->values[i].data, instance->values[i].bytes);
}

static void with_error(double off_by, double for_x, bool is_believed, size_t findings) {
  const double set[OPTIONS] = {off_by, for_x};
  const gchk_case spec = {.name = "mixed", .layer = &layer, .options = set};
  work_fixture f;
  double before[3][N] = {{0}}, after[3][N] = {{0}};
  gchk_snapshot *snapshot;
  work_fixture_open(&f, &spec, NULL);
  bytes_of(f.work.instance, before);
  ck_assert_int_eq(gchk_audit_update(&f.work, &f.work.tensors[0], &snapshot, NULL), GCHK_OK);
  bytes_of(f.work.instance, after);
  ck_assert_mem_eq(before, after, sizeof before);
  const gchk_finding_list *list = &f.work.tensors[0].findings;
  ck_assert_msg((snapshot != NULL) == is_believed, "off by %g", off_by);
  ck_assert_uint_eq(list->count, findings);
  ck_assert_uint_eq(count_findings(list, GCHK_CODE_UPDATE_DIFFERS), findings);
  if (is_believed) { // what it holds is what forward made at the base point
    ck_assert_ptr_null(gchk_snapshot_value(snapshot, 0));
    ck_assert_mem_eq(gchk_snapshot_value(snapshot, 1), before[1], sizeof before[1]);
    ck_assert_mem_eq(gchk_snapshot_value(snapshot, 2), before[2], sizeof(double));
  }
  if (findings > 0) {
    const gchk_finding *finding = first_finding(list, GCHK_CODE_UPDATE_DIFFERS);
    ck_assert_double_eq(evidence_number(finding, "element"), N - 1);
    ck_assert(!finding->is_note);
    // The outputs are moved from before to there, and off_by of the way beyond.
    size_t j = (size_t)evidence_number(finding, "output");
    double whole = evidence_number(finding, "forward"), beyond = evidence_number(finding, "updated") - whole;
    ck_assert_double_lt(fabs(beyond - off_by * (whole - before[1][j])), 1e-9 * fabs(whole));
  }
  gchk_snapshot_free(snapshot);
  work_fixture_close(&f);
}

START_TEST(a_right_update_is_believed) {
  with_error(0, 1, true, 0);
}
END_TEST

START_TEST(one_that_is_wrong_by_a_thousandth_of_the_change_is_not) {
  with_error(1e-3, 1, false, 1);
  with_error(-1e-3, 1, false, 1);
  with_error(-1, 1, false, 1); // it changes nothing
}
END_TEST

// Another order of summation may move the last bits.
START_TEST(rounding_is_no_disagreement) {
  with_error(1e-13, 1, true, 0);
}
END_TEST

START_TEST(where_there_is_none_nothing_is_said) {
  with_error(1e-3, 0, false, 0);
  gchk_layer plain = layer;
  plain.update = NULL;
  const gchk_case spec = {.name = "plain", .layer = &plain};
  work_fixture f;
  gchk_snapshot *snapshot;
  work_fixture_open(&f, &spec, NULL);
  uint64_t calls = f.work.instance->forward_calls;
  ck_assert_int_eq(gchk_audit_update(&f.work, &f.work.tensors[0], &snapshot, NULL), GCHK_OK);
  ck_assert_ptr_null(snapshot);
  ck_assert_uint_eq(f.work.instance->forward_calls, calls);
  work_fixture_close(&f);
}
END_TEST

START_TEST(a_gradient_is_differentiated_by_forward_where_update_is_refused) {
  for (int is_wrong = 0; is_wrong < 2; is_wrong++) {
    const double set[OPTIONS] = {is_wrong * 1e-3, 1};
    const gchk_case spec = {.name = "mixed", .layer = &layer, .options = set};
    gchk_result *r;
    ck_assert_int_eq(gchk_check_cases(&spec, 1, NULL, &r, NULL), GCHK_OK);
    const gchk_tensor_result *t = &r->cases[0].tensors[0];
    ck_assert_uint_eq(t->elements.pass, N); // the gradient is right
    ck_assert_int_eq(t->verdict, is_wrong ? GCHK_FAIL : GCHK_PASS);
    ck_assert_int_eq(r->exit_code, is_wrong);
    gchk_result_free(r);
  }
}
END_TEST

/*
 * y_j = 0.37 j + sum_i x_i of numbers that are stored in bf16. An update adds what changes to what was stored, or is off by
 * OFF_BY times that.
 */
static const gchk_tensor_spec coarse_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N"),
                                               GCHK_TENSOR("old", GCHK_CACHE, "N")};

static float bf16(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  u = (u + 0x7fffU + ((u >> 16) & 1)) & 0xffff0000U;
  memcpy(&x, &u, sizeof x);
  return x;
}

static gchk_status coarse_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value;
  float *y = c->t[1].value, *old = c->t[2].value, sum = 0;
  for (size_t i = 0; i < N; i++)
    sum += old[i] = x[i];
  for (size_t j = 0; j < N; j++)
    y[j] = bf16(sum + 0.37F * (float)j);
  return GCHK_OK;
}

static gchk_status coarse_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *dy = c->t[1].grad;
  float *dx = c->t[0].grad, sum = 0;
  for (size_t j = 0; j < N; j++)
    sum += dy[j];
  for (size_t i = 0; i < N; i++)
    dx[i] = bf16(sum);
  return GCHK_OK;
}

static gchk_status coarse_update(const gchk_call *c, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor, (void)error;
  const float by = ((const float *)c->t[0].value)[element] - ((const float *)c->t[2].value)[element];
  float *y = c->t[1].value;
  for (size_t j = 0; j < N; j++)
    y[j] = bf16(y[j] + by * (float)(1 + c->option[OFF_BY]));
  *done = true;
  return GCHK_OK;
}

START_TEST(what_is_stored_again_is_rounded_again) {
  static const gchk_layer coarse = {.name = "coarse",
                                    .dtype = GCHK_F32,
                                    GCHK_TENSORS(coarse_rows),
                                    .forward = coarse_forward,
                                    .backward = coarse_backward,
                                    .sizes = "N=6",
                                    GCHK_OPTION_TABLE(options),
                                    .unit = GCHK_UNIT_OF_BF16,
                                    .update = coarse_update};
  static const double off_by[] = {0, -1, 1};
  for (size_t k = 0; k < 3; k++)
    for (uint64_t seed = 0; seed < 20; seed++) {
      const double set[OPTIONS] = {off_by[k], 1};
      const gchk_fill fill = {.kind = GCHK_FILL_UNIFORM, .a = 0.5, .b = 1};
      const gchk_tensor_setting setting = {.name = "x", .fill = fill};
      const gchk_case spec = {
          .name = "coarse", .layer = &coarse, .options = set, .settings = &setting, .setting_count = 1, .seed = seed};
      work_fixture f;
      gchk_snapshot *snapshot;
      work_fixture_open(&f, &spec, NULL);
      ck_assert_int_eq(gchk_audit_update(&f.work, &f.work.tensors[0], &snapshot, NULL), GCHK_OK);
      ck_assert_msg((snapshot != NULL) == (off_by[k] == 0), "seed %u, off by %g", (unsigned)seed, off_by[k]);
      ck_assert_uint_eq(count_findings(&f.work.tensors[0].findings, GCHK_CODE_UPDATE_DIFFERS), off_by[k] != 0);
      gchk_snapshot_free(snapshot);
      work_fixture_close(&f);
    }
}
END_TEST

TCase *update_audit_tests(void) {
  TCase *tests = tcase_create("update audit");
  tcase_add_test(tests, a_right_update_is_believed);
  tcase_add_test(tests, one_that_is_wrong_by_a_thousandth_of_the_change_is_not);
  tcase_add_test(tests, rounding_is_no_disagreement);
  tcase_add_test(tests, what_is_stored_again_is_rounded_again);
  tcase_add_test(tests, where_there_is_none_nothing_is_said);
  tcase_add_test(tests, a_gradient_is_differentiated_by_forward_where_update_is_refused);
  return tests;
}
