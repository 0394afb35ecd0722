/* Work in a process of its own: what it returns, how it is lost, and what it leaves behind. */
#include "gradcheck/supervise.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "crash_tests.h"
#include "excused.h"
#include "instance/under_way.h"
#include "sanitized.h"

enum { LOST = 3 };

static int give(void *context) {
  return *(int *)context;
}

#if !HAS_ADDRESS_SANITIZER
static int crash(void *context) {
  (void)context;
  (void)raise(SIGSEGV);
  return 0;
}
#endif

static int leave(void *context) {
  if (context != NULL)
    _exit(0);
  return 0;
}

static void exit_0(void) {
  _exit(0);
}

static int give_with_function_at_exit(void *context) {
  (void)atexit(exit_0);
  return give(context);
}

static int loop_in_callback(void *context) {
  (void)context;
  gchk_note_callback("backward", NULL);
  for (volatile int i = 0; i == 0;)
    (void)i;
  return 0;
}

// Longer than a callback may take, but in many of them.
static int call_often(void *context) {
  for (int i = 0; i < 15; i++) {
    gchk_note_callback("backward", NULL);
    (void)nanosleep(&(struct timespec){0, 100000000}, NULL);
    gchk_note_return();
  }
  return give(context);
}

static int leave_two(void *context) {
  for (int i = 0; i < 2; i++)
    if (fork() == 0) {
      if (i == 0)
        (void)setsid();
      for (;;)
        (void)pause();
    }
  return give(context);
}

static int be_terminated_by_parent(void *context) {
  (void)kill(getppid(), SIGTERM);
  for (;;)
    (void)pause();
  return give(context);
}

static char said[1024];

static int supervise(int (*work)(void *context), int value, double timeout_s) {
  const gchk_supervision setting = {.lost = LOST, .timeout_s = timeout_s};
  const int status = gchk_supervise(work, &value, &setting, said, sizeof said);
  ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
  ck_assert_int_eq(errno, ECHILD);
  return status;
}

START_TEST(what_work_returns_is_returned) {
  for (int value = 0; value <= 5; value++) {
    ck_assert_int_eq(supervise(give, value, 0), value);
    ck_assert_str_eq(said, "");
    ck_assert_int_eq(supervise(give_with_function_at_exit, value, 0), value);
    ck_assert_str_eq(said, "");
  }
}
END_TEST

START_TEST(work_that_is_lost_is_not_done) {
  ck_assert_int_eq(supervise(leave, 0, 0), LOST);
  ck_assert_msg(strstr(said, "exit status 0") != NULL, "%s", said);
#if !HAS_ADDRESS_SANITIZER
  ck_assert_int_eq(supervise(crash, 0, 0), LOST);
  ck_assert_msg(strstr(said, "SIGSEGV") != NULL, "%s", said);
#endif
}
END_TEST

START_TEST(a_callback_has_its_time) {
  ck_assert_int_eq(supervise(loop_in_callback, 0, 1), LOST);
  ck_assert_msg(strstr(said, "killed in backward after 1 s without progress") != NULL, "%s", said);
  ck_assert_int_eq(supervise(call_often, 4, 1), 4);
  ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(what_is_left_is_killed_and_said) {
  ck_assert_int_eq(supervise(leave_two, 1, 0), 1);
  ck_assert_msg(strncmp(said, "2 processes ", 12) == 0, "%s", said);
}
END_TEST

// Whoever asks this process to end asks the work, and sees that it did.
START_TEST(a_request_is_passed_on) {
  (void)signal(SIGTERM, SIG_DFL);
  (void)supervise(be_terminated_by_parent, 0, 0);
  ck_abort_msg("the signal was not for this process");
}
END_TEST

// What is done is done: a request that comes while this process ends must not turn its status into another.
START_TEST(a_request_after_the_end_changes_nothing) {
  static const int requests[] = {SIGINT, SIGTERM, SIGHUP};
  ck_assert_int_eq(supervise(give, 3, 0), 3);
  for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
    ck_assert_int_eq(raise(requests[i]), 0);
  ck_assert_int_eq(supervise(give, 4, 0), 4);
}
END_TEST

// Where the work was lost, nothing was done that a request could be too late for.
START_TEST(a_request_after_a_loss_is_obeyed) {
  (void)signal(SIGTERM, SIG_DFL);
  ck_assert_int_eq(supervise(leave, 0, 0), LOST);
  (void)raise(SIGTERM);
  ck_abort_msg("the signal was ignored");
}
END_TEST

static int print(void *context) {
  (void)printf("foreign\n");
  (void)fprintf(stderr, "foreign \033[31m\n");
  (void)fprintf(gchk_output(), "own\n");
  (void)fprintf(gchk_errors(), "of its own \033[1m\n");
  return give(context);
}

static int flood_descriptors(void *context) {
  char line[1000];
  memset(line, 'x', sizeof line);
  line[sizeof line - 1] = '\n';
  for (int i = 0; i < 20000; i++)
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
      (void)!write(fd, line, sizeof line);
  return give(context);
}

// Runs the work with standard output and standard error in files, and takes what is in them then.
static int supervise_into(int (*work)(void *context), const char *whose, char texts[2][1024], size_t lengths[2]) {
  FILE *files[2] = {tmpfile(), tmpfile()};
  int before[2], value = 7;
  for (int i = 0; i < 2; i++) {
    ck_assert(files[i] != NULL);
    (void)fflush(NULL);
    before[i] = dup(i + 1);
    (void)dup2(fileno(files[i]), i + 1);
  }
  const gchk_supervision setting = {.lost = LOST, .whose = whose};
  const int status = gchk_supervise(work, &value, &setting, said, sizeof said);
  for (int i = 0; i < 2; i++) {
    (void)dup2(before[i], i + 1);
    (void)close(before[i]);
    (void)fseek(files[i], 0, SEEK_END);
    lengths[i] = (size_t)ftell(files[i]);
    rewind(files[i]);
    texts[i][fread(texts[i], 1, 1023, files[i])] = '\0';
    (void)fclose(files[i]);
  }
  return status;
}

START_TEST(what_is_foreign_is_parted_from_what_is_own) {
  char texts[2][1024];
  size_t lengths[2];
  ck_assert_int_eq(supervise_into(print, "them", texts, lengths), 7);
  ck_assert_str_eq(texts[0], "own\n");
  ck_assert_ptr_nonnull(strstr(texts[1], "them | foreign \\x1B[31m\n"));
  ck_assert_ptr_nonnull(strstr(texts[1], "of its own \033[1m\n"));
  ck_assert_int_eq(supervise_into(flood_descriptors, "them", texts, lengths), 7);
  ck_assert_uint_eq(lengths[0], 0);
  ck_assert_uint_lt(lengths[1], 50000);
  ck_assert(gchk_output() == stdout && gchk_errors() == stderr); // here nothing was parted
  ck_assert_int_eq(supervise_into(print, NULL, texts, lengths), 7);
  ck_assert_str_eq(texts[0], "foreign\nown\n");
  ck_assert_str_eq(texts[1], "foreign \033[31m\nof its own \033[1m\n");
}
END_TEST

TCase *supervise_tests(void) {
  TCase *tests = tcase_create("supervise");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, what_work_returns_is_returned);
  tcase_add_test(tests, work_that_is_lost_is_not_done);
  tcase_add_test(tests, a_callback_has_its_time);
  if (!excused("a process to whom orphans go"))
    tcase_add_test(tests, what_is_left_is_killed_and_said);
  tcase_add_test(tests, what_is_foreign_is_parted_from_what_is_own);
  tcase_add_test(tests, a_request_after_the_end_changes_nothing);
  tcase_add_test_raise_signal(tests, a_request_after_a_loss_is_obeyed, SIGTERM);
  tcase_add_test_raise_signal(tests, a_request_is_passed_on, SIGTERM);
  return tests;
}
