/* A vary, or an update, that is wrong where the audit of its tensor did not look: no element is wrong for it. */
#include "decide/doubt_way.h"

#include "decide/retry.h"
#include "decide_tests.h"
#include "gradcheck/explain.h"
#include "measure/work_fixture.h"

/*
 * L = sum_i x_i^2; of ROUGHS elements, from ROUGH on, something more around their first values, where no difference tells
 * anything: more than are audited for being open. vary is off by OFF_BY times what element AT changes, at the base point
 * or at all others; backward is wrong from WRONG to UP_TO, or nowhere (-1).
 */
enum { N = 200, ROUGH = 3, ROUGHS = 20, ROUGH_OUTPUT = 7, AT_BASE = 0, ELSEWHERE };
enum { OFF_BY, AT, WHERE, WRONG, UP_TO, OPTIONS };
static const gchk_option_spec options[OPTIONS] = {[OFF_BY] = {"off_by", 0, 0, 1, ""},
                                                  [AT] = {"at", 0, 0, N, ""},
                                                  [WHERE] = {"where", AT_BASE, AT_BASE, ELSEWHERE, ""},
                                                  [WRONG] = {"wrong", -1, -1, N, ""},
                                                  [UP_TO] = {"up_to", -1, -1, N, ""}};
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("loss", GCHK_OUTPUT, "1")};
static double first[N]; // at the base point; NAN before the first forward

static double rough(double way) {
  return fabs(way) < 0.3 ? 0.3 * sin(1e13 * way) : 0;
}

static double term(size_t i, double x) {
  return x * x + (i >= ROUGH && i < ROUGH + ROUGHS ? rough(x - first[i]) : 0);
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

/* Everything is as if it had never been there: noise, steps, bounds, and how many failures stood. */
static void must_be_as_never_there(const work_fixture *left, const work_fixture *never) {
  const gchk_tensor_work *a = &left->work.tensors[0], *b = &never->work.tensors[0];
  ck_assert_uint_eq(count_findings(&a->findings, GCHK_CODE_UPDATE_DIFFERS), 1);
  ck_assert(!a->uses_update);
  ck_assert_mem_eq(a->verdict, b->verdict, N);
  ck_assert_mem_eq(a->suspicion, b->suspicion, N);
  ck_assert_uint_eq(a->confirmed, b->confirmed);
  ck_assert_uint_eq(a->doubted, b->doubted);
  must_be_same(&a->start, &b->start, 1);
  must_be_same(&a->hidden, &b->hidden, 1);
  for (size_t d = 0; d < left->work.draw_count; d++) {
    must_be_same(&a->sigma[d], &b->sigma[d], 1);
    must_be_same(a->analytic[d], b->analytic[d], N);
    must_be_same(a->numeric[d], b->numeric[d], N);
    must_be_same(a->bound[d], b->bound[d], N);
  }
  ck_assert_uint_eq(a->step_curve.point_count, b->step_curve.point_count);
  for (size_t k = 0; k < a->step_curve.point_count; k++)
    must_be_same(&a->step_curve.points[k].bound, &b->step_curve.points[k].bound, 1);
}

static void left_is_as_never_there(const double *set) {
  work_fixture left, never;
  const gchk_layer varies = layer_with(true);
  differentiate(&left, &varies, set);
  const gchk_layer plain = layer_with(false);
  differentiate(&never, &plain, set);
  must_be_as_never_there(&left, &never);
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

/* ---- the loss where nothing is changed, which vary says wrongly, or not at all ---- */

static double said; /* beside what it is; NAN: nothing */
static gchk_status vary_with_base(const gchk_call *c, const gchk_variants *variants, bool *done, gchk_error *error) {
  double base;
  gchk_variants inside = *variants;
  inside.base = &base;
  GCHK_TRY(vary(c, &inside, done, error));
  if (!isnan(said))
    *variants->base = base + said;
  return GCHK_OK;
}

START_TEST(a_base_that_is_wrong_is_found) {
  static const struct {
    double said;
    bool is_believed;
  } rows_of[] = {{0, true}, {1e-14, true}, {1e-8, false}, {-1, false}, {(double)NAN, false}};
  for (size_t k = 0; k < sizeof rows_of / sizeof rows_of[0]; k++)
    for (int wrong = -1; wrong <= 100; wrong += 101) {
      work_fixture f;
      gchk_layer varies = layer_with(true);
      varies.vary = vary_with_base;
      said = rows_of[k].said;
      differentiate(&f, &varies, (double[OPTIONS]){0, 0, AT_BASE, wrong, wrong});
      const gchk_tensor_work *t = &f.work.tensors[0];
      ck_assert_msg(t->uses_update == rows_of[k].is_believed, "%g beside the loss", said);
      ck_assert_uint_eq(count_findings(&t->findings, GCHK_CODE_UPDATE_DIFFERS), !rows_of[k].is_believed);
      for (size_t e = ROUGH + ROUGHS; e < N; e++)
        ck_assert_msg(t->verdict[e] == ((int)e == wrong ? GCHK_FAIL : GCHK_PASS), "element %zu: %d", e, t->verdict[e]);
      work_fixture_close(&f);
    }
}
END_TEST

/*
 * ---- update: y_i = x_i^2, off by OFF_BY times what element AT changes; dx is wrong at WRONG. Of N elements ROUGH is
 * added to all outputs; update makes of one of them what no difference tells anything of, so that the others decide. ----
 */

static const gchk_tensor_spec of_squares[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .grad = GCHK_GRAD_OVERWRITE),
                                              GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

static gchk_status square(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  if (c->t[0].count == N && isnan(first[0]))
    memcpy(first, x, sizeof first);
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = x[i] * x[i];
  for (size_t i = 0; i < N && c->t[0].count == N; i++)
    y[i] += i != ROUGH ? x[ROUGH] : 0;
  return GCHK_OK;
}

static gchk_status square_back(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = 2 * x[i] * dy[i] * ((double)i == c->option[WRONG] ? 1.5 : 1);
  for (size_t i = 0; i < N && c->t[0].count == N; i++)
    dx[ROUGH] += i != ROUGH ? dy[i] : 0;
  return GCHK_OK;
}

static gchk_status update(const gchk_call *c, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor;
  double *y = (double *)c->t[1].value + element;
  const double before = *y, off = element == (size_t)c->option[AT] ? c->option[OFF_BY] : 0;
  GCHK_TRY(square(c, error));
  *y += (*y - before) * off;
  if (element == ROUGH && c->t[0].count == N && c->option[OFF_BY] != 0)
    ((double *)c->t[1].value)[ROUGH_OUTPUT] += rough(((const double *)c->t[0].value)[ROUGH] - first[ROUGH]);
  *done = true;
  return GCHK_OK;
}

static gchk_layer squares_with(bool has_update, const char *sizes) {
  first[0] = (double)NAN;
  return (gchk_layer){.name = "squares",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(of_squares),
                      .forward = square,
                      .backward = square_back,
                      .sizes = sizes,
                      GCHK_OPTION_TABLE(options),
                      .update = has_update ? update : NULL};
}

/* One by one, for a Jacobian is kept. */
START_TEST(an_update_that_is_wrong_is_left_and_leaves_nothing_behind) {
  static const double sets[][OPTIONS] = {
      {1e-4, 100, AT_BASE, -1}, {1e-4, 100, AT_BASE, 100}, {1e-4, 100, AT_BASE, 50}, {1e-4, 100, AT_BASE, 150}};
  for (size_t k = 0; k < sizeof sets / sizeof sets[0]; k++) {
    work_fixture left, never;
    const gchk_layer updates = squares_with(true, "N=200");
    differentiate(&left, &updates, sets[k]);
    const gchk_layer plain = squares_with(false, "N=200");
    differentiate(&never, &plain, sets[k]);
    ck_assert_ptr_nonnull(left.work.tensors[0].jacobian);
    must_be_as_never_there(&left, &never);
    for (size_t e = 0; e < N; e++)
      ck_assert_int_eq(left.work.tensors[0].verdict[e], (double)e == sets[k][WRONG] ? GCHK_FAIL : GCHK_PASS);
    work_fixture_close(&left);
    work_fixture_close(&never);
  }
}
END_TEST

/* In groups, which are by forward: what fails there is asked again by update, whose mistake is not that of the groups. */
START_TEST(no_group_comes_apart_for_an_update) {
  enum { MANY = 1024 };
  for (int is_off = 0; is_off < 2; is_off++)
    for (int wrong = -1; wrong <= 100; wrong += 101) {
      const gchk_layer updates = squares_with(true, "N=1024");
      work_fixture f;
      differentiate(&f, &updates, (double[OPTIONS]){is_off * 1e-4, 100, AT_BASE, wrong});
      const gchk_tensor_work *t = &f.work.tensors[0];
      ck_assert_uint_lt(f.work.instance->forward_calls, MANY);
      ck_assert_uint_eq(count_findings(&t->findings, GCHK_CODE_PATTERN_BROKEN), 0);
      ck_assert_uint_eq(count_findings(&t->findings, GCHK_CODE_UPDATE_DIFFERS), is_off && wrong >= 0);
      for (size_t e = 0; e < MANY; e++)
        ck_assert_int_eq(t->verdict[e], (int)e == wrong ? GCHK_FAIL : GCHK_PASS);
      work_fixture_close(&f);
    }
}
END_TEST

START_TEST(a_right_update_is_not_left) {
  for (int wrong = -1; wrong < N; wrong += 67) {
    work_fixture f;
    const gchk_layer updates = squares_with(true, "N=200");
    differentiate(&f, &updates, (double[OPTIONS]){0, 0, AT_BASE, wrong});
    const gchk_tensor_work *t = &f.work.tensors[0];
    ck_assert(t->uses_update);
    ck_assert_uint_eq(t->findings.count, 0);
    for (size_t e = 0; e < N; e++)
      ck_assert_int_eq(t->verdict[e], (int)e == wrong ? GCHK_FAIL : GCHK_PASS);
    work_fixture_close(&f);
  }
}
END_TEST

TCase *doubt_way_tests(void) {
  TCase *tests = tcase_create("doubt way");
  tcase_add_test(tests, a_vary_that_is_left_leaves_nothing_behind);
  tcase_add_test(tests, a_right_vary_is_not_left);
  tcase_add_test(tests, no_explanation_blames_an_element_for_vary);
  tcase_add_test(tests, no_other_point_blames_an_element_for_vary);
  tcase_add_test(tests, a_base_that_is_wrong_is_found);
  tcase_add_test(tests, an_update_that_is_wrong_is_left_and_leaves_nothing_behind);
  tcase_add_test(tests, no_group_comes_apart_for_an_update);
  tcase_add_test(tests, a_right_update_is_not_left);
  return tests;
}
