/*
 * Time that counts without a sign of progress: of processes that sleep, spin, are starved or stopped, as they look from
 * outside, with the clock in the test's hand; and what looking at real ones says.
 */
#include "crash/patience.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "crash_tests.h"

static const double limit = 60;

// A process of `ready` threads on `processors`, looked at every `gap` seconds, that gets `rate` of processors.
typedef struct course {
  size_t ready, processors;
  double rate, gap;
} course;

// Seconds on the clock until it is over, of `most` at the most.
static double over_after(const course *c, double most) {
  gchk_patience p = gchk_patience_new(1000);
  gchk_activity seen = {.is_known = true, .ready = c->ready, .processors = c->processors, .cpu_s = 5};
  double t = 0;
  while (t < most && !gchk_patience_is_over(&p, limit)) {
    t += c->gap;
    seen.cpu_s += c->rate * c->gap;
    gchk_patience_count(&p, limit, 1000 + t, &seen);
  }
  return t;
}

static void assert_over_at(const course *c, double wanted) {
  const double t = over_after(c, 10000);
  ck_assert_msg(t >= wanted - 1e-6 && t <= 1.02 * wanted, "after %g s instead of %g", t, wanted);
}

START_TEST(sleep_and_spinning_end_by_the_clock) {
  assert_over_at(&(course){.ready = 0, .processors = 2, .rate = 0, .gap = 0.1}, limit);
  assert_over_at(&(course){.ready = 1, .processors = 2, .rate = 1, .gap = 0.1}, limit);
  assert_over_at(&(course){.ready = 8, .processors = 8, .rate = 8, .gap = 0.1}, limit); // no sooner
  assert_over_at(&(course){.ready = 8, .processors = 2, .rate = 2, .gap = 0.1}, limit); // no later
}
END_TEST

START_TEST(what_is_kept_from_running_has_more_time) {
  assert_over_at(&(course){.ready = 1, .processors = 2, .rate = 0.1, .gap = 0.1}, 10 * limit);
  assert_over_at(&(course){.ready = 8, .processors = 8, .rate = 2, .gap = 0.1}, 4 * limit);
  // But not for ever.
  const double t = over_after(&(course){.ready = 1, .processors = 2, .rate = 0, .gap = 0.1}, 1e6);
  ck_assert(t >= GCHK_PATIENCE_MOST * limit - 1e-6 && t < GCHK_PATIENCE_MOST * limit + 1);
}
END_TEST

// Whoever looks was stopped, or the whole machine: one look, however late.
START_TEST(a_gap_is_no_waiting) {
  const gchk_activity kinds[] = {{.is_known = false},
                                 {.is_known = true, .ready = 0, .processors = 2},
                                 {.is_known = true, .ready = 1, .processors = 2, .cpu_s = 1e6}};
  for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
    gchk_patience p = gchk_patience_new(1000);
    gchk_patience_count(&p, limit, 100000, &kinds[k]);
    ck_assert(!gchk_patience_is_over(&p, limit));
    ck_assert(p.waited < 1 && p.lived < 1);
    for (double t = 100000; !gchk_patience_is_over(&p, limit); t += 0.1) {
      ck_assert(t < 100000 + 62);
      const gchk_activity asleep = {.is_known = k != 0, .processors = 2, .cpu_s = kinds[k].cpu_s};
      gchk_patience_count(&p, limit, t, &asleep);
    }
  }
  // Of a short limit no gap is more than a part.
  gchk_patience p = gchk_patience_new(0);
  gchk_patience_count(&p, 0.2, 100, &kinds[1]);
  ck_assert(!gchk_patience_is_over(&p, 0.2));
}
END_TEST

START_TEST(without_a_limit_nothing_is_over) {
  gchk_patience p = gchk_patience_new(0);
  for (int t = 0; t < 100000; t++)
    gchk_patience_count(&p, 0, t, &(gchk_activity){.is_known = false});
  ck_assert(!gchk_patience_is_over(&p, 0));
  ck_assert(p.waited > 1000);
}
END_TEST

static void *spin(void *unused) {
  (void)unused;
  for (volatile int i = 0; i == 0;)
    (void)i;
  return NULL;
}

static pid_t start(size_t spinning) {
  const pid_t pid = fork();
  if (pid != 0)
    return pid;
  pthread_t thread;
  for (size_t i = 0; i < spinning; i++)
    if (pthread_create(&thread, NULL, spin, NULL) != 0)
      _exit(1);
  for (;;)
    (void)pause();
}

static void stop(pid_t pid) {
  (void)kill(pid, SIGKILL);
  ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

// Waits until its activity is so; a machine that has other things to do has a minute.
static gchk_activity wait_for(pid_t pid, size_t ready, double cpu_s) {
  const double began = gchk_now();
  gchk_activity a;
  do
    a = gchk_activity_of(pid);
  while ((a.ready != ready || a.cpu_s < cpu_s) && gchk_now() - began < 60);
  ck_assert(a.is_known);
  ck_assert_uint_eq(a.ready, ready);
  ck_assert(a.cpu_s >= cpu_s);
  ck_assert_uint_ge(a.processors, 1);
  return a;
}

START_TEST(activity_is_of_all_threads) {
  if (access("/proc/self/task", X_OK) != 0)
    return;
  const pid_t asleep = start(0), spinning = start(8);
  (void)wait_for(asleep, 0, 0);
  (void)wait_for(spinning, 8, 0.3); // the main thread sleeps
  ck_assert(wait_for(asleep, 0, 0).cpu_s < 0.3);
  stop(asleep);
  stop(spinning);
  ck_assert(!gchk_activity_of(asleep).is_known);
  ck_assert(!gchk_activity_of(0).is_known);
}
END_TEST

TCase *patience_tests(void) {
  TCase *tests = tcase_create("patience");
  tcase_set_timeout(tests, 300);
  tcase_add_test(tests, sleep_and_spinning_end_by_the_clock);
  tcase_add_test(tests, what_is_kept_from_running_has_more_time);
  tcase_add_test(tests, a_gap_is_no_waiting);
  tcase_add_test(tests, without_a_limit_nothing_is_over);
  tcase_add_test(tests, activity_is_of_all_threads);
  return tests;
}
