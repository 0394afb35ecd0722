/*
 * Elements that were decided in groups, some of them by themselves as well, before the groups turn out not to hold: then
 * all are decided as if there had been none.
 *
 *     y[i,k] = w[i,k] x[i]^2/2
 *
 * Element OPEN has one output with an edge at its point, too small to show in a sum of outputs but for the doubt: it is
 * decided by its other outputs. That of BROKEN has another slope wherever OPEN is moved too.
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "main.h"
#include "measure/work_fixture.h"

enum { N = 400, OUTPUTS = 4, OPEN = 5, BROKEN = 40 };
enum { BREAKS, WRONG, OPTIONS };
static const gchk_option_spec options[OPTIONS] = {
    [BREAKS] = {"breaks", 0, 0, 1, "elements are not apart"},
    [WRONG] = {"wrong", -1, -1, N, "the element whose derivative is off by half"}};

static size_t calls;
static double first_x[N]; /* of the first forward */

static double weight(size_t i, size_t k) {
  return 0.5 + (double)((7 * i + 3 * k) % 11) / 10;
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, edge = 1e-5;
  double *y = c->t[1].value;
  if (calls++ == 0)
    memcpy(first_x, x, sizeof first_x);
  for (size_t i = 0; i < N; i++)
    for (size_t k = 0; k < OUTPUTS; k++)
      y[i * OUTPUTS + k] = weight(i, k) * x[i] * x[i] / 2;
  if (x[OPEN] > first_x[OPEN])
    y[OPEN * OUTPUTS + 3] += edge * cbrt(x[OPEN] - first_x[OPEN]);
  if (c->option[BREAKS] != 0 && x[OPEN] != first_x[OPEN])
    y[BROKEN * OUTPUTS] += x[BROKEN] - first_x[BROKEN];
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < N; i++) {
    dx[i] = 0;
    for (size_t k = 0; k < OUTPUTS; k++)
      dx[i] += weight(i, k) * x[i] * dy[i * OUTPUTS + k];
    dx[i] *= (double)i == c->option[WRONG] ? 1.5 : 1;
  }
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N K")};
static const gchk_layer layer = {.name = "edge",
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 .sizes = "N=400 K=4",
                                 GCHK_OPTION_TABLE(options),
                                 .forward = forward,
                                 .backward = backward};

static void differentiate(work_fixture *f, const double set[OPTIONS], bool is_one_by_one) {
  const gchk_case spec = {.name = "g", .layer = &layer, .options = set};
  calls = 0;
  work_fixture_open(f, &spec, NULL);
  f->work.is_one_by_one = is_one_by_one;
  work_fixture_differentiate(f);
}

/* A right layer, and ones that are wrong at the element in question, or beside it; in groups that hold, and not. */
static const int wrong[] = {-1, OPEN, 200};
enum { WRONGS = sizeof wrong / sizeof wrong[0] };

START_TEST(what_groups_said_is_forgotten_where_they_do_not_hold) {
  const double set[OPTIONS] = {[BREAKS] = _i / WRONGS, [WRONG] = wrong[_i % WRONGS]};
  work_fixture together, alone;
  differentiate(&alone, set, true);
  differentiate(&together, set, false);
  const gchk_tensor_work *t = &together.work.tensors[0], *a = &alone.work.tensors[0];
  ck_assert_uint_eq(count_findings(&t->findings, GCHK_CODE_PATTERN_BROKEN), set[BREAKS] != 0);
  for (size_t e = 0; e < N; e++) {
    ck_assert_msg((t->verdict[e] == GCHK_FAIL) == ((int)e == wrong[_i % WRONGS]), "element %zu: %d", e, t->verdict[e]);
    ck_assert_int_eq(t->verdict[e], a->verdict[e]);
    for (size_t d = 0; d < together.work.draw_count; d++)
      ck_assert_double_eq(t->analytic[d][e], a->analytic[d][e]);
  }
  work_fixture_close(&together);
  work_fixture_close(&alone);
}
END_TEST

static TCase *groups_given_up(void) {
  TCase *tests = tcase_create("groups_given_up");
  tcase_add_loop_test(tests, what_groups_said_is_forgotten_where_they_do_not_hold, 0, 2 * WRONGS);
  return tests;
}

TEST_MAIN("groups given up", groups_given_up)
