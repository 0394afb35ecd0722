/* What backward loses where moves by units show nothing: (1 - cos x)/x^2 near 0, in double, right and wrong. */
#include "decide/far_slack.h"

#include "decide_tests.h"
#include "measure/work_fixture.h"
#include "sanitized.h"

enum { COUNT = 200 };
static const double smallest = 3e-4, largest = 0.3;

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec options[] = {{"factor", 1, -10, 1000, ""}};

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  (void)error;
  for (size_t i = 0; i < COUNT; i++)
    y[i] = (1 - cos(x[i])) / (x[i] * x[i]);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  (void)error;
  for (size_t i = 0; i < COUNT; i++)
    dx[i] = c->option[0] * dy[i] * (sin(x[i]) / (x[i] * x[i]) - 2 * (1 - cos(x[i])) / (x[i] * x[i] * x[i]));
  return GCHK_OK;
}

static const gchk_layer layer = {.name = "versine",
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(rows),
                                 .forward = forward,
                                 .backward = backward,
                                 .sizes = "N=200",
                                 GCHK_OPTION_TABLE(options)};

typedef struct tally_of {
  size_t fail, pass, all;
} tally_of;

/* Of the elements that are at least so large. */
static tally_of count(double factor, uint64_t seed, double least) {
  double x[COUNT];
  for (size_t i = 0; i < COUNT; i++)
    x[i] = smallest * pow(largest / smallest, ((double)i + 0.1 * (double)seed) / COUNT) * (i % 2 == 0 ? 1 : -1);
  const gchk_tensor_setting setting = {.name = "x",
                                       .fill = {.kind = GCHK_FILL_VALUES, .values = x, .value_count = COUNT}};
  const gchk_case spec = {
      .name = "versine", .layer = &layer, .options = &factor, .settings = &setting, .setting_count = 1};
  gchk_options how = GCHK_OPTIONS_INIT;
  how.seed = seed;
  work_fixture f;
  work_fixture_open(&f, &spec, &how);
  work_fixture_differentiate(&f);
  tally_of found = {0};
  for (size_t i = 0; i < COUNT; i++) {
    const unsigned char verdict = f.work.tensors[0].verdict[i];
    const bool counts = fabs(x[i]) >= least;
    found.all += counts;
    found.fail += counts && verdict == GCHK_FAIL;
    found.pass += counts && verdict <= GCHK_KINK;
  }
  work_fixture_close(&f);
  return found;
}

START_TEST(what_cancels_in_backward_alone_does_not_fail) {
  const tally_of found = count(1, (uint64_t)_i, 0);
  ck_assert_uint_eq(found.all, COUNT);
  ck_assert_uint_eq(found.fail, 0);
  ck_assert_uint_gt(10 * found.pass, 8 * found.all);
}
END_TEST

START_TEST(a_mistake_fails_where_it_is_more_than_what_is_lost) {
  static const double factors[] = {-1, 0, 2, 1.1};
  for (size_t k = 0; k < sizeof factors / sizeof factors[0]; k++) {
    const tally_of found = count(factors[k], (uint64_t)_i, 0.02);
    ck_assert_uint_gt(found.all, COUNT / 4);
    ck_assert_msg(found.pass == 0 && 10 * found.fail > 8 * found.all, "times %g: of %zu %zu fail and %zu pass",
                  factors[k], found.all, found.fail, found.pass);
  }
}
END_TEST

TCase *far_slack_tests(void) {
  TCase *tests = tcase_create("far slack");
  tcase_add_loop_test(tests, what_cancels_in_backward_alone_does_not_fail, 0, REPEATED(8, 1));
  tcase_add_loop_test(tests, a_mistake_fails_where_it_is_more_than_what_is_lost, 0, REPEATED(3, 1));
  return tests;
}
