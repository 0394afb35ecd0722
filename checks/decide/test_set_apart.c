/*
 * Elements that vary says have no effect: all is as where it does not say so, but that it is asked for fewer points. One
 * that is said to have none and has some is found, whatever backward does.
 */
#include "decide/set_apart.h"

#include <stdlib.h>

#include "decide_tests.h"
#include "gradcheck/check.h"
#include "gradcheck/random.h"
#include "lines/update_audit.h"
#include "measure/work_fixture.h"
#include "sanitized.h"

/*
 * L = sum of x_i^2 over elements that are live; of two that are off, max(0, x - 1) and max(0, -x - 1). vary says of those
 * that are neither that they have no effect, and of LIE too; it is off by OFF_BY at all points. backward gives GIVES at
 * WRONG, where the upstream gradient is above `above`.
 */
enum { N = 9000, OFF_ABOVE = 4321, OFF_BELOW = OFF_ABOVE + 192 /* which is moved as that one is */, NOBODY = -1 };
enum { SAYS, LIE, OFF_BY, WRONG, GIVES, OPTIONS };
static const gchk_option_spec options[OPTIONS] = {[SAYS] = {"says", 0, 0, 1, ""},
                                                  [LIE] = {"lie", NOBODY, NOBODY, N, ""},
                                                  [OFF_BY] = {"off_by", 0, -1, 1, ""},
                                                  [WRONG] = {"wrong", NOBODY, NOBODY, N, ""},
                                                  [GIVES] = {"gives", 0, -10, 10, ""}};
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("loss", GCHK_OUTPUT, "1")};

static double above = -(double)INFINITY;
static size_t points, asked; // of vary; how often it was asked what has no effect

/* Rows of live elements among others, and single ones. */
static bool is_live(size_t i) {
  return i % 700 < 90 || i % 31 == 7;
}

static bool is_off(size_t i) {
  return i == OFF_ABOVE || i == OFF_BELOW;
}

static double term(size_t i, double x) {
  return is_off(i) ? fmax(0, (i == OFF_ABOVE ? x : -x) - 1) : is_live(i) ? x * x : 0 * x;
}

static double sum_of(const gchk_call *c) {
  const double *x = c->t[0].value;
  double sum = 0;
  for (size_t i = 0; i < N; i++)
    sum += term(i, x[i]);
  return sum;
}

GCHK_CALLBACK(forward, *(double *)c->t[1].value = sum_of(c))

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < N; i++) {
    const double slope = !is_off(i) && is_live(i) ? 2 * x[i] : 0;
    dx[i] = *dy * (c->option[WRONG] == (double)i && *dy > above ? c->option[GIVES] : slope);
  }
  return GCHK_OK;
}

static gchk_status vary(const gchk_call *c, const gchk_variants *variants, bool *done, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  points += variants->count;
  *done = true;
  *variants->base = sum_of(c);
  for (size_t k = 0; k < variants->count; k++) {
    const size_t i = variants->element[k];
    variants->loss[k] = *variants->base + (term(i, variants->value[k]) - term(i, x[i])) * (1 + c->option[OFF_BY]);
  }
  if (variants->has_no_effect == NULL)
    return GCHK_OK;
  asked++;
  for (size_t i = 0; i < N && c->option[SAYS] != 0; i++)
    variants->has_no_effect[i] = (!is_off(i) && !is_live(i)) || c->option[LIE] == (double)i;
  return GCHK_OK;
}

static const gchk_layer layer = {.name = "some",
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(rows),
                                 .forward = forward,
                                 .backward = backward,
                                 .sizes = "N=9000",
                                 GCHK_OPTION_TABLE(options),
                                 .vary = vary};

static void open_case(work_fixture *f, const double *set, gchk_options how) {
  static double x[N];
  gchk_random random = gchk_random_seeded(5);
  for (size_t i = 0; i < N; i++)
    x[i] = gchk_random_signed(&random) / 8;
  x[200] = 0; // of those without effect
  x[201] = -0.0;
  x[202] = 3;
  x[203] = 0x1p-1070;
  x[OFF_ABOVE] = 0.1;
  x[OFF_BELOW] = -0.1;
  const gchk_tensor_setting given = {.name = "x", .fill = {.kind = GCHK_FILL_VALUES, .values = x, .value_count = N}};
  const gchk_case spec = {.name = "some", .layer = &layer, .options = set, .settings = &given, .setting_count = 1};
  points = asked = 0;
  work_fixture_open(f, &spec, &how);
}

static void must_be_same(const void *a, const void *b, size_t size) {
  ck_assert_mem_eq(a, b, size);
}

static void must_agree(const work_fixture *f, const work_fixture *g) {
  const gchk_tensor_work *a = &f->work.tensors[0], *b = &g->work.tensors[0];
  ck_assert_uint_eq(f->work.instance->forward_calls + f->work.other_calls,
                    g->work.instance->forward_calls + g->work.other_calls);
  for (size_t d = 0; d < f->work.draw_count; d++) {
    must_be_same(a->numeric[d], b->numeric[d], N * sizeof(double));
    must_be_same(a->numeric_bound[d], b->numeric_bound[d], N * sizeof(double));
    must_be_same(a->bound[d], b->bound[d], N * sizeof(double));
  }
  must_be_same(a->step, b->step, N * sizeof(double));
  must_be_same(a->verdict, b->verdict, N);
  must_be_same(a->doubt, b->doubt, N);
  must_be_same(a->resolution, b->resolution, N);
  must_be_same(a->caught, b->caught, N);
  must_be_same(a->suspicion, b->suspicion, N);
  must_be_same(&a->hidden, &b->hidden, sizeof a->hidden);
  ck_assert_uint_eq(a->findings.count, b->findings.count);
  ck_assert(a->uses_update && b->uses_update);
}

/* How much is asked for where vary says it, beside where it does not. */
static double compare(const double *set, double step, uint64_t seed) {
  double silent[OPTIONS];
  gchk_options how = GCHK_OPTIONS_INIT;
  work_fixture says, does_not;
  how.step = step;
  how.seed = seed;
  memcpy(silent, set, sizeof silent);
  silent[SAYS] = 0;
  open_case(&does_not, silent, how);
  work_fixture_differentiate(&does_not);
  const double all = (double)points;
  open_case(&says, set, how);
  work_fixture_differentiate(&says);
  must_agree(&says, &does_not);
  const gchk_tensor_work *t = &says.work.tensors[0];
  for (size_t e = 0; e < N; e++)
    ck_assert_msg((t->verdict[e] == GCHK_FAIL) == (set[WRONG] == (double)e), "element %zu: %d", e, t->verdict[e]);
  ck_assert(t->resolution[301] == (step > 0 ? GCHK_FLAT : GCHK_EXACT_ZERO));
  work_fixture_close(&says);
  work_fixture_close(&does_not);
  return (double)points / all;
}

START_TEST(all_is_as_if_it_were_not_said) {
  const double steps[] = {0, 1e-4};
  for (size_t i = 0; i < 2; i++) {
    ck_assert_double_lt(compare((double[OPTIONS]){1, NOBODY, 0, NOBODY, 0}, steps[i], 1), 0.4);
    // Backward is wrong at one of those without effect, and at one beside them.
    ck_assert_double_lt(compare((double[OPTIONS]){1, NOBODY, 0, 300, 1e-3}, steps[i], 1), 0.4);
    ck_assert_double_lt(compare((double[OPTIONS]){1, NOBODY, 0, 7, 0}, steps[i], 1), 0.4);
  }
}
END_TEST

/* Of the first, or of the other. */
START_TEST(a_gradient_in_one_draw_is_one) {
  bool seen[2] = {false, false};
  for (uint64_t seed = 1; !(seen[0] && seen[1]); seed++) {
    gchk_options how = GCHK_OPTIONS_INIT;
    work_fixture f;
    how.seed = seed;
    open_case(&f, (double[OPTIONS]){1, NOBODY, 0, NOBODY, 0}, how);
    const double first = f.work.v[0][0], last = f.work.v[1][0];
    work_fixture_close(&f);
    if (seen[first < last])
      continue;
    seen[first < last] = true;
    above = (first + last) / 2;
    ck_assert_double_lt(compare((double[OPTIONS]){1, NOBODY, 0, 300, 1e-3}, 0, seed), 0.4);
  }
  above = -(double)INFINITY;
}
END_TEST

/* Where no point is apart from the value, an element is evaluated: its step shows it. */
START_TEST(a_step_that_moves_nothing_is_seen) {
  ck_assert_double_gt(compare((double[OPTIONS]){1, NOBODY, 0, NOBODY, 0}, 1e-16, 1), 0);
}
END_TEST

/* One of thousands: it is found in front of all, and what backward leaves out is found by forward. */
START_TEST(a_lie_is_found) {
  const size_t lies[] = {0, 31 * 9 + 7, N - N % 31 - 24, OFF_ABOVE, OFF_BELOW};
  for (size_t i = 0; i < 2 * sizeof lies / sizeof lies[0]; i += REPEATED(1, 3)) {
    const size_t at = lies[i / 2];
    const bool is_left_out = i % 2 != 0;
    const double set[OPTIONS] = {1, (double)at, 0, is_left_out ? (double)at : NOBODY, 0};
    work_fixture f;
    ck_assert(is_off(at) || is_live(at));
    open_case(&f, set, (gchk_options)GCHK_OPTIONS_INIT);
    work_fixture_differentiate(&f);
    const gchk_tensor_work *t = &f.work.tensors[0];
    ck_assert_uint_eq(count_findings(&t->findings, GCHK_CODE_UPDATE_DIFFERS), 1);
    ck_assert_double_gt(evidence_number(first_finding(&t->findings, GCHK_CODE_UPDATE_DIFFERS), "elements"), N / 2);
    ck_assert(!t->uses_update);
    for (size_t e = 0; e < N; e++)
      ck_assert_msg((t->verdict[e] == GCHK_FAIL) == (is_left_out && e == at && !is_off(at)), "%zu, element %zu", i, e);
    work_fixture_close(&f);
  }
}
END_TEST

/* Where vary is wrong and what it says of elements is right, it is the vary that is named. */
START_TEST(what_is_said_is_not_blamed_for_what_is_evaluated) {
  work_fixture f;
  open_case(&f, (double[OPTIONS]){1, NOBODY, 1e-2, NOBODY, 0}, (gchk_options)GCHK_OPTIONS_INIT);
  work_fixture_differentiate(&f);
  const gchk_tensor_work *t = &f.work.tensors[0];
  ck_assert_uint_eq(count_findings(&t->findings, GCHK_CODE_UPDATE_DIFFERS), 1);
  const size_t element = (size_t)evidence_number(first_finding(&t->findings, GCHK_CODE_UPDATE_DIFFERS), "element");
  ck_assert(is_live(element));
  work_fixture_close(&f);
}
END_TEST

/* The values are as they were, and nothing is drawn that was not drawn before. */
START_TEST(an_audit_leaves_nothing_behind) {
  for (int says = 0; says < 2; says++) {
    static double before[N];
    static gchk_random after[2];
    work_fixture f;
    bool varies, *has_no_effect;
    double base;
    open_case(&f, (double[OPTIONS]){says, NOBODY, 0, NOBODY, 0}, (gchk_options)GCHK_OPTIONS_INIT);
    memcpy(before, f.work.instance->t[0].value, sizeof before);
    ck_assert_int_eq(gchk_audit_vary(&f.work, &f.work.tensors[0], &varies, &base, &has_no_effect, NULL), GCHK_OK);
    ck_assert(varies && (has_no_effect != NULL) == (says == 1));
    ck_assert_uint_eq(asked, 1);
    must_be_same(before, f.work.instance->t[0].value, sizeof before);
    after[says] = f.work.random;
    work_fixture_close(&f);
    if (says == 1)
      must_be_same(&after[0], &after[1], sizeof after[0]);
  }
}
END_TEST

TCase *set_apart_tests(void) {
  TCase *tc = tcase_create("set_apart");
  tcase_add_test(tc, all_is_as_if_it_were_not_said);
  tcase_add_test(tc, a_gradient_in_one_draw_is_one);
  tcase_add_test(tc, a_step_that_moves_nothing_is_seen);
  tcase_add_test(tc, a_lie_is_found);
  tcase_add_test(tc, what_is_said_is_not_blamed_for_what_is_evaluated);
  tcase_add_test(tc, an_audit_leaves_nothing_behind);
  return tc;
}
