/*
 * Moves of slack that helpers make: the same slack, terms and count of calls as by one process, whatever becomes of a
 * helper. Where one move alone shows what the gradient loses, it is not lost either, whichever it is.
 */
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/crew.h"
#include "measure/slack.h"
#include "measure/slack_moves.h"
#include "measure/work_calls.h"
#include "measure_tests.h"
#include "work_fixture.h"

enum { N = 5, MOST_CALLS = 64, NONE = MOST_CALLS };

typedef enum fate { WORKS, DIES_AT_ONCE, DIES_LATER, FATES } fate;

/* What the layer knows of the calls of its backward, which it tells apart by the first of its values. */
static struct {
  double seen[MOST_CALLS];
  size_t count, special; /* the one at which the gradient is another */
  bool is_recording;
  pid_t leader;
  size_t nap_ms, calls_of_helper;
  fate of_helpers;
} calls;

static void nap(void) {
  if (calls.nap_ms > 0)
    (void)nanosleep(&(struct timespec){0, (long)calls.nap_ms * 1000000}, NULL);
}

/* What is added to a gradient at this call. */
static double meet(double x) {
  if (calls.is_recording && calls.count < MOST_CALLS)
    calls.seen[calls.count++] = x;
  if (calls.leader != 0 && getpid() != calls.leader) {
    calls.calls_of_helper++;
    if ((calls.of_helpers == DIES_AT_ONCE) || (calls.of_helpers == DIES_LATER && calls.calls_of_helper == 4))
      (void)kill(getpid(), SIGKILL);
  }
  nap();
  return calls.special < calls.count && x == calls.seen[calls.special] ? 1e-3 : 0;
}

#define LAYER(real, kind, id, other)                                                                                   \
  static gchk_status id##_forward(const gchk_call *c, gchk_error *error) {                                             \
    const real *x = c->t[0].value;                                                                                     \
    real *y = c->t[1].value;                                                                                           \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < N; i++)                                                                                     \
      y[i] = x[i] * x[i] * x[i];                                                                                       \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *c, gchk_error *error) {                                            \
    const real *x = c->t[0].value, *v = c->t[1].grad;                                                                  \
    real *g = c->t[0].grad;                                                                                            \
    const double more = meet((double)x[0]);                                                                            \
    (void)error;                                                                                                       \
    for (size_t i = 0; i < N; i++)                                                                                     \
      g[i] = 3 * x[i] * x[i] * v[i] + (real)more * (sizeof(real) < sizeof(double) ? 2 : 1);                            \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static const gchk_layer id = {.name = "cube",                                                                        \
                                .dtype = kind,                                                                         \
                                GCHK_TENSORS(rows),                                                                    \
                                .forward = id##_forward,                                                               \
                                .backward = id##_backward,                                                             \
                                .twin = other,                                                                         \
                                .sizes = ""};

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "5"), GCHK_TENSOR("y", GCHK_OUTPUT, "5")};
LAYER(double, GCHK_F64, in_double, NULL)
LAYER(float, GCHK_F32, in_float, &in_double)

typedef struct found {
  double slack[GCHK_MAX_DRAWS][N], terms[GCHK_MAX_DRAWS];
  uint64_t calls;
} found;

static found measure(work_fixture *f, const gchk_crew *crew) {
  gchk_case_work *work = &f->work;
  gchk_tensor_work *t = work_fixture_tensor(f, "x");
  found got = {.calls = 0};
  bool is_open;
  gchk_error error;
  const uint64_t before = gchk_work_calls(work);
  for (size_t d = 0; d < work->draw_count; d++)
    memset(t->slack[d], 0, sizeof got.slack[d]);
  work->crew = crew;
  ck_assert_int_eq(work->single != NULL ? gchk_measure_twin_slack(work, work->single, &is_open, &error)
                                        : gchk_measure_slack(work, 0, work->draw_count, &error),
                   GCHK_OK);
  work->crew = NULL;
  got.calls = gchk_work_calls(work) - before;
  for (size_t d = 0; d < work->draw_count; d++) {
    memcpy(got.slack[d], t->slack[d], sizeof got.slack[d]);
    got.terms[d] = t->terms[d];
  }
  return got;
}

static bool may_fork(void *context) {
  (void)context;
  return true;
}

static void enter(void *context) {
  (void)context;
}

static found measure_with(work_fixture *f, size_t helpers, fate of_helpers, size_t nap_ms) {
  const volatile size_t idle = helpers;
  const gchk_crew crew = {&idle, may_fork, enter, NULL};
  calls.leader = getpid();
  calls.of_helpers = of_helpers;
  calls.nap_ms = nap_ms;
  const found got = measure(f, &crew);
  calls.nap_ms = 0;
  calls.leader = 0;
  ck_assert_int_lt(waitpid(-1, NULL, WNOHANG), 0); // nobody is left
  return got;
}

static const gchk_layer *const layers[] = {&in_double, &in_float};
enum { LAYERS = sizeof layers / sizeof layers[0] };

static void open_layer(work_fixture *f, size_t i) {
  const gchk_case spec = {.name = "cube", .layer = layers[i]};
  memset(&calls, 0, sizeof calls);
  calls.special = NONE;
  work_fixture_open(f, &spec, NULL);
  ck_assert_int_eq(f->work.single != NULL, layers[i] == &in_float);
  calls.is_recording = true;
  (void)measure(f, NULL);
  calls.is_recording = false;
}

static void check_equal(const found *one, const found *other) {
  ck_assert_mem_eq(one->slack, other->slack, sizeof one->slack);
  ck_assert_mem_eq(one->terms, other->terms, sizeof one->terms);
  ck_assert_uint_eq(one->calls, other->calls);
}

static bool is_larger(const found *one, const found *other) {
  for (size_t d = 0; d < GCHK_MAX_DRAWS; d++)
    for (size_t e = 0; e < N; e++)
      if (one->slack[d][e] > 2 * other->slack[d][e])
        return true;
  return false;
}

static void check_special(work_fixture *f, size_t call, size_t helpers, size_t nap_ms) {
  calls.special = call;
  const found expected = measure(f, NULL), got = measure_with(f, helpers, WORKS, nap_ms);
  check_equal(&expected, &got);
}

/* Every call of backward in turn is the one that shows most. */
START_TEST(no_move_is_lost) {
  work_fixture f;
  open_layer(&f, 0);
  const found usual = measure(&f, NULL);
  ck_assert_uint_eq(calls.count, 12 * f.work.draw_count);
  ck_assert_uint_eq(usual.calls, calls.count);
  for (size_t call = 0; call < calls.count; call++) {
    check_special(&f, call, 1, 3);
    check_special(&f, call, 3, 3);
    const found shown = measure(&f, NULL);
    ck_assert(is_larger(&shown, &usual));
  }
  work_fixture_close(&f);
}
END_TEST

/* Of a twin and its layer: moves by a unit, which take long by naps that are, and of what float loses. */
START_TEST(no_move_of_a_twin_is_lost) {
  work_fixture f;
  open_layer(&f, 1);
  const found usual = measure(&f, NULL);
  const size_t of_draw = calls.count / f.work.draw_count;
  size_t shown = 0;
  ck_assert_uint_eq(of_draw, 1 + 4 + 2 * (4 + 2 * 4));
  ck_assert_uint_eq(usual.calls, calls.count);
  check_special(&f, 1, 1, 25);
  check_special(&f, 4, 1, 25);
  for (size_t call = 5; call < of_draw; call += 2) {
    check_special(&f, call, 1, 3);
    const found here = measure(&f, NULL);
    shown += is_larger(&here, &usual);
  }
  ck_assert_uint_ge(shown, 8);
  work_fixture_close(&f);
}
END_TEST

START_TEST(helpers_that_die_change_nothing) {
  work_fixture f;
  open_layer(&f, (size_t)_i / FATES);
  const fate of_helpers = (fate)((size_t)_i % FATES);
  const found expected = measure(&f, NULL);
  for (size_t helpers = 1; helpers <= 5; helpers += 2) {
    const found got = measure_with(&f, helpers, of_helpers, 5);
    check_equal(&expected, &got);
  }
  work_fixture_close(&f);
}
END_TEST

/* Moves by hand: which the leader makes itself, and what is handed over. */
typedef struct raising {
  pid_t leader;
  double *most;
  size_t made_here;
} raising;

static gchk_status raise_one(void *context, size_t move, const gchk_block_state *state, gchk_error *error) {
  raising *r = context;
  (void)state;
  (void)error;
  (void)nanosleep(&(struct timespec){0, 20000000}, NULL);
  r->made_here += getpid() == r->leader;
  if (r->most[move % N] < (double)move)
    r->most[move % N] = (double)move;
  return GCHK_OK;
}

START_TEST(helpers_make_some_of_the_moves) {
  const volatile size_t idle = 3;
  const gchk_crew crew = {&idle, may_fork, enter, NULL};
  const gchk_case spec = {.name = "cube", .layer = &in_double};
  work_fixture f;
  gchk_error error;
  memset(&calls, 0, sizeof calls);
  calls.special = NONE;
  work_fixture_open(&f, &spec, NULL);
  double most[N] = {-1, 7, -1, 100, (double)NAN};
  double *const arrays[] = {most};
  raising r = {getpid(), most, 0};
  const gchk_moves moves = {
      .count = GCHK_MOST_MOVES, .make = raise_one, .context = &r, .most = arrays, .most_count = 1};
  f.work.crew = &crew;
  ck_assert_int_eq(gchk_make_moves(&f.work, &moves, &error), GCHK_OK);
  ck_assert_uint_lt(r.made_here, GCHK_MOST_MOVES);
  ck_assert_double_eq(most[0], 15);
  ck_assert_double_eq(most[1], 11);
  ck_assert_double_eq(most[2], 12);
  ck_assert_double_eq(most[3], 100);
  ck_assert(isnan(most[4]));
  work_fixture_close(&f);
}
END_TEST

TCase *slack_move_tests(void) {
  TCase *tests = tcase_create("slack_moves");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, no_move_is_lost);
  tcase_add_test(tests, no_move_of_a_twin_is_lost);
  tcase_add_loop_test(tests, helpers_that_die_change_nothing, 0, LAYERS * FATES);
  tcase_add_test(tests, helpers_make_some_of_the_moves);
  return tests;
}
