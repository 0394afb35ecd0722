/* What start-up code may change of a process: each is named and put back, and nothing is named that was not changed. */
#define _GNU_SOURCE // the limits, and newlocale
#include "suite/process_settings.h"

#include <fcntl.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite_fixture.h"

static void nothing(void) {
}

static void go_elsewhere(void) {
  ck_assert_int_eq(chdir("/"), 0);
}

static void mask_all(void) {
  (void)umask(0777);
}

static void block_a_signal(void) {
  sigset_t set;
  (void)sigemptyset(&set);
  (void)sigaddset(&set, SIGTERM);
  (void)sigprocmask(SIG_BLOCK, &set, NULL);
}

static void ignore_children(void) {
  (void)signal(SIGCHLD, SIG_IGN);
}

static void set_the_clock(void) {
  (void)alarm(100);
}

static void limit_descriptors(void) {
  struct rlimit now;
  ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &now), 0);
  now.rlim_cur = 3;
  ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &now), 0);
}

static void close_output(void) {
  (void)close(STDOUT_FILENO);
}

static void replace_errors(void) {
  const int nowhere = open("/dev/null", O_WRONLY);
  (void)dup2(nowhere, STDERR_FILENO);
  (void)close(nowhere);
}

static void speak_otherwise(void) {
  ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
}

static locale_t here; // that of this thread

static void speak_otherwise_here(void) {
  here = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
  (void)uselocale(here);
}

static void round_upwards(void) {
  (void)fesetround(FE_UPWARD);
}

typedef struct state {
  char folder[4096], locale[256];
  mode_t mask;
  int term_is_blocked, rounding;
  void (*on_child)(int);
  struct itimerval timer;
  rlim_t descriptors;
  struct stat standard[3];
  locale_t here;
} state;

static void look(state *s) {
  sigset_t blocked;
  struct sigaction action;
  struct rlimit limit;
  memset(s, 0, sizeof *s);
  ck_assert_ptr_nonnull(getcwd(s->folder, sizeof s->folder));
  (void)snprintf(s->locale, sizeof s->locale, "%s", setlocale(LC_ALL, NULL));
  s->mask = umask(0);
  (void)umask(s->mask);
  (void)sigprocmask(SIG_BLOCK, NULL, &blocked);
  s->term_is_blocked = sigismember(&blocked, SIGTERM);
  s->rounding = fegetround();
  (void)sigaction(SIGCHLD, NULL, &action);
  s->on_child = action.sa_handler;
  (void)getitimer(ITIMER_REAL, &s->timer);
  (void)getrlimit(RLIMIT_NOFILE, &limit);
  s->descriptors = limit.rlim_cur;
  for (int i = 0; i < 3; i++)
    ck_assert_int_eq(fstat(i, &s->standard[i]), 0);
  s->here = uselocale((locale_t)0);
}

static void is_as_before(const state *a, const state *b) {
  ck_assert_str_eq(a->folder, b->folder);
  ck_assert_str_eq(a->locale, b->locale);
  ck_assert_uint_eq(a->mask, b->mask);
  ck_assert_int_eq(a->term_is_blocked, b->term_is_blocked);
  ck_assert_int_eq(a->rounding, b->rounding);
  ck_assert(a->on_child == b->on_child);
  ck_assert_int_eq(a->timer.it_value.tv_sec, b->timer.it_value.tv_sec);
  ck_assert_uint_eq(a->descriptors, b->descriptors);
  for (int i = 0; i < 3; i++)
    ck_assert(a->standard[i].st_ino == b->standard[i].st_ino && a->standard[i].st_dev == b->standard[i].st_dev);
  ck_assert(a->here == b->here);
}

START_TEST(what_is_changed_is_named_and_put_back) {
  static const struct {
    void (*change)(void);
    const char *named;
  } rows[] = {
      {nothing, ""},
      {go_elsewhere, "the working directory"},
      {mask_all, "the file mode mask"},
      {block_a_signal, "how signals are taken"},
      {ignore_children, "how signals are taken"},
      {set_the_clock, "the alarm clock"},
      {limit_descriptors, "the limits of resources"},
      {close_output, "the standard descriptors"},
      {replace_errors, "the standard descriptors"},
      {speak_otherwise, "the locale"},
      {speak_otherwise_here, "the locale"},
      {round_upwards, "another rounding mode"},
  };
  state before, after;
  (void)alarm(0); // the time limit of this test is another process's
  ck_assert_ptr_nonnull(freopen("/dev/zero", "r", stdin));
  (void)umask(022);
  look(&before);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_process_settings kept;
    char changed[256];
    gchk_process_settings_keep(&kept, false);
    rows[i].change();
    gchk_process_settings_restore(&kept, changed, sizeof changed);
    ck_assert_str_eq(changed, rows[i].named);
    look(&after);
    is_as_before(&before, &after);
  }
  freelocale(here);
}
END_TEST

START_TEST(all_that_is_changed_is_listed) {
  gchk_process_settings kept;
  char changed[256], little[8];
  gchk_process_settings_keep(&kept, false);
  go_elsewhere();
  mask_all();
  gchk_process_settings_restore(&kept, changed, sizeof changed);
  ck_assert_str_eq(changed, "the working directory, the file mode mask");
  gchk_process_settings_keep(&kept, false);
  go_elsewhere();
  mask_all();
  gchk_process_settings_restore(&kept, little, sizeof little);
  ck_assert_str_eq(little, "the wor");
}
END_TEST

START_TEST(what_is_printed_meanwhile_goes_to_standard_error) {
  char path[] = "/tmp/gradcheck-settings-XXXXXX", text[64] = "";
  gchk_process_settings kept;
  char changed[256];
  const int file = mkstemp(path), errors = dup(STDERR_FILENO), output = dup(STDOUT_FILENO);
  ck_assert_int_ge(file, 0);
  (void)unlink(path);
  ck_assert_int_eq(dup2(file, STDERR_FILENO), STDERR_FILENO);
  gchk_process_settings_keep(&kept, false);
  (void)printf("printed\n");
  gchk_process_settings_restore(&kept, changed, sizeof changed);
  ck_assert_int_eq(dup2(errors, STDERR_FILENO), STDERR_FILENO);
  ck_assert_str_eq(changed, "");
  ck_assert_int_eq(pread(file, text, sizeof text - 1, 0), 8);
  ck_assert_str_eq(text, "printed\n");
  (void)close(errors);
  (void)close(output);
  (void)close(file);
}
END_TEST

static TCase *settings(void) {
  TCase *tests = tcase_create("settings");
  tcase_add_test(tests, what_is_changed_is_named_and_put_back);
  tcase_add_test(tests, all_that_is_changed_is_listed);
  tcase_add_test(tests, what_is_printed_meanwhile_goes_to_standard_error);
  return tests;
}

TEST_MAIN("process_settings", settings)
