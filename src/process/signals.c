/* The signal handler and its flag. */
#define _DEFAULT_SOURCE // SA_RESETHAND, setitimer
#include "process/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

static volatile int interrupt_flag; // written by the signal handler: the one global there is

enum { HURRY_US = 300000 };

static void on_alarm(int number) {
  (void)number;
}

// What waits for a reader is woken again and again, for the signal may have come before it began to wait.
static void on_signal(int number) {
  (void)number;
  const int before = errno;
  interrupt_flag = 1;
  struct sigaction wake = {.sa_handler = on_alarm}; // without SA_RESTART
  const struct itimerval often = {{0, HURRY_US}, {0, HURRY_US}};
  (void)sigemptyset(&wake.sa_mask);
  (void)sigaction(SIGALRM, &wake, NULL);
  (void)setitimer(ITIMER_REAL, &often, NULL);
  errno = before;
}

const volatile int *cli_catch_signals(bool once) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = once ? (int)SA_RESETHAND : 0}, now;
  (void)sigemptyset(&action.sa_mask);
  (void)sigaction(SIGINT, &action, NULL);
  (void)sigaction(SIGTERM, &action, NULL);
  if (sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler != SIG_IGN) // nohup
    (void)sigaction(SIGHUP, &action, NULL);
  (void)signal(SIGPIPE, SIG_IGN); // a closed pipe is an error of a write, with a message
  return &interrupt_flag;
}

void cli_ignore_size_limit(void) {
  (void)signal(SIGXFSZ, SIG_IGN);
}
