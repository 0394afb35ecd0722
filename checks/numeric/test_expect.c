/*
 * A line that is told which points will be asked for: the same results as without, bit for bit, and next to no point
 * that is asked for and was not told.
 */
#include "numeric/expect.h"

#include "numeric/differentiate.h"
#include "numeric/noise.h"
#include "numeric/treads.h"
#include "numeric_tests.h"

enum { ROOM = 4096 };

static struct {
  size_t count, alone; /* told; asked for and not told */
  double x[ROOM], y[ROOM];
  double off_by; /* in what was told */
} memory;
static probe_line probe;
static gchk_derivative plain[GCHK_MAX_DRAWS], told[GCHK_MAX_DRAWS];

static gchk_status expect(void *context, const double *x, size_t count, gchk_error *error) {
  (void)error;
  const probe_line *p = context;
  ck_assert(count > 0 && count <= GCHK_MOST_EXPECTED);
  for (size_t k = 0; k < count; k++) {
    ck_assert(isfinite(x[k]) && x[k] != p->line.x && memory.count < ROOM);
    memory.x[memory.count] = x[k];
    p->function(x[k], &memory.y[memory.count], 1);
    memory.y[memory.count++] += memory.off_by * (x[k] - p->line.x);
  }
  return GCHK_OK;
}

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  (void)error;
  const probe_line *p = context;
  for (size_t k = 0; k < memory.count; k++)
    if (memory.x[k] == x) {
      *y = memory.y[k];
      return GCHK_OK;
    }
  memory.alone++;
  p->function(x, y, 1);
  return GCHK_OK;
}

static void tell(double off_by) {
  memory.count = memory.alone = 0;
  memory.off_by = off_by;
  probe.line.evaluate = evaluate;
  probe.line.expect = expect;
}

static void bends(double x, double *y, size_t count) {
  (void)count;
  y[0] = 3 * sin(2 * x) + x * x;
}

static void kinks(double x, double *y, size_t count) {
  (void)count;
  y[0] = fabs(x - 1) + exp(x);
}

static void is_straight(double x, double *y, size_t count) {
  (void)count;
  y[0] = 7 * x;
}

/* log(1e-7 + 1 - p) with 1 - p in float. */
static void stairs(double x, double *y, size_t count) {
  (void)count;
  y[0] = -log((double)(1.0F - (float)(1 / (1 + exp(-x)))) + 1e-7);
}

static void stairs_and_others(double x, double *y, size_t count) {
  double one;
  stairs(10 + x, &one, count);
  bends(x, y, count);
  y[0] += one / 40;
}

static void (*const functions[])(double, double *, size_t) = {bends, kinks, is_straight, stairs_and_others};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

static const gchk_ladder ladders[] = {
    {.whole = false}, {.seek_best = true}, {.start = 0x1p-12}, {.whole = true}, {.whole = true, .is_between = true}};
enum { LADDERS = sizeof ladders / sizeof ladders[0] };

static bool is_same(const gchk_derivative *a, const gchk_derivative *b) {
  bool same = a->value == b->value && a->bound == b->bound && a->step == b->step && a->rounding == b->rounding &&
              a->smoothness == b->smoothness && a->rung_count == b->rung_count && a->chosen == b->chosen;
  for (size_t k = 0; k < a->rung_count && same; k++)
    same = a->rungs[k].difference == b->rungs[k].difference && a->rungs[k].bound == b->rungs[k].bound;
  return same;
}

START_TEST(ladders_are_told_whole_and_end_the_same) {
  for (size_t i = 0; i < LADDERS; i++) {
    probe_line_init(&probe, functions[_i], 1, 1.375);
    ck_assert_int_eq(gchk_differentiate(&probe.line, &ladders[i], probe.work, plain, NULL), GCHK_OK);
    tell(0);
    ck_assert_int_eq(gchk_differentiate(&probe.line, &ladders[i], probe.work, told, NULL), GCHK_OK);
    ck_assert_msg(is_same(&plain[0], &told[0]), "ladder %zu", i);
    ck_assert_uint_eq(memory.alone, 0);
    ck_assert_uint_le(memory.count, ladders[i].whole ? probe.calls : 2 * probe.calls);
    tell(0.01);
    ck_assert_int_eq(gchk_differentiate(&probe.line, &ladders[i], probe.work, told, NULL), GCHK_OK);
    ck_assert(!is_same(&plain[0], &told[0])); // what was told is what is used
  }
}
END_TEST

/* What is in question ends a ladder early, and no step is told that cannot be taken. */
START_TEST(a_question_limits_what_is_told) {
  for (int is_between = 0; is_between < 2; is_between++) {
    const double question[] = {1e-6};
    const gchk_ladder ladder = {.whole = true, .question = question, .is_between = is_between != 0};
    const gchk_ladder all = {.whole = true, .is_between = is_between != 0};
    probe_line_init(&probe, functions[_i], 1, 1.375);
    ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, plain, NULL), GCHK_OK);
    const size_t calls = probe.calls;
    tell(0);
    ck_assert_int_eq(gchk_differentiate(&probe.line, &ladder, probe.work, told, NULL), GCHK_OK);
    ck_assert(is_same(&plain[0], &told[0]));
    ck_assert_uint_eq(memory.alone, 0);
    ck_assert_uint_le(memory.count, calls + 4); // rounding may be more than the least that there is
    tell(0);
    ck_assert_int_eq(gchk_differentiate(&probe.line, &all, probe.work, told, NULL), GCHK_OK);
    ck_assert_uint_gt(memory.count, calls + 10);
  }
}
END_TEST

START_TEST(noise_is_told_whole_and_the_same) {
  double without[GCHK_MAX_DRAWS], with[GCHK_MAX_DRAWS];
  bool is_smooth[GCHK_MAX_DRAWS], is_smooth_too[GCHK_MAX_DRAWS];
  probe_line_init(&probe, functions[_i], 1, 1.375);
  ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, without, is_smooth, NULL), GCHK_OK);
  const size_t calls = probe.calls;
  tell(0);
  ck_assert_int_eq(gchk_measure_noise(&probe.line, probe.work, with, is_smooth_too, NULL), GCHK_OK);
  ck_assert(with[0] == without[0] && is_smooth[0] == is_smooth_too[0]);
  ck_assert_uint_eq(memory.alone, 0);
  ck_assert_uint_eq(memory.count, calls);
}
END_TEST

static const struct {
  void (*function)(double, double *, size_t);
  double x, off;
  bool are_there;
} walks[] = {{stairs, 14, 0.5, true}, {stairs_and_others, 4.3, 0.01, true}, {bends, 1.375, 0.1, false}};
enum { WALKS = sizeof walks / sizeof walks[0] };

static bool find(double g) {
  bool are_there = false;
  ck_assert_int_eq(gchk_find_treads(&probe.line, 0, &plain[0], g, probe.work, &are_there, NULL), GCHK_OK);
  return are_there;
}

START_TEST(walks_over_treads_are_told_and_end_the_same) {
  probe_line_init(&probe, walks[_i].function, 1, walks[_i].x);
  ck_assert_int_eq(gchk_differentiate(&probe.line, &ladders[3], probe.work, plain, NULL), GCHK_OK);
  const double g = plain[0].value + walks[_i].off * fmax(fabs(plain[0].value), 1e-3);
  probe.calls = 0;
  const bool are_there = find(g);
  const size_t calls = probe.calls;
  tell(0);
  ck_assert(find(g) == are_there);
  ck_assert_uint_lt(memory.alone, 12);
  ck_assert_uint_lt(4 * memory.alone, calls);
}
END_TEST

TCase *expect_tests(void) {
  TCase *tests = tcase_create("expect");
  tcase_add_loop_test(tests, ladders_are_told_whole_and_end_the_same, 0, FUNCTIONS);
  tcase_add_loop_test(tests, a_question_limits_what_is_told, 0, FUNCTIONS);
  tcase_add_loop_test(tests, noise_is_told_whole_and_the_same, 0, FUNCTIONS);
  tcase_add_loop_test(tests, walks_over_treads_are_told_and_end_the_same, 0, WALKS);
  return tests;
}
