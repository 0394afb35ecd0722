/*
 * Threads that add to one sum: unguarded, which is found in every run and is one finding, on several cores and on one
 * that others keep busy; and guarded, or in places of their own, which is none. Whether the layer says that it uses
 * threads or not.
 */
#ifdef __linux__
#define _GNU_SOURCE // sched_setaffinity
#include <sched.h>
#endif
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "adders.h"
#include "calls/quiet.h"
#include "gradcheck/gradcheck.h"
#include "probe_bench.h"
#ifdef _OPENMP
#include <omp.h>
#endif

#if defined __linux__ && defined __x86_64__
#define IS_SURE 1 // instructions are stepped through
#else
#define IS_SURE 0
#endif

enum { UNGUARDED, LOCKED, OWN_PLACES };
enum { START_TWO /* threads, and wait for them */, WORK_TOO /* beside one thread */, OBEY /* call->threads */ };
enum { GUARD, START, IN_FORWARD, OPTIONS };
static const gchk_option_spec options[OPTIONS] = {
    {"guard", 0, 0, 2, ""}, {"start", 0, 0, 2, ""}, {"forward", 0, 0, 1, ""}};

/* y = w sum x, dx = dy w, dw = dy sum x: one of the sums by threads. */
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "D"), GCHK_TENSOR("w", GCHK_PARAMETER, "1"),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "1"), GCHK_TENSOR("part", GCHK_SCRATCH, "2")};

static void sum_up(const gchk_call *c, const double *a, const double *b, double *sum) {
  const size_t n = c->t[0].count;
  const int guard = (int)c->option[GUARD], start = (int)c->option[START];
  const bool is_alone = start == OBEY && c->threads == 1;
  double *part = c->t[3].value;
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  adder two[2];
  part[0] = part[1] = *sum = 0;
  for (size_t k = 0; k < 2; k++)
    two[k] =
        (adder){a, b, n * k / 2, n * (k + 1) / 2, guard == OWN_PLACES ? &part[k] : sum, guard == LOCKED ? &lock : NULL};
  run_adders(two, is_alone ? 0 : start == START_TWO ? 2 : 1);
  if (guard == OWN_PLACES)
    *sum = part[0] + part[1];
}

static void sum_alone(const gchk_call *c, const double *a, const double *b, double *sum) {
  *sum = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    *sum += a[i] * b[i];
}

static const double *ones(const gchk_call *c) {
  return c->state;
}

GCHK_CALLBACK(forward, {
  const double *w = c->t[1].value;
  double *y = c->t[2].value;
  (c->option[IN_FORWARD] != 0 ? sum_up : sum_alone)(c, c->t[0].value, ones(c), y);
  *y *= *w;
})

GCHK_CALLBACK(backward, {
  const double *w = c->t[1].value;
  const double *d = c->t[2].grad;
  double *dx = c->t[0].grad, *dw = c->t[1].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = *w * *d;
  (c->option[IN_FORWARD] != 0 ? sum_alone : sum_up)(c, c->t[0].value, ones(c), dw);
  *dw *= *d;
})

static gchk_status create(const gchk_call *call, void **state, gchk_error *error) {
  double *x = calloc(call->t[0].count, sizeof *x);
  for (size_t i = 0; x != NULL && i < call->t[0].count; i++)
    x[i] = 1;
  *state = x;
  return x != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no memory");
}

static gchk_layer layer_of(const char *name, gchk_callback run_forward, gchk_callback run_backward, unsigned flags) {
  return (gchk_layer){.name = name,
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(rows),
                      .forward = run_forward,
                      .backward = run_backward,
                      .create = create,
                      .destroy = free,
                      .flags = flags,
                      GCHK_OPTION_TABLE(options)};
}

static const char *code_of(int guard, int start, bool in_forward) {
  if (guard != UNGUARDED)
    return NULL;
  return start == OBEY ? "thread-dependent" : in_forward ? "forward-not-repeatable" : "backward-not-repeatable";
}

static void expect_all(int guard, size_t runs) {
  static const struct {
    int start;
    unsigned flags;
    double in_forward;
  } kinds[] = {
      {START_TWO, 0, 0}, {START_TWO, GCHK_HAS_THREADS, 0}, {WORK_TOO, 0, 0},           {WORK_TOO, GCHK_HAS_THREADS, 0},
      {START_TWO, 0, 1}, {OBEY, GCHK_HAS_THREADS, 0},      {OBEY, GCHK_HAS_THREADS, 1}};
  for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
    const gchk_layer layer = layer_of("threaded sum", forward, backward, kinds[k].flags);
    const double set[OPTIONS] = {[GUARD] = guard, [START] = kinds[k].start, [IN_FORWARD] = kinds[k].in_forward};
    for (uint64_t seed = 0; seed < runs; seed++) {
      char what[64];
      (void)snprintf(what, sizeof what, "kind %zu, guard %d", k, guard);
      probe_bench *b = probe_bench_new(&layer, "D=10000", set, seed);
      const gchk_finding *f = probe_bench_expect(b, code_of(guard, kinds[k].start, kinds[k].in_forward != 0), what);
      if (f != NULL) {
        ck_assert_str_eq(probe_bench_evidence(f, "call")->text, kinds[k].in_forward != 0 ? "forward" : "backward");
        ck_assert(probe_bench_evidence(f, "spread")->number > probe_bench_evidence(f, "limit")->number);
      }
      probe_bench_free(b);
    }
  }
}

START_TEST(unguarded_additions_are_one_finding_in_every_run) {
  if (IS_SURE)
    expect_all(UNGUARDED, 2);
}
END_TEST

START_TEST(guarded_additions_are_none) {
  expect_all(_i, 1);
}
END_TEST

// A child that does nothing but run, on the core that this process is confined to.
static pid_t keep_busy(void) {
#ifdef __linux__
  cpu_set_t all, one;
  CPU_ZERO(&one);
  if (sched_getaffinity(0, sizeof all, &all) != 0)
    return -1;
  for (size_t k = 0; k < CPU_SETSIZE && CPU_COUNT(&one) == 0; k++)
    if (CPU_ISSET(k, &all))
      CPU_SET(k, &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0)
    return -1;
#endif
  const pid_t child = fork();
  if (child == 0) {
    (void)alarm(100);
    for (volatile unsigned n = 0;; n++)
      ;
  }
  return child;
}

START_TEST(one_busy_core_hides_nothing) {
  const pid_t child = keep_busy();
  if (IS_SURE)
    expect_all(UNGUARDED, 1);
  expect_all(LOCKED, 1);
  expect_all(OWN_PLACES, 1);
  if (child > 0) {
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
  }
}
END_TEST

// One byte of the gradient's guard zone, which lies in the same page as the gradient.
GCHK_CALLBACK(backward_beyond, {
  GCHK_TRY(backward(c, gchk_error_));
  ((unsigned char *)((double *)c->t[1].grad + 1))[0] ^= 1;
})

START_TEST(a_write_beyond_the_end_is_found_where_threads_are_too) {
  const gchk_layer layer = layer_of("threaded sum, beyond", forward, backward_beyond, GCHK_HAS_THREADS);
  const double set[OPTIONS] = {[GUARD] = LOCKED, [START] = START_TWO};
  probe_bench *b = probe_bench_new(&layer, "D=100", set, 1);
  probe_bench_expect(b, "guard-zone", "beyond");
  probe_bench_free(b);
}
END_TEST

typedef struct spinner {
  atomic_bool has_begun, has_spun, is_over;
  sem_t end;    /* waited for without waking up now and then: that would be other threads' time during a call */
  long spin_ns; /* of the processor's time */
} spinner;

// Spins for a while, as threads of a pool do before they sleep, and has nothing to do with the layer.
static void *spin(void *data) {
  spinner *s = data;
  struct timespec now;
  atomic_store(&s->has_begun, true);
  do
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  while (now.tv_sec == 0 && now.tv_nsec < s->spin_ns && !atomic_load(&s->is_over));
  atomic_store(&s->has_spun, true);
  while (sem_wait(&s->end) != 0)
    continue;
  return NULL;
}

static pthread_t start_spinner(spinner *s) {
  pthread_t thread;
  ck_assert_int_eq(sem_init(&s->end, 0, 0), 0);
  ck_assert_int_eq(pthread_create(&thread, NULL, spin, s), 0);
  while (!atomic_load(&s->has_begun))
    (void)nanosleep(&(struct timespec){0, 100000}, NULL);
  return thread;
}

static void end_spinner(spinner *s, pthread_t thread) {
  atomic_store(&s->is_over, true);
  ck_assert_int_eq(sem_post(&s->end), 0);
  (void)pthread_join(thread, NULL);
  (void)sem_destroy(&s->end);
}

// What spins is waited for, and what does not end is not waited for for ever.
START_TEST(quiet_is_waited_for) {
  spinner shortly = {.spin_ns = 5000000}, for_ever = {.spin_ns = 999999999};
  pthread_t thread = start_spinner(&shortly);
  gchk_wait_for_quiet();
  ck_assert(atomic_load(&shortly.has_spun) || !IS_SURE);
  end_spinner(&shortly, thread);
  thread = start_spinner(&for_ever);
  gchk_wait_for_quiet();
  end_spinner(&for_ever, thread);
}
END_TEST

GCHK_CALLBACK(vary, {
  static double calls = 0;
  *(double *)c->t[2].value = ++calls;
})

START_TEST(threads_that_ran_before_are_no_company_of_the_layer) {
  const gchk_layer layer = layer_of("varies", vary, backward, 0);
  spinner pool = {.spin_ns = 5000000};
  const pthread_t thread = start_spinner(&pool);
  const double set[OPTIONS] = {[GUARD] = OWN_PLACES, [START] = OBEY};
  probe_bench *b = probe_bench_new(&layer, "D=10", set, 1);
  const gchk_finding *f = probe_bench_expect(b, "forward-not-repeatable", "beside a pool");
  ck_assert_msg(!IS_SURE || strstr(f->text, "threads of its own") == NULL, "%s", f->text);
  probe_bench_free(b);
  end_spinner(&pool, thread);
}
END_TEST

START_TEST(what_is_left_out_is_said) {
  const gchk_layer layer = layer_of("threaded sum", forward, backward, 0);
  const double set[OPTIONS] = {[GUARD] = UNGUARDED, [START] = START_TWO};
  if (!IS_SURE)
    return;
  probe_bench *b = probe_bench_new(&layer, "D=10000", set, 1);
  const gchk_finding *f = probe_bench_expect(b, "backward-not-repeatable", "left out");
  ck_assert_ptr_nonnull(b->work.refused);
  ck_assert_ptr_nonnull(strstr(b->work.refused, "not repeatable"));
  ck_assert_ptr_nonnull(strstr(probe_bench_evidence(f, "left_out")->text, "poisoned buffers"));
  ck_assert_ptr_nonnull(strstr(probe_bench_evidence(f, "left_out")->text, "threads"));
  probe_bench_free(b);
}
END_TEST

#ifdef _OPENMP
static gchk_status omp_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *w = c->t[1].value, *d = c->t[2].grad;
  double *dx = c->t[0].grad;
  volatile double *dw = c->t[1].grad;
  const size_t n = c->t[0].count;
  *dw = 0;
#pragma omp parallel for
  for (size_t i = 0; i < n; i++) {
    dx[i] = *w * *d;
    if (c->option[GUARD] == UNGUARDED) {
      *dw += *d * x[i];
    } else {
#pragma omp critical
      *dw += *d * x[i];
    }
  }
  return GCHK_OK;
}

/*
 * One thread at first, as in the child processes of gradcheck: the probe asks for more. What is not declared is found
 * there in every run (checks/cli/test_threads.sh), where threads are made to take turns; here in some runs, and then by
 * the same name.
 */
START_TEST(openmp_is_asked_for_threads) {
  static const int guards[] = {UNGUARDED, LOCKED};
  omp_set_num_threads(1);
  for (int g = 0; g < 2; g++) {
    for (uint64_t seed = 0; seed < (guards[g] == UNGUARDED ? 6 : 2); seed++) {
      const gchk_layer layer = layer_of("OpenMP sum", forward, omp_backward, seed % 2 == 0 ? 0 : GCHK_HAS_THREADS);
      const double set[OPTIONS] = {[GUARD] = guards[g], [START] = OBEY};
      if (guards[g] == UNGUARDED && !IS_SURE)
        continue;
      probe_bench *b = probe_bench_new(&layer, "D=10000", set, seed);
      const bool is_certain = guards[g] != UNGUARDED || layer.flags != 0;
      if (is_certain || b->work.findings.count > 0)
        probe_bench_expect(b, guards[g] == UNGUARDED ? "thread-dependent" : NULL, "OpenMP");
      ck_assert_int_eq(omp_get_max_threads(), 1);
      probe_bench_free(b);
    }
  }
}
END_TEST
#endif

static TCase *race_tests(void) {
  TCase *tests = tcase_create("probe_races");
  tcase_add_test(tests, unguarded_additions_are_one_finding_in_every_run);
  tcase_add_loop_test(tests, guarded_additions_are_none, LOCKED, OWN_PLACES + 1);
  tcase_add_test(tests, one_busy_core_hides_nothing);
  tcase_add_test(tests, a_write_beyond_the_end_is_found_where_threads_are_too);
  tcase_add_test(tests, quiet_is_waited_for);
  tcase_add_test(tests, threads_that_ran_before_are_no_company_of_the_layer);
  tcase_add_test(tests, what_is_left_out_is_said);
#ifdef _OPENMP
  tcase_add_test(tests, openmp_is_asked_for_threads);
#endif
  tcase_set_timeout(tests, 300);
  return tests;
}

TEST_MAIN("probe_races", race_tests)
