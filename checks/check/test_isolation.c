/* Cases in child processes: whatever one layer does, the others are judged, and no process is left behind. */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_tests.h"
#include "excused.h"
#include "sanitized.h"
#include "threads_here.h"

typedef enum mischief {
  BEHAVE,
  SEGFAULT,
  ABORT,
  EXIT,
  HANG,
  FAIL_STATUS,
  FORK_AND_LEAVE,
  FORK_SESSION,
  ALLOCATE,
  PRINT,
  COUNT_THREADS,
  COUNT_BLAS_THREADS
} mischief;

static size_t threads_before; // of this process, once; an emulator has one of its own
static int (*blas_threads)(void);
static char *volatile taken; // so that no compiler sees that nobody uses the memory

static gchk_status misbehave(mischief what, gchk_error *error) {
  switch (what) {
  case SEGFAULT:
    (void)raise(SIGSEGV);
    break;
  case ABORT:
    abort();
  case EXIT:
    exit(7);
  case HANG:
    for (volatile int i = 0;; i = 1)
      (void)i;
  case FAIL_STATUS:
    return gchk_fail(error, GCHK_LAYER_FAILED, "out of paper");
  case FORK_AND_LEAVE:
    if (fork() == 0)
      for (;;)
        (void)pause();
    abort();
  case FORK_SESSION:
    if (fork() == 0) {
      (void)setsid();
      for (;;)
        (void)pause();
    }
    break;
  case ALLOCATE:
    for (;;) {
      taken = malloc(16u << 20);
      if (taken == NULL)
        abort();
      memset(taken, 1, 16u << 20);
    }
  case PRINT:
    (void)printf("a layer that talks\n");
    break;
  case COUNT_THREADS:
    return threads_here() <= threads_before ? GCHK_OK : gchk_fail(error, GCHK_LAYER_FAILED, "other threads are here");
  case COUNT_BLAS_THREADS:
    return blas_threads() == 1 ? GCHK_OK : gchk_fail(error, GCHK_LAYER_FAILED, "%d threads", blas_threads());
  case BEHAVE:
    break;
  }
  return GCHK_OK;
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = 2 * x[i];
  return misbehave((mischief)c->option[0], error);
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 2 * ((const double *)c->t[1].grad)[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec options[] = {{"mischief", 0, 0, 0, ""}};
static const gchk_layer layer = {.name = "unruly",
                                 GCHK_HERE,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 GCHK_OPTION_TABLE(options),
                                 .forward = forward,
                                 .backward = backward,
                                 .sizes = "N=5"};

static gchk_options isolated(size_t jobs) {
  gchk_options check = GCHK_OPTIONS_INIT;
  check.isolate = true;
  check.jobs = jobs;
  check.timeout_s = 60; // others may have the machine
  return check;
}

// A well-behaved case, the unruly one, and another well-behaved one.
static gchk_result *run_between(mischief what, const gchk_options *check) {
  double values[3] = {BEHAVE, (double)what, BEHAVE};
  const gchk_case cases[] = {{.name = "before", .layer = &layer, .options = &values[0]},
                             {.name = "unruly", .layer = &layer, .options = &values[1]},
                             {.name = "after", .layer = &layer, .options = &values[2]}};
  gchk_result *r;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_check_cases(cases, 3, check, &r, &error) == GCHK_OK, "%s", error.message);
  ck_assert_uint_eq(r->case_count, 3);
  ck_assert_int_eq(r->cases[0].verdict, GCHK_PASS);
  ck_assert_int_eq(r->cases[2].verdict, GCHK_PASS);
  ck_assert_str_eq(r->cases[0].name, "before");
  ck_assert_str_eq(r->cases[2].name, "after");
  // No child is left, dead or alive.
  ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
  ck_assert_int_eq(errno, ECHILD);
  return r;
}

static void assert_reported(mischief what, const char *how) {
  gchk_options check = isolated(2);
  if (what == HANG)
    check.timeout_s = 10;
  gchk_result *r = run_between(what, &check);
  ck_assert_int_eq(r->cases[1].verdict, GCHK_ERROR);
  ck_assert_msg(strstr(r->cases[1].reason, how) != NULL, "'%s' lacks '%s'", r->cases[1].reason, how);
  ck_assert_int_eq(r->exit_code, 3);
  gchk_result_free(r);
}

START_TEST(a_crash_is_an_error_with_the_signal_s_name) {
#if !HAS_ADDRESS_SANITIZER
  assert_reported(SEGFAULT, "SIGSEGV");
#endif
  assert_reported(ABORT, "SIGABRT");
}
END_TEST

START_TEST(an_exit_is_an_error) {
#if HAS_ADDRESS_SANITIZER
  assert_reported(EXIT, "exit status"); // the leak check puts a status of its own in the place of the layer's
#else
  assert_reported(EXIT, "exit status 7");
#endif
}
END_TEST

START_TEST(a_hang_is_killed_and_said_to_be_one) {
  assert_reported(HANG, "killed in forward after 10 s without progress");
}
END_TEST

START_TEST(a_status_is_passed_on) {
  assert_reported(FAIL_STATUS, "out of paper");
}
END_TEST

START_TEST(what_a_layer_forks_goes_with_it) {
  assert_reported(FORK_AND_LEAVE, "SIGABRT");
}
END_TEST

static size_t count_leftovers(const gchk_case_result *c) {
  size_t count = 0;
  for (size_t i = 0; i < c->finding_count; i++)
    count += strcmp(c->findings[i].code, "leaves-processes") == 0 && c->findings[i].is_note;
  return count;
}

// In a session of its own it is out of reach of signals to the group, but not of the report.
START_TEST(what_a_layer_forks_away_is_ended_and_noted) {
  gchk_options check = isolated(2);
  gchk_result *r = run_between(FORK_SESSION, &check);
  ck_assert_int_eq(r->cases[1].verdict, GCHK_PASS);
  for (size_t i = 0; i < 3; i++)
    ck_assert_uint_eq(count_leftovers(&r->cases[i]), i == 1);
  gchk_result_free(r);
}
END_TEST

START_TEST(memory_without_bound_is_bounded) {
  gchk_options check = isolated(2);
  check.memory_mib = 256;
  gchk_result *r = run_between(ALLOCATE, &check);
  ck_assert_int_eq(r->cases[1].verdict, GCHK_ERROR);
  ck_assert_msg(strstr(r->cases[1].reason, "--memory allows 256 MiB") != NULL, "%s", r->cases[1].reason);
  gchk_result_free(r);
}
END_TEST

START_TEST(what_a_layer_prints_stays_out_of_standard_output) {
  gchk_options check = isolated(1);
  int saved = dup(STDOUT_FILENO), ends[2];
  ck_assert_int_eq(pipe(ends), 0);
  (void)fflush(stdout);
  (void)dup2(ends[1], STDOUT_FILENO);
  gchk_result *r = run_between(PRINT, &check);
  (void)fflush(stdout);
  (void)dup2(saved, STDOUT_FILENO);
  (void)close(ends[1]);
  char byte;
  ck_assert_int_eq(read(ends[0], &byte, 1), 0);
  ck_assert_int_eq(r->exit_code, 0);
  (void)close(ends[0]);
  (void)close(saved);
  gchk_result_free(r);
}
END_TEST

START_TEST(an_interruption_keeps_what_is_finished) {
  volatile int interrupt = 1;
  gchk_options check = isolated(2);
  check.interrupt = &interrupt;
  const double behave = BEHAVE;
  gchk_case c = {.name = "never", .layer = &layer, .options = &behave};
  gchk_result *r;
  for (int isolate = 0; isolate < 2; isolate++) {
    check.isolate = isolate == 1;
    ck_assert_int_eq(gchk_check_cases(&c, 1, &check, &r, NULL), GCHK_OK);
    ck_assert_uint_eq(r->case_count, 0);
    ck_assert(!r->complete);
    ck_assert_int_eq(r->exit_code, 3);
    gchk_result_free(r);
  }
}
END_TEST

// A BLAS library that has threads in this process has one while layers run, here or in a child, which starts none; and
// afterwards as many as before.
START_TEST(blas_is_one_thread_while_layers_run) {
  (void)unsetenv("OMP_NUM_THREADS");
  (void)unsetenv("OPENBLAS_NUM_THREADS");
  threads_before = threads_here();
  void *blas = dlopen("libopenblas.so.0", RTLD_NOW);
  ck_assert_ptr_nonnull(blas);
  void *get_found = dlsym(blas, "openblas_get_num_threads"), *set_found = dlsym(blas, "openblas_set_num_threads");
  void (*set)(int);
  memcpy(&blas_threads, &get_found, sizeof blas_threads);
  memcpy(&set, &set_found, sizeof set);
  set(2);
  const int before = blas_threads(); // one where the library was built for one
  gchk_options here = GCHK_OPTIONS_INIT, child = isolated(2);
  const struct {
    mischief what;
    const gchk_options *way;
  } runs[] = {{COUNT_THREADS, &child}, {COUNT_BLAS_THREADS, &child}, {COUNT_BLAS_THREADS, &here}};
  for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
    gchk_result *r = run_between(runs[i].what, runs[i].way);
    ck_assert_msg(r->cases[1].verdict == GCHK_PASS, "run %zu: %s", i, r->cases[1].reason);
    ck_assert_int_eq(blas_threads(), before);
    gchk_result_free(r);
  }
  (void)dlclose(blas);
}
END_TEST

// The same figures from one process, one child at a time, and four at a time.
START_TEST(results_do_not_depend_on_isolation_or_jobs) {
  double o[CURVE_OPTIONS];
  curve_right(o);
  gchk_options here = GCHK_OPTIONS_INIT, one = isolated(1), four = isolated(4);
  const gchk_options *ways[] = {&here, &one, &four};
  gchk_result *results[3];
  const gchk_case cases[] = {{.name = "a", .layer = &curve_layer, .options = o},
                             {.name = "b", .layer = &curve_layer, .options = o},
                             {.name = "c", .layer = &curve_layer, .options = o}};
  for (size_t w = 0; w < 3; w++)
    ck_assert_int_eq(gchk_check_cases(cases, 3, ways[w], &results[w], NULL), GCHK_OK);
  for (size_t w = 1; w < 3; w++) {
    for (size_t i = 0; i < 3; i++) {
      const gchk_tensor_result *a = &results[0]->cases[i].tensors[0], *b = &results[w]->cases[i].tensors[0];
      ck_assert_double_eq(a->mean_abs_diff, b->mean_abs_diff);
      ck_assert_double_eq(a->bound_max, b->bound_max);
      ck_assert_double_eq(a->worst[0].analytic, b->worst[0].analytic);
      ck_assert_double_eq(results[0]->cases[i].output, results[w]->cases[i].output);
    }
  }
  ck_assert_double_ne(results[0]->cases[0].output, results[0]->cases[1].output); // the name is in the seed
  for (size_t w = 0; w < 3; w++)
    gchk_result_free(results[w]);
}
END_TEST

TCase *isolation_tests(void) {
  TCase *tests = tcase_create("isolation");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, a_crash_is_an_error_with_the_signal_s_name);
  tcase_add_test(tests, an_exit_is_an_error);
  tcase_add_test(tests, a_hang_is_killed_and_said_to_be_one);
  tcase_add_test(tests, a_status_is_passed_on);
  tcase_add_test(tests, what_a_layer_forks_goes_with_it);
  if (!excused("a process to whom orphans go"))
    tcase_add_test(tests, what_a_layer_forks_away_is_ended_and_noted);
  tcase_add_test(tests, memory_without_bound_is_bounded);
  tcase_add_test(tests, what_a_layer_prints_stays_out_of_standard_output);
  tcase_add_test(tests, an_interruption_keeps_what_is_finished);
  tcase_add_test(tests, blas_is_one_thread_while_layers_run);
  tcase_add_test(tests, results_do_not_depend_on_isolation_or_jobs);
  return tests;
}
