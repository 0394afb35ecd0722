/* The signal handler and its flag. */
#define _DEFAULT_SOURCE // SA_RESETHAND
#include "signals.h"

#include <signal.h>
#include <stddef.h>

static volatile int interrupt_flag; // written by the signal handler: the one global there is

static void on_signal(int number) {
  (void)number;
  interrupt_flag = 1;
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
