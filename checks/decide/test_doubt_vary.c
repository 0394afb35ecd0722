/* A vary that is wrong where the audit of its tensor did not look: no element is wrong for it, at whatever point. */
#include "decide/doubt_vary.h"

#include "decide/retry.h"
#include "decide_tests.h"
#include "gradcheck/explain.h"
#include "measure/work_fixture.h"

/*
 * L = sum_i x_i^2; of ROUGHS elements, from ROUGH on, something more around their first values, where no difference tells
 * anything: more than are audited for being open. vary is off by OFF_BY times what element AT changes, at the base point
 * or at all others; backward is wrong from WRONG to UP_TO, or nowhere (-1).
 */
enum { N = 200, ROUGH = 3, ROUGHS = 20, AT_BASE = 0, ELSEWHERE };
enum { OFF_BY, AT, WHERE, WRONG, UP_TO, OPTIONS };
static const gchk_option_spec options[OPTIONS] = {[OFF_BY] = {"off_by", 0, 0, 1, ""},
                                                  [AT] = {"at", 0, 0, N, ""},
                                                  [WHERE] = {"where", AT_BASE, AT_BASE, ELSEWHERE, ""},
                                                  [WRONG] = {"wrong", -1, -1, N, ""},
                                                  [UP_TO] = {"up_to", -1, -1, N, ""}};
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("loss", GCHK_OUTPUT, "1")};
static double first[N]; // at the base point; NAN before the first forward

static double term(size_t i, double x) {
  const double way = x - first[i];
  return x * x + (i >= ROUGH && i < ROUGH + ROUGHS && fabs(way) < 0.3 ? 0.3 * sin(1e13 * way) : 0);
}

static double sum_of(const gchk_call *c) {
  const double *x = c->t[0].value;
  double sum = 0;
  for (size_t i = 0; i < N; i++)
    sum += term(i, x[i]);
  return sum;
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  if (isnan(first[0]))
    memcpy(first, c->t[0].value, sizeof first);
  *(double *)c->t[1].value = sum_of(c);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < N; i++) {
    const bool is_wrong = c->option[WRONG] >= 0 && i >= (size_t)c->option[WRONG] && i <= (size_t)c->option[UP_TO];
    dx[i] = *dy * 2 * x[i] * (is_wrong ? 1.5 : 1);
  }
  return GCHK_OK;
}

static gchk_status vary(const gchk_call *c, const gchk_variants *variants, bool *done, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  const bool is_elsewhere = memcmp(x, first, sizeof first) != 0;
  *done = true;
  *variants->base = sum_of(c);
  for (size_t k = 0; k < variants->count; k++) {
    const size_t i = variants->element[k];
    const bool is_off = i == (size_t)c->option[AT] && is_elsewhere == (c->option[WHERE] == ELSEWHERE);
    const double change = term(i, variants->value[k]) - term(i, x[i]);
    variants->loss[k] = *variants->base + change * (is_off ? 1 + c->option[OFF_BY] : 1);
  }
  return GCHK_OK;
}

static gchk_layer layer_with(bool varies) {
  first[0] = (double)NAN;
  return (gchk_layer){.name = "squares",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(rows),
                      .forward = forward,
                      .backward = backward,
                      .sizes = "N=200",
                      GCHK_OPTION_TABLE(options),
                      .vary = varies ? vary : NULL};
}

static void differentiate(work_fixture *f, const gchk_layer *layer, const double *set) {
  const gchk_case spec = {.name = "squares", .layer = layer, .options = set};
  work_fixture_open(f, &spec, NULL);
  work_fixture_differentiate(f);
}

static void must_be_same(const double *a, const double *b, size_t count) {
  ck_assert_mem_eq(a, b, count * sizeof *a);
}

/* Everything is as if there had been no vary: noise, steps, bounds, and how many failures stood. */
static void left_is_as_never_there(const double *set) {
  work_fixture left, never;
  const gchk_layer varies = layer_with(true);
  differentiate(&left, &varies, set);
  const gchk_layer plain = layer_with(false);
  differentiate(&never, &plain, set);
  const gchk_tensor_work *a = &left.work.tensors[0], *b = &never.work.tensors[0];
  ck_assert_uint_eq(count_findings(&a->findings, GCHK_CODE_UPDATE_DIFFERS), 1);
  ck_assert(!a->uses_update);
  ck_assert_mem_eq(a->verdict, b->verdict, N);
  ck_assert_mem_eq(a->suspicion, b->suspicion, N);
  ck_assert_uint_eq(a->confirmed, b->confirmed);
  ck_assert_uint_eq(a->doubted, b->doubted);
  must_be_same(&a->start, &b->start, 1);
  must_be_same(&a->hidden, &b->hidden, 1);
  for (size_t d = 0; d < left.work.draw_count; d++) {
    must_be_same(&a->sigma[d], &b->sigma[d], 1);
    must_be_same(a->numeric[d], b->numeric[d], N);
    must_be_same(a->bound[d], b->bound[d], N);
  }
  ck_assert_uint_eq(a->step_curve.point_count, b->step_curve.point_count);
  for (size_t k = 0; k < a->step_curve.point_count; k++)
    must_be_same(&a->step_curve.points[k].bound, &b->step_curve.points[k].bound, 1);
  work_fixture_close(&left);
  work_fixture_close(&never);
}

START_TEST(a_vary_that_is_left_leaves_nothing_behind) {
  left_is_as_never_there((double[OPTIONS]){1e-4, 100, AT_BASE, -1, -1});
  left_is_as_never_there((double[OPTIONS]){1e-4, 100, AT_BASE, 98, 150}); // after two that were confirmed by vary
  left_is_as_never_there((double[OPTIONS]){1e-4, 100, AT_BASE, 120, 120});
}
END_TEST

/* A vary that is right stays, whatever backward is. */
START_TEST(a_right_vary_is_not_left) {
  for (int wrong = -1; wrong < N; wrong += 67) {
    work_fixture f;
    const gchk_layer varies = layer_with(true);
    differentiate(&f, &varies, (double[OPTIONS]){0, 0, AT_BASE, wrong, wrong});
    const gchk_tensor_work *t = &f.work.tensors[0];
    ck_assert(t->uses_update);
    ck_assert_uint_eq(t->confirmed, wrong >= 0);
    for (size_t e = 0; e < N; e++)
      ck_assert_msg((t->verdict[e] == GCHK_FAIL) == ((int)e == wrong), "element %zu: %d", e, t->verdict[e]);
    work_fixture_close(&f);
  }
}
END_TEST

static gchk_verdict explained(const double *set, size_t element) {
  static gchk_explanation x;
  gchk_error error = {GCHK_OK, ""};
  const gchk_layer varies = layer_with(true);
  const gchk_case spec = {.name = "squares", .layer = &varies, .options = set};
  ck_assert_msg(gchk_explain_element(&spec, NULL, "x", &element, 1, &x, &error) == GCHK_OK, "%s", error.message);
  return x.verdict;
}

/* What is said of one element is what a check says of it. */
START_TEST(no_explanation_blames_an_element_for_vary) {
  ck_assert_int_eq(explained((double[OPTIONS]){1e-4, 100, AT_BASE, -1, -1}, 100), GCHK_PASS);
  ck_assert_int_eq(explained((double[OPTIONS]){1e-4, 100, AT_BASE, 100, 100}, 100), GCHK_FAIL);
  ck_assert_int_eq(explained((double[OPTIONS]){0, 100, AT_BASE, 100, 100}, 100), GCHK_FAIL);
}
END_TEST

/* The verdict of ROUGH, which is open at the base point and decided at others. */
static gchk_verdict elsewhere(const double *set) {
  work_fixture f;
  const gchk_layer varies = layer_with(true);
  differentiate(&f, &varies, set);
  ck_assert(f.work.tensors[0].uses_update);
  ck_assert_int_eq(f.work.tensors[0].verdict[ROUGH], GCHK_INCONCLUSIVE);
  ck_assert_int_eq(gchk_retry_open_elements(&f.work, NULL, NULL), GCHK_OK);
  const gchk_verdict verdict = (gchk_verdict)f.work.tensors[0].verdict[ROUGH];
  work_fixture_close(&f);
  return verdict;
}

START_TEST(no_other_point_blames_an_element_for_vary) {
  ck_assert_int_le(elsewhere((double[OPTIONS]){0, ROUGH, ELSEWHERE, -1, -1}), GCHK_KINK);
  ck_assert_int_le(elsewhere((double[OPTIONS]){1e-4, ROUGH, ELSEWHERE, -1, -1}), GCHK_KINK);
  ck_assert_int_eq(elsewhere((double[OPTIONS]){1e-4, ROUGH, ELSEWHERE, ROUGH, ROUGH}), GCHK_FAIL);
  ck_assert_int_eq(elsewhere((double[OPTIONS]){0, ROUGH, ELSEWHERE, ROUGH, ROUGH}), GCHK_FAIL);
}
END_TEST

TCase *doubt_vary_tests(void) {
  TCase *tests = tcase_create("doubt vary");
  tcase_add_test(tests, a_vary_that_is_left_leaves_nothing_behind);
  tcase_add_test(tests, a_right_vary_is_not_left);
  tcase_add_test(tests, no_explanation_blames_an_element_for_vary);
  tcase_add_test(tests, no_other_point_blames_an_element_for_vary);
  return tests;
}
