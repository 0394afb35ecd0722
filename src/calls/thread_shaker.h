/* Taking turns: threads that add to one place lose additions now and then; so that it shows in a few calls. */
#ifndef GCHK_CALLS_THREAD_SHAKER_H
#define GCHK_CALLS_THREAD_SHAKER_H

#include <signal.h>
#include <stdbool.h>
#include <time.h>

typedef struct gchk_shaker {
  bool is_on;
  timer_t timer;
  struct sigaction before;
} gchk_shaker;

/*
 * From here to gchk_shaker_stop a signal interrupts this process some twenty times in `call_s` seconds, the processor
 * time of a call, but no more than ten thousand times a second; and the thread that gets it lets another one run:
 * between a load and the store that belongs to it, too. On a busy machine, or on one processor, threads do not meet
 * otherwise. For a process of its own alone. Nothing where there are no such timers, or somebody else uses the signal.
 */
void gchk_shaker_start(gchk_shaker *shaker, double call_s);
void gchk_shaker_stop(gchk_shaker *shaker);

#endif
