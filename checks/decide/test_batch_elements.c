/* Elements in blocks, by vary: the same verdicts as by forward, whatever vary, backward or the function does. */
#include "decide/batch_elements.h"

#include <stdlib.h>

#include "decide/decide.h"
#include "decide_tests.h"
#include "gradcheck/check.h"
#include "gradcheck/random.h"
#include "lines/vary_replay.h"
#include "measure/work_fixture.h"
#include "sanitized.h"

/*
 * L = sum_i f_i(x_i), f a square, an exponential, relu, nothing at all, and what moves far out only, in turn. vary is
 * off by OFF_BY times what changes, at element AT alone (-1: everywhere); backward is at WRONG (-1: nowhere), or at
 * all, with OTHER only where the upstream gradient is not 1.
 */
enum { N = 6000, KINDS = 5, KINKED = 7, ALL = -2 };
enum { OFF_BY, AT, WRONG, OTHER, OPTIONS };
static const gchk_option_spec options[OPTIONS] = {[OFF_BY] = {"off_by", 0, -1, 1, ""},
                                                  [AT] = {"at", -1, -1, N, ""},
                                                  [WRONG] = {"wrong", -1, ALL, N, ""},
                                                  [OTHER] = {"other", 0, 0, 1, ""}};
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("loss", GCHK_OUTPUT, "1")};

static size_t forwards, varied; // calls

static double term(size_t i, double x) {
  switch (i % KINDS) {
  case 0:
    return (double)(1 + i % 7) * x * x;
  case 1:
    return exp(x);
  case 2:
    return x > 0 ? x : 0;
  case 3:
    return 1;
  default:
    return fabs(x) > 5 ? x * x : 0;
  }
}

static double slope(size_t i, double x) {
  const double of_kind[KINDS] = {2 * (double)(1 + i % 7) * x, exp(x), x > 0, 0, fabs(x) > 5 ? 2 * x : 0};
  return of_kind[i % KINDS];
}

static double sum_of(const gchk_call *c) {
  const double *x = c->t[0].value;
  double sum = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum += term(i, x[i]);
  return sum;
}

GCHK_CALLBACK(forward, {
  forwards++;
  *(double *)c->t[1].value = sum_of(c);
})

static bool is_wrong(const double *set, size_t i) {
  return set[WRONG] == (double)i || set[WRONG] == (double)ALL;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = *dy * slope(i, x[i]) * (is_wrong(c->option, i) && (c->option[OTHER] == 0 || *dy != 1) ? 1.01 : 1);
  return GCHK_OK;
}

static gchk_status vary(const gchk_call *c, const gchk_variants *variants, bool *done, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  varied++;
  *done = variants->tensor == 0;
  *variants->base = sum_of(c);
  for (size_t k = 0; k < variants->count; k++) {
    const size_t i = variants->element[k];
    const bool is_off = c->option[AT] < 0 || c->option[AT] == (double)i;
    const double change = term(i, variants->value[k]) - term(i, x[i]);
    variants->loss[k] = *variants->base + change * (is_off ? 1 + c->option[OFF_BY] : 1);
  }
  return GCHK_OK;
}

static gchk_layer layer_with(bool varies) {
  return (gchk_layer){.name = "terms",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(rows),
                      .forward = forward,
                      .backward = backward,
                      .sizes = "N=6000",
                      GCHK_OPTION_TABLE(options),
                      .vary = varies ? vary : NULL};
}

static void open_case(work_fixture *f, const gchk_layer *layer, const double *set, double step) {
  gchk_options how = GCHK_OPTIONS_INIT;
  how.step = step;
  static double x[N];
  gchk_random random = gchk_random_seeded(3);
  for (size_t i = 0; i < N; i++)
    x[i] = gchk_random_signed(&random);
  x[KINKED] = 1e-7; // relu kinks within all steps there
  const gchk_tensor_setting given = {.name = "x", .fill = {.kind = GCHK_FILL_VALUES, .values = x, .value_count = N}};
  const gchk_case spec = {.name = "terms", .layer = layer, .options = set, .settings = &given, .setting_count = 1};
  work_fixture_open(f, &spec, &how);
  work_fixture_differentiate(f);
}

static void compare(const double *set, double step) {
  const gchk_layer varies = layer_with(true), plain = layer_with(false);
  work_fixture by_vary, by_forward;
  open_case(&by_vary, &varies, set, step);
  open_case(&by_forward, &plain, set, step);
  const gchk_tensor_work *a = &by_vary.work.tensors[0], *b = &by_forward.work.tensors[0];
  ck_assert(a->uses_update);
  ck_assert_uint_eq(by_vary.work.draw_count, by_forward.work.draw_count);
  for (size_t e = 0; e < N; e++) {
    ck_assert_msg(a->verdict[e] == b->verdict[e], "element %zu: %d by vary, %d by forward", e, a->verdict[e],
                  b->verdict[e]);
    ck_assert_int_eq(a->resolution[e], b->resolution[e]);
    ck_assert_int_eq(a->verdict[e] == GCHK_FAIL, set[WRONG] == (double)e);
    for (size_t d = 0; d < by_vary.work.draw_count; d++) {
      const double apart = fabs(a->numeric[d][e] - b->numeric[d][e]);
      ck_assert_msg(apart <= a->numeric_bound[d][e] + b->numeric_bound[d][e], "element %zu", e);
    }
  }
  ck_assert_uint_eq(a->tally.exact_zero, b->tally.exact_zero);
  ck_assert_uint_eq(a->tally.flat, b->tally.flat);
  work_fixture_close(&by_vary);
  work_fixture_close(&by_forward);
}

START_TEST(verdicts_are_those_of_forward) {
  const double steps[] = {0, 1e-4};
  for (size_t i = 0; i < REPEATED(2, 1); i++) {
    compare((double[OPTIONS]){0, -1, -1}, steps[i]);
    compare((double[OPTIONS]){0, -1, 5005}, steps[i]);    // a square's
    compare((double[OPTIONS]){0, -1, 1}, steps[i]);       // the second element of the first block
    compare((double[OPTIONS]){0, -1, 4001, 1}, steps[i]); // in the second draw alone
  }
}
END_TEST

// A tensor that is wrong wherever it is not 0: few are asked for by themselves, and the others told as those are.
START_TEST(what_is_wrong_everywhere_needs_no_calls_of_its_own) {
  const gchk_layer layer = layer_with(true);
  const double set[OPTIONS] = {0, -1, ALL};
  work_fixture f;
  forwards = varied = 0;
  open_case(&f, &layer, set, 0);
  const gchk_tensor_work *t = &f.work.tensors[0];
  size_t fails = 0;
  for (size_t e = 0; e < N; e++) {
    const double right = slope(e, gchk_tensor_get(&f.work.instance->t[0], f.work.instance->t[0].value, e));
    if (e != KINKED)
      ck_assert_msg((t->verdict[e] == GCHK_FAIL) == (right != 0), "element %zu", e);
    fails += t->verdict[e] == GCHK_FAIL;
  }
  ck_assert_uint_gt(fails, N / 3);
  ck_assert_uint_lt(forwards + varied, 6 * fails); // one by one each would need more than six
  work_fixture_close(&f);
}
END_TEST

// What nothing but vary says is no evidence against backward; and what it hides comes out.
START_TEST(a_vary_that_is_wrong_is_found_and_left) {
  const double everywhere[OPTIONS] = {1e-3, -1, -1}, at_one[OPTIONS] = {1e-2, 4000, -1};
  const double *const sets[] = {everywhere, at_one};
  for (size_t i = 0; i < 2; i++) {
    const gchk_layer layer = layer_with(true);
    work_fixture f;
    open_case(&f, &layer, sets[i], 0);
    const gchk_tensor_work *t = &f.work.tensors[0];
    ck_assert_uint_eq(count_findings(&t->findings, GCHK_CODE_UPDATE_DIFFERS), 1);
    ck_assert(!t->uses_update);
    if (i == 1)
      ck_assert_double_eq(evidence_number(first_finding(&t->findings, GCHK_CODE_UPDATE_DIFFERS), "element"), 4000);
    for (size_t e = 0; e < N; e++)
      ck_assert_int_ne(t->verdict[e], GCHK_FAIL);
    work_fixture_close(&f);
  }
}
END_TEST

// Whatever elements want is asked for together: calls of both do not grow with them.
START_TEST(no_element_needs_a_call_of_its_own) {
  const gchk_layer layer = layer_with(true);
  const double set[OPTIONS] = {0, -1, -1};
  work_fixture f;
  forwards = varied = 0;
  open_case(&f, &layer, set, 0);
  ck_assert_uint_lt(forwards, 100);
  ck_assert_uint_lt(varied, 300);
  ck_assert_uint_ge(f.work.instance->forward_calls, 6 * N); // a point counts as one
  work_fixture_close(&f);
}
END_TEST

// One element by itself: what is told of its points before they are asked for changes their number of calls alone.
static size_t decide_alone(gchk_tensor_line *l, size_t element, gchk_look *look) {
  const size_t before = varied;
  l->tensor->confirmed = l->tensor->doubted = 0;
  ck_assert_int_eq(gchk_decide(l, element, look, NULL), GCHK_OK);
  return varied - before;
}

START_TEST(points_that_were_foreseen_are_those_of_a_call_each) {
  const gchk_layer layer = layer_with(true);
  const double set[OPTIONS] = {0, -1, ALL};
  static gchk_look told, plain;
  work_fixture f;
  gchk_tensor_line l;
  size_t calls_told = 0, calls_plain = 0;
  open_case(&f, &layer, set, 0);
  ck_assert_int_eq(gchk_tensor_line_open(&l, &f.work, &f.work.tensors[0], NULL), GCHK_OK);
  ck_assert(l.varies);
  const gchk_line with = l.line;
  for (size_t e = 0; e < 4 * (size_t)KINDS; e++) {
    l.line.expect = with.expect;
    calls_told += decide_alone(&l, e, &told);
    l.line.expect = NULL;
    calls_plain += decide_alone(&l, e, &plain);
    ck_assert_int_eq(told.verdict, plain.verdict);
    ck_assert_int_eq(told.doubt, plain.doubt);
    ck_assert_mem_eq(&told.derivative[0].value, &plain.derivative[0].value, sizeof(double));
    ck_assert_mem_eq(&told.derivative[0].bound, &plain.derivative[0].bound, sizeof(double));
  }
  ck_assert_uint_lt(4 * calls_told, calls_plain);
  gchk_tensor_line_close(&l);
  work_fixture_close(&f);
}
END_TEST

// Whole ladders of many elements, in rounds: as many calls as the longest search has turns, not as it has steps.
enum { TOGETHER = 100 };

static gchk_status take_whole(void *context, gchk_tensor_line *l, size_t element, gchk_error *error) {
  gchk_derivative *found = context;
  gchk_tensor_line_aim(l, element);
  return gchk_tensor_line_differentiate_whole(l, NULL, &found[GCHK_MAX_DRAWS * element], error);
}

START_TEST(whole_ladders_are_few_calls) {
  const gchk_layer layer = layer_with(true);
  const double set[OPTIONS] = {0, -1, -1};
  static gchk_derivative together[TOGETHER * GCHK_MAX_DRAWS], alone[TOGETHER * GCHK_MAX_DRAWS];
  size_t elements[TOGETHER], most = 0;
  work_fixture f;
  gchk_tensor_line l;
  open_case(&f, &layer, set, 0);
  ck_assert_int_eq(gchk_tensor_line_open(&l, &f.work, &f.work.tensors[0], NULL), GCHK_OK);
  for (size_t e = 0; e < TOGETHER; e++)
    elements[e] = e;
  const gchk_line_job job = {.attempt = take_whole, .context = together, .is_ladder = true};
  varied = 0;
  ck_assert_int_eq(gchk_vary_replay(&l, &job, elements, TOGETHER, NULL, 0, NULL), GCHK_OK);
  const size_t calls = varied;
  l.line.expect = NULL;
  for (size_t e = 0; e < TOGETHER; e++) {
    ck_assert_int_eq(take_whole(alone, &l, e, NULL), GCHK_OK);
    const gchk_derivative *a = &together[GCHK_MAX_DRAWS * e], *b = &alone[GCHK_MAX_DRAWS * e];
    ck_assert_uint_eq(a->rung_count, b->rung_count);
    ck_assert_mem_eq(&a->value, &b->value, sizeof a->value);
    ck_assert_mem_eq(&a->bound, &b->bound, sizeof a->bound);
    most = a->rung_count > most ? a->rung_count : most;
  }
  ck_assert_uint_lt(2 * calls, most);
  gchk_tensor_line_close(&l);
  work_fixture_close(&f);
}
END_TEST

// What is known of two elements, the second place's first, is used as it is, and not evaluated again.
START_TEST(what_is_known_is_not_asked_for) {
  const gchk_layer layer = layer_with(true);
  const double set[OPTIONS] = {0, -1, -1};
  static gchk_derivative found[2 * GCHK_MAX_DRAWS], first[2 * GCHK_MAX_DRAWS];
  enum { KNOWN = GCHK_MAX_RUNGS };
  double value[2 * KNOWN], loss[2 * KNOWN];
  const size_t elements[] = {0, 1}, place[] = {1, 0}, nowhere[] = {GCHK_NOT_KNOWN, GCHK_NOT_KNOWN};
  work_fixture f;
  gchk_tensor_line l;
  open_case(&f, &layer, set, 0);
  ck_assert_int_eq(gchk_tensor_line_open(&l, &f.work, &f.work.tensors[0], NULL), GCHK_OK);
  const gchk_line_job job = {.attempt = take_whole, .context = found, .is_ladder = true};
  ck_assert_int_eq(gchk_vary_replay(&l, &job, elements, 2, NULL, 0, NULL), GCHK_OK);
  memcpy(first, found, sizeof first);
  for (int off = 0; off < 2; off++) {
    gchk_known_points known[] = {{.value = value, .loss = loss, .stride = 2, .place = place},
                                 {.value = value, .loss = loss, .count = 1, .stride = 2, .place = nowhere}};
    for (size_t e = 0; e < 2; e++) {
      const gchk_derivative *d = &first[GCHK_MAX_DRAWS * e];
      const double x = gchk_tensor_get(l.t, l.t->value, e);
      known->count = d->rung_count;
      for (size_t k = 0; k < d->rung_count; k++)
        value[2 * k + place[e]] = x + d->rungs[k].step_plus;
    }
    size_t sorted[2 * KNOWN];
    for (size_t i = 0; i < 2 * known->count; i++)
      sorted[i] = i % 2 == 1 ? 0 : 1; // elements by place
    ck_assert_int_eq(gchk_tensor_line_vary(&l, sorted, value, loss, 2 * known->count, NULL), GCHK_OK);
    loss[place[1]] += off * 1e-3;
    const uint64_t calls = f.work.instance->forward_calls;
    ck_assert_int_eq(gchk_vary_replay(&l, &job, elements, 2, known, 2, NULL), GCHK_OK);
    ck_assert_uint_eq(f.work.instance->forward_calls - calls, 2 * known->count); // the points below x
    ck_assert(found[0].rungs[0].difference == first[0].rungs[0].difference);
    ck_assert((found[GCHK_MAX_DRAWS].rungs[0].difference == first[GCHK_MAX_DRAWS].rungs[0].difference) == (off == 0));
  }
  gchk_tensor_line_close(&l);
  work_fixture_close(&f);
}
END_TEST

START_TEST(what_is_foreseen_twice_is_there_once_and_what_does_not_fit_makes_room) {
  static gchk_foreseen seen;
  double x[GCHK_MOST_EXPECTED], y;
  for (size_t k = 0; k < GCHK_MOST_EXPECTED; k++)
    x[k] = (double)(k / 2);
  ck_assert_uint_eq(gchk_foreseen_add(&seen, x, GCHK_MOST_EXPECTED), 0);
  ck_assert_uint_eq(seen.count, GCHK_MOST_EXPECTED / 2);
  seen.y[3] = 9;
  ck_assert(gchk_foreseen_find(&seen, 3, &y) && y == 9);
  ck_assert(!gchk_foreseen_find(&seen, 0.5, &y) && !gchk_foreseen_find(&seen, (double)NAN, &y));
  ck_assert_uint_eq(gchk_foreseen_add(&seen, (double[]){0.5, 3}, 2), GCHK_MOST_EXPECTED / 2);
  ck_assert_uint_eq(seen.count, GCHK_MOST_EXPECTED / 2 + 1);
  ck_assert(gchk_foreseen_find(&seen, 0.5, &y));
  ck_assert_uint_eq(gchk_foreseen_add(&seen, x + 8, GCHK_MOST_EXPECTED - 8), 0);
  ck_assert(!gchk_foreseen_find(&seen, 3, &y) && gchk_foreseen_find(&seen, 4, &y));
}
END_TEST

TCase *batch_elements_tests(void) {
  TCase *tc = tcase_create("batch_elements");
  tcase_add_test(tc, verdicts_are_those_of_forward);
  tcase_add_test(tc, what_is_wrong_everywhere_needs_no_calls_of_its_own);
  tcase_add_test(tc, a_vary_that_is_wrong_is_found_and_left);
  tcase_add_test(tc, no_element_needs_a_call_of_its_own);
  tcase_add_test(tc, points_that_were_foreseen_are_those_of_a_call_each);
  tcase_add_test(tc, whole_ladders_are_few_calls);
  tcase_add_test(tc, what_is_known_is_not_asked_for);
  tcase_add_test(tc, what_is_foreseen_twice_is_there_once_and_what_does_not_fit_makes_room);
  return tc;
}
