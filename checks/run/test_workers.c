/*
 * Cases of layers that leave nothing behind share a process, and the result is that of a process a case: whatever one
 * of them does that its layer promises not to do, all others are as they are alone.
 *
 * The oracle is the same layer without the promise, each of whose cases has a process of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "case_text.h"
#include "excused.h"
#include "gradcheck/check.h"
#include "gradcheck/compare.h"
#include "run_tests.h"
#include "sanitized.h"

typedef enum mischief {
  BEHAVE,
  ABORT,
  EXIT,
  HANG,
  ALLOCATE,
  FORK,
  FORK_TWICE, // whose child is an orphan
  START_THREAD,
  CLOSE_ALL,
  PRINT,
  BREAK,     // later cases of the process abort
  BREAK_END, // they exit
  MARK,      // they can see that it was there
  ASK        // and this one says so
} mischief;

enum { MOST_CASES = 8, MIB = 1 << 20, TIMEOUT_S = 1, MEMORY_MIB = 256, LAST_DESCRIPTOR = 64 };

static mischief broken_by;       // state that a case of this process left
static bool is_marked;           // likewise
static char *volatile taken;     // so that no compiler sees that nobody uses the memory
static const double number = 42; // whose prints it is

static void *wait_for_ever(void *nothing) {
  for (;;)
    (void)pause();
  return nothing;
}

static void leave_child(void) {
  if (fork() == 0)
    (void)wait_for_ever(NULL);
}

static void leave_orphan(void) {
  const pid_t between = fork();
  if (between == 0) {
    leave_child();
    _exit(0);
  }
  (void)waitpid(between, NULL, 0);
}

static void take_memory(void) {
  for (;;) {
    taken = malloc(MIB);
    if (taken == NULL)
      abort();
    memset(taken, 1, MIB);
  }
}

static gchk_status misbehave(mischief what, gchk_error *error) {
  pthread_t thread;
  switch (what) {
  case ABORT:
    abort();
  case EXIT:
    exit(7);
  case HANG:
    (void)wait_for_ever(NULL);
    break;
  case ALLOCATE:
    take_memory();
    break;
  case FORK:
    leave_child();
    break;
  case FORK_TWICE:
    leave_orphan();
    break;
  case START_THREAD:
    if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0)
      return gchk_fail(error, GCHK_LAYER_FAILED, "no thread");
    break;
  case CLOSE_ALL:
    for (int fd = STDERR_FILENO + 1; fd < LAST_DESCRIPTOR; fd++)
      (void)close(fd);
    break;
  case PRINT:
    (void)fprintf(stderr, "I am %g\n", number);
    break;
  case BREAK:
  case BREAK_END:
    broken_by = what;
    break;
  case MARK:
    is_marked = true;
    break;
  case ASK:
    return is_marked ? gchk_fail(error, GCHK_LAYER_FAILED, "another case was here") : GCHK_OK;
  case BEHAVE:
    break;
  }
  return GCHK_OK;
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  static mischief last; // once a case: some of it adds up
  const mischief what = (mischief)c->option[0];
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = x[i] * x[i];
  if (broken_by == BREAK && what != BREAK)
    abort();
  if (broken_by == BREAK_END && what != BREAK_END)
    exit(3);
  if (what == last && what != ASK)
    return GCHK_OK;
  last = what;
  return misbehave(what, error);
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 2 * ((const double *)c->t[0].value)[i] * ((const double *)c->t[1].grad)[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec options[] = {{"mischief", 0, 0, 0, ""}};
#define UNRULY                                                                                                         \
  .name = "unruly", .file = "unruly.c", .line = 1, .dtype = GCHK_F64, GCHK_TENSORS(tensors),                           \
  GCHK_OPTION_TABLE(options), .forward = forward, .backward = backward, .sizes = "N=5"
static const gchk_layer apart = {UNRULY}, together = {UNRULY, .leaves_nothing = true};

static gchk_options with_jobs(size_t jobs) {
  gchk_options check = GCHK_OPTIONS_INIT;
  check.isolate = true;
  check.jobs = jobs;
  check.timeout_s = TIMEOUT_S;
  check.memory_mib = MEMORY_MIB;
  return check;
}

static gchk_result *run(const gchk_layer *layer, const mischief *what, size_t count, size_t jobs) {
  static const char *const names[MOST_CASES] = {"a", "b", "c", "d", "e", "f", "g", "h"};
  double values[MOST_CASES];
  gchk_case cases[MOST_CASES];
  for (size_t i = 0; i < count; i++) {
    values[i] = (double)what[i];
    cases[i] = (gchk_case){.name = names[i], .layer = layer, .options = &values[i]};
  }
  const gchk_options check = with_jobs(jobs);
  gchk_result *r;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_check_cases(cases, count, &check, &r, &error) == GCHK_OK, "%s", error.message);
  ck_assert_uint_eq(r->case_count, count);
  ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); // no child is left, dead or alive
  ck_assert_int_eq(errno, ECHILD);
  return r;
}

// A process that grows is met a little later, or earlier.
static size_t length_of_words(const char *reason) {
  const char *measured = strstr(reason, "grown by ");
  return measured != NULL ? (size_t)(measured - reason) : strlen(reason) + 1;
}

static void assert_same_reason(const char *one, const char *other) {
  const size_t length = length_of_words(other);
  ck_assert_uint_eq(length_of_words(one), length);
  ck_assert_msg(strncmp(one, other, length) == 0, "'%s' is not as alone, which is '%s'", one, other);
}

static void assert_same_case(gchk_case_result *a, gchk_case_result *b) {
  a->wall_s = b->wall_s = 0;
  char *one = case_text(a), *other = case_text(b);
  ck_assert_msg(strcmp(one, other) == 0, "%s\nis not as alone, which is\n%s", one, other);
  free(one);
  free(other);
}

// Well-behaved cases before it, between two of them and after it.
static void assert_as_alone(mischief what) {
  const mischief list[] = {BEHAVE, what, BEHAVE, what, BEHAVE};
  const size_t count = sizeof list / sizeof list[0], jobs[] = {1, 2, 5};
  gchk_result *alone = run(&apart, list, count, 2);
  for (size_t j = 0; j < sizeof jobs / sizeof jobs[0]; j++) {
    gchk_result *r = run(&together, list, count, jobs[j]);
    for (size_t i = 0; i < count; i++) {
      ck_assert_int_eq(r->cases[i].verdict, alone->cases[i].verdict);
      assert_same_reason(r->cases[i].reason, alone->cases[i].reason);
      if (list[i] == BEHAVE)
        ck_assert_int_eq(r->cases[i].verdict, GCHK_PASS);
      if (r->cases[i].verdict != GCHK_ERROR) // the stack of a crash may be another's
        assert_same_case(&r->cases[i], &alone->cases[i]);
    }
    ck_assert_int_eq(r->exit_code, alone->exit_code);
    gchk_result_free(r);
  }
  gchk_result_free(alone);
}

START_TEST(what_ends_a_process_ends_its_own_case_alone) {
  assert_as_alone(ABORT);
  assert_as_alone(EXIT);
}
END_TEST

START_TEST(what_hangs_or_grows_is_told_of_its_own_case_alone) {
  assert_as_alone(HANG);
#if !HAS_ADDRESS_SANITIZER
  assert_as_alone(ALLOCATE);
#endif
}
END_TEST

START_TEST(what_goes_on_beside_ends_the_process) {
  assert_as_alone(FORK);
  assert_as_alone(FORK_TWICE);
  assert_as_alone(START_THREAD);
}
END_TEST

START_TEST(who_closes_what_is_not_his_is_an_error) {
  assert_as_alone(CLOSE_ALL);
}
END_TEST

// What breaks where another case has been is asked once more where none has.
START_TEST(what_one_case_breaks_is_no_other_s_error) {
  assert_as_alone(BREAK);
  assert_as_alone(BREAK_END);
}
END_TEST

static gchk_verdict asked_after_mark(const gchk_layer *layer, mischief between, size_t jobs) {
  const mischief list[] = {MARK, between, ASK};
  gchk_result *r = run(layer, list, sizeof list / sizeof list[0], jobs);
  const gchk_verdict verdict = r->cases[2].verdict;
  gchk_result_free(r);
  return verdict;
}

// Who promises nothing never meets what another case left, nor does who comes after one that ended the process.
START_TEST(a_process_is_not_shared_without_a_promise) {
  ck_assert_int_eq(asked_after_mark(&apart, BEHAVE, 1), GCHK_PASS);
  ck_assert_int_eq(asked_after_mark(&together, ABORT, 1), GCHK_PASS);
}
END_TEST

// And who promises and does not keep it does.
START_TEST(a_process_is_shared_by_promise) {
  ck_assert_int_eq(asked_after_mark(&together, BEHAVE, 1), GCHK_ERROR);
}
END_TEST

// Of a case after one of a layer that promises, compared with one that does or does not.
static gchk_verdict asked_after_compared(const gchk_layer *with) {
  const gchk_reference reference = {.size = sizeof reference, .layer = with, .terms = ""};
  gchk_layer compared = together;
  compared.reference = &reference;
  const double mark = MARK, ask = ASK;
  const gchk_case cases[] = {{.name = "mark", .layer = &compared, .options = &mark},
                             {.name = "ask", .layer = &together, .options = &ask}};
  const gchk_options check = with_jobs(1);
  gchk_result *r;
  ck_assert_int_eq(gchk_check_cases(cases, 2, &check, &r, NULL), GCHK_OK);
  const gchk_verdict verdict = r->cases[1].verdict;
  gchk_result_free(r);
  return verdict;
}

START_TEST(a_reference_has_to_promise_too) {
  ck_assert_int_eq(asked_after_compared(&apart), GCHK_PASS);
}
END_TEST

START_TEST(a_reference_that_promises_shares_a_process) {
  ck_assert_int_eq(asked_after_compared(&together), GCHK_ERROR);
}
END_TEST

// All that is written on standard error while the cases run, one at a time.
static void listen_to(const gchk_layer *layer, char *said, size_t size) {
  const mischief list[] = {BEHAVE, PRINT, BEHAVE, PRINT, ABORT, PRINT};
  int ends[2];
  const int saved = dup(STDERR_FILENO);
  ck_assert_int_eq(pipe(ends), 0);
  (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
  (void)dup2(ends[1], STDERR_FILENO);
  gchk_result *r = run(layer, list, sizeof list / sizeof list[0], 1);
  (void)dup2(saved, STDERR_FILENO);
  const ssize_t length = read(ends[0], said, size - 1);
  said[length > 0 ? length : 0] = '\0';
  (void)close(ends[0]);
  (void)close(ends[1]);
  (void)close(saved);
  gchk_result_free(r);
}

START_TEST(what_a_case_prints_has_its_name) {
  char alone[4096], shared[4096];
  listen_to(&apart, alone, sizeof alone);
  listen_to(&together, shared, sizeof shared);
  ck_assert_msg(strstr(alone, "b | I am 42\n") != NULL, "%s", alone);
  ck_assert_msg(strstr(shared, "b | I am 42\n") != NULL, "%s", shared);
  ck_assert_ptr_null(strstr(shared, "c | "));
  ck_assert_ptr_nonnull(strstr(shared, "f | I am 42\n")); // in another process than b
}
END_TEST

TCase *worker_tests(void) {
  TCase *tests = tcase_create("workers");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, what_ends_a_process_ends_its_own_case_alone);
  tcase_add_test(tests, what_hangs_or_grows_is_told_of_its_own_case_alone);
  if (!excused("a process to whom orphans go"))
    tcase_add_test(tests, what_goes_on_beside_ends_the_process);
  tcase_add_test(tests, who_closes_what_is_not_his_is_an_error);
  tcase_add_test(tests, what_one_case_breaks_is_no_other_s_error);
  tcase_add_test(tests, a_process_is_not_shared_without_a_promise);
  tcase_add_test(tests, a_reference_has_to_promise_too);
  if (!excused("a process of one thread")) {
    tcase_add_test(tests, a_process_is_shared_by_promise);
    tcase_add_test(tests, a_reference_that_promises_shares_a_process);
  }
  tcase_add_test(tests, what_a_case_prints_has_its_name);
  return tests;
}
