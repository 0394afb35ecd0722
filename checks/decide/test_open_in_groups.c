/*
 * Elements of float beside kinks: what their ladders leave open is decided in groups to the last bit as by forwards of
 * their own, and costs forwards that do not grow with the elements; and wrong gradients are found there all the same.
 */
#include "decide/decide.h"
#include "decide/pilot.h"
#include "decide_tests.h"
#include "lines/groups.h"
#include "measure/work_calls.h"
#include "measure/work_fixture.h"

typedef enum mistake {
  NONE,
  ONE_PER_CENT, /* in every tenth element */
  NO_MASK,      /* outputs that are off are taken for on */
  OTHER_SIDE,   /* those that are off, and none else */
  MISTAKES
} mistake;
static const gchk_option_spec options[] = {{"mistake", NONE, NONE, MISTAKES, ""}};

enum { TAPS = 11 };
static const float taps[TAPS] = {0.5F, -1, 0.25F, 2, -0.75F, 1.5F, -0.625F, 0.375F, -1.25F, 0.875F, -0.5F};

static bool is_inside(size_t i, size_t k, size_t n) {
  return i + k >= TAPS / 2 && i + k < n + TAPS / 2;
}

static gchk_status filter(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t n = c->t[0].count;
  const float *x = c->t[0].value;
  float *y = c->t[1].value;
  for (size_t i = 0; i < n; i++) {
    float sum = 0;
    for (size_t k = 0; k < TAPS; k++)
      sum += is_inside(i, k, n) ? taps[k] * x[i + k - TAPS / 2] : 0;
    y[i] = fmaxf(sum, 0);
  }
  return GCHK_OK;
}

static gchk_status filter_back(const gchk_call *c, gchk_error *error) {
  (void)error;
  const mistake made = (mistake)c->option[0];
  const size_t n = c->t[0].count;
  const float *y = c->t[1].value, *dy = c->t[1].grad;
  float *dx = c->t[0].grad;
  memset(dx, 0, n * sizeof *dx);
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < TAPS; k++)
      if (is_inside(i, k, n) && (made == NO_MASK || (made == OTHER_SIDE) == !(y[i] > 0)))
        dx[i + k - TAPS / 2] += taps[k] * dy[i];
  for (size_t e = 0; e < n && made == ONE_PER_CENT; e += 10)
    dx[e] *= 1.01F;
  return GCHK_OK;
}

static const gchk_tensor_spec flat[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_layer rectified = {.name = "rectified",
                                     .dtype = GCHK_F32,
                                     GCHK_TENSORS(flat),
                                     .sizes = "N=3000",
                                     GCHK_OPTION_TABLE(options),
                                     .forward = filter,
                                     .backward = filter_back};

enum { N = 3000 };

static gchk_look in_group[N], alone;
static bool is_left[N];

static gchk_status look(void *context, gchk_tensor_line *part, size_t element, gchk_error *error) {
  (void)context;
  return gchk_decide_in_group(part, element, &in_group[element], &is_left[element], error);
}

static bool is_same(const gchk_look *a, const gchk_look *b) {
  bool is_same = a->kind == b->kind && a->verdict == b->verdict && a->doubt == b->doubt &&
                 a->resolution == b->resolution && a->is_suspected == b->is_suspected;
  for (size_t d = 0; d < 2; d++) {
    const gchk_derivative *x = &a->derivative[d], *y = &b->derivative[d];
    is_same = is_same && a->analytic[d] == b->analytic[d] && a->judgement[d].verdict == b->judgement[d].verdict &&
              x->smoothness == y->smoothness && x->value == y->value && x->bound == y->bound &&
              x->rounding == y->rounding && x->slope_low == y->slope_low && x->slope_high == y->slope_high;
  }
  return is_same;
}

/* The oracle is the way of gchk_decide: each by its own forwards, along a line of all outputs. */
START_TEST(an_element_of_a_group_is_as_it_is_alone) {
  const double set[] = {_i};
  const gchk_case spec = {.name = "rectified", .layer = &rectified, .options = set};
  const gchk_line_job job = {.attempt = look, .is_as_alone = true};
  size_t elements[N], by_outputs = 0, open = 0, left = 0;
  work_fixture f;
  gchk_tensor_line l;
  gchk_groups *groups;
  work_fixture_open(&f, &spec, NULL);
  ck_assert_int_eq(gchk_tensor_line_open(&l, &f.work, &f.work.tensors[0], NULL), GCHK_OK);
  for (size_t e = 0; e < N; e++)
    elements[e] = e;
  ck_assert_int_eq(gchk_groups_open(&l, elements, N, &groups, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_pilot(&l, groups, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_groups_run(groups, &job, elements, N, NULL), GCHK_OK);
  ck_assert(gchk_groups_hold(groups));
  for (size_t e = 0; e < N; e++) {
    left += is_left[e];
    if (is_left[e] || (in_group[e].kind == GCHK_LOOK_SHORT && e % 16 != 0))
      continue;
    ck_assert_int_eq(gchk_decide(&l, e, &alone, NULL), GCHK_OK);
    ck_assert_msg(is_same(&in_group[e], &alone), "element %zu: %d %.17g +- %.17g, alone %d %.17g +- %.17g", e,
                  in_group[e].verdict, in_group[e].derivative[0].value, in_group[e].derivative[0].bound, alone.verdict,
                  alone.derivative[0].value, alone.derivative[0].bound);
    by_outputs += alone.kind == GCHK_LOOK_OUTPUTS;
    open += alone.verdict == GCHK_INCONCLUSIVE;
  }
  if (_i == NONE || _i == ONE_PER_CENT)
    ck_assert(by_outputs >= 5 && open > 5 && (left == 0) == (_i == NONE));
  else
    ck_assert_uint_gt(left, N / 4);
  gchk_tensor_line_close(&l);
  work_fixture_close(&f);
}
END_TEST

/* What fails one by one fails where groups are used, and what passes passes. */
START_TEST(mistakes_beside_kinks_are_found) {
  const double set[] = {_i};
  const gchk_case spec = {.name = "rectified", .layer = &rectified, .sizes = "N=1000", .options = set};
  work_fixture together, one_by_one;
  size_t failed = 0;
  work_fixture_open(&together, &spec, NULL);
  work_fixture_differentiate(&together);
  work_fixture_open(&one_by_one, &spec, NULL);
  one_by_one.work.is_one_by_one = true;
  work_fixture_differentiate(&one_by_one);
  const gchk_tensor_work *t = &together.work.tensors[0], *o = &one_by_one.work.tensors[0];
  ck_assert_uint_eq(t->tally.worst, o->tally.worst);
  for (size_t e = 0; e < t->total; e++) {
    failed += t->verdict[e] == GCHK_FAIL;
    // Of those beyond the first few that are open no more is asked.
    ck_assert_msg(t->verdict[e] == o->verdict[e] || t->verdict[e] == GCHK_INCONCLUSIVE ||
                      o->verdict[e] == GCHK_INCONCLUSIVE,
                  "element %zu: %d, one by one %d", e, t->verdict[e], o->verdict[e]);
  }
  ck_assert(_i == NONE ? failed == 0 : failed >= (_i == ONE_PER_CENT ? 20 : t->total / 4));
  work_fixture_close(&together);
  work_fixture_close(&one_by_one);
}
END_TEST

static uint64_t forwards_of(const char *sizes, size_t *open) {
  const gchk_case spec = {.name = "rectified", .layer = &rectified, .sizes = sizes};
  work_fixture f;
  work_fixture_open(&f, &spec, NULL);
  work_fixture_differentiate(&f);
  const gchk_tensor_work *t = &f.work.tensors[0];
  const uint64_t calls = gchk_work_calls(&f.work);
  *open = 0;
  for (size_t e = 0; e < t->total; e++) {
    ck_assert_int_ne(t->verdict[e], GCHK_FAIL);
    *open += t->verdict[e] == GCHK_INCONCLUSIVE;
  }
  work_fixture_close(&f);
  return calls;
}

START_TEST(open_elements_cost_no_forwards_of_their_own) {
  enum { MOST = 3500 }; // of 64 elements that are decided alone: 6,500 and more
  size_t open;
  ck_assert_uint_le(forwards_of("N=8192", &open), MOST);
  ck_assert_uint_le(forwards_of("N=32768", &open), MOST);
  ck_assert_uint_gt(open, 64);
}
END_TEST

TCase *open_in_groups_tests(void) {
  TCase *t = tcase_create("open_in_groups");
  tcase_set_timeout(t, 120);
  tcase_add_loop_test(t, an_element_of_a_group_is_as_it_is_alone, NONE, MISTAKES);
  tcase_add_loop_test(t, mistakes_beside_kinks_are_found, NONE, MISTAKES);
  tcase_add_test(t, open_elements_cost_no_forwards_of_their_own);
  return t;
}
