/* A timer whose signal gives the processor to another thread. */
#include "calls/thread_shaker.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stddef.h>

// Each may cost a time slice of every other process. And oftener than `shortest` they take all of one processor.
static const double times_a_call = 20, shortest_s = 1e-4, longest_s = 0.1;

// One that no library is known to use.
static int shaking_signal(void) {
  return SIGRTMIN + 11;
}

static void let_others_run(int number) {
  const int saved = errno;
  (void)number;
  (void)sched_yield();
  errno = saved;
}

void gchk_shaker_start(gchk_shaker *shaker, double call_s) {
  const double interval_s = fmin(fmax(call_s / times_a_call, shortest_s), longest_s);
  struct sigaction action = {.sa_handler = let_others_run, .sa_flags = SA_RESTART};
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = shaking_signal()};
  const struct timespec interval = {.tv_sec = 0, .tv_nsec = (long)(1e9 * interval_s)};
  const struct itimerspec often = {.it_interval = interval, .it_value = interval};
  shaker->is_on = false;
  (void)sigemptyset(&action.sa_mask);
  if (sigaction(shaking_signal(), NULL, &shaker->before) != 0 || shaker->before.sa_handler != SIG_DFL)
    return;
  if (timer_create(CLOCK_MONOTONIC, &event, &shaker->timer) != 0)
    return;
  shaker->is_on = sigaction(shaking_signal(), &action, NULL) == 0;
  if (shaker->is_on)
    (void)timer_settime(shaker->timer, 0, &often, NULL);
  else
    (void)timer_delete(shaker->timer);
}

void gchk_shaker_stop(gchk_shaker *shaker) {
  const struct sigaction ignoring = {.sa_handler = SIG_IGN};
  if (!shaker->is_on)
    return;
  (void)timer_delete(shaker->timer);
  // What is still on its way is dropped; it would end the process otherwise.
  (void)sigaction(shaking_signal(), &ignoring, NULL);
  (void)sigaction(shaking_signal(), &shaker->before, NULL);
  shaker->is_on = false;
}
