/* Waiting for a child process to its end, and for the end of what it leaves behind. */
#ifndef GCHK_CRASH_TEND_H
#define GCHK_CRASH_TEND_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "crash/crash_box.h"
#include "crash/listen.h"

typedef struct gchk_outcome {
  volatile bool is_over; /* the rest is filled in */
  volatile pid_t pid;    /* at once: of the child that is kept; 0: not yet, or there is none */
  int fork_error;        /* errno where there was no child; 0: there was */
  int status;            /* as waitpid gives it */
  int passed;            /* the signal that was passed on to it last; 0: none */
  bool is_hung;          /* it was ended for its time */
  long resident_kib;
  size_t left; /* processes that outlived it, and were killed */
} gchk_outcome;

typedef struct gchk_tending {
  pid_t pid;
  pid_t master;            /* only its signals count, and SIGTERM means the end; 0: everybody's are passed on */
  gchk_crash_box *box;     /* with timeout_s: what is under way is looked at */
  double timeout_s;        /* 0: none */
  gchk_listener *listener; /* NULL: none; is listened to until the child's end, and closed then */
} gchk_tending;

/* Signals that gchk_tend waits for are blocked, and *before is what was; for a child to put back. */
void gchk_tend_block(sigset_t *before);

/* From here on they are ignored, and those forgotten that nobody has looked at: what they ask for is done. */
void gchk_tend_end(void);

/* Returns when the child and all that it left are gone. What orphans this process is to inherit it says before. */
void gchk_tend(const gchk_tending *tending, gchk_outcome *outcome);

/*
 * In a process that was forked for it: runs work(context) in a child of it and tends that for `master`, the parent,
 * whose death is the end of both. In the child `outcome`, memory shared with the parent, is not there. `ends` are the
 * descriptors that the child alone keeps.
 */
typedef struct gchk_keeping {
  pid_t master;
  sigset_t
      mask; /* the child's; gchk_tend_block was called before the fork, or a signal of the master's might get lost */
  const int *ends;
  size_t end_count;
  void (*work)(void *context, pid_t keeper);
  void *context;
} gchk_keeping;
_Noreturn void gchk_keep(const gchk_keeping *keeping, gchk_outcome *outcome);

/* Shared with the processes that are forked from here on; NULL when out of memory. */
gchk_outcome *gchk_outcome_new(void);
void gchk_outcome_free(gchk_outcome *outcome);

#endif
