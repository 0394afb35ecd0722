/* A child process as its parent sees it: it runs a case, or several one after the other. */
#ifndef GCHK_RUN_WORKER_H
#define GCHK_RUN_WORKER_H

#include <sys/types.h>

#include "crash/crash_box.h"
#include "crash/listen.h"
#include "crash/memory_limit.h"
#include "crash/patience.h"
#include "crash/tend.h"
#include "run/run.h"

enum { GCHK_STAGE_SIZE = 128 };

typedef struct gchk_worker {
  pid_t pid; /* of its keeper; 0: there is none */
  int fd;
  gchk_listener errors;
  size_t index;                     /* of its case */
  gchk_patience patience;           /* since the last sign of progress */
  unsigned long long events;        /* under way, at the last look: a callback that begins or returns is a sign too */
  bool is_hung, is_closed, is_dead; /* is_closed: no result will come any more */
  double asked, crashed, ended;     /* since when; 0: not */
  int status;                       /* once it is dead */
  size_t left;                      /* processes that it left behind */
  int fork_error;
  long resident_kib;
  gchk_memory_use memory;
  char stage[GCHK_STAGE_SIZE];
  unsigned long long elements;
  char *data;
  size_t length, capacity;
  size_t result_length; /* 0: that of the result is not known yet */
  bool stays;           /* says that it goes on to another case once the result is taken */
  bool is_idle;         /* waits for another case */
  bool is_handed;       /* its case is not its first */
  bool is_told;         /* its case is passed over meanwhile: it is to end */
  gchk_crash_box *box;
  gchk_outcome *outcome;
} gchk_worker;

/* Of a run: one a job. */
typedef struct gchk_workers {
  gchk_run *run;
  gchk_worker *of;
  size_t count;
} gchk_workers;

/* In *c, one of them, which is none yet. */
gchk_status gchk_worker_start(const gchk_workers *all, gchk_worker *c, size_t index, gchk_error *error) GCHK_MUST_USE;

/* To one that is idle. It may have died meanwhile, which shows as if it died then. */
void gchk_worker_hand(const gchk_run *run, gchk_worker *c, size_t index);

/* Of one that is idle: there is nothing more for it to do. It is released. */
void gchk_worker_dismiss(gchk_worker *c);

void gchk_worker_release(gchk_worker *c);

/*
 * Takes what it has written. GCHK_READ_ALL: nothing more will come, or the result is whole, for something that the
 * layer forked may hold the socket open.
 */
typedef enum gchk_intake { GCHK_READ_NOTHING, GCHK_READ_SOME, GCHK_READ_ALL } gchk_intake;
gchk_intake gchk_worker_read(gchk_run *run, gchk_worker *c);
bool gchk_worker_has_result(const gchk_worker *c);

/* Takes its status if it and all that it left have ended; its keeper knows, where that was not killed itself. */
void gchk_worker_look_for_end(gchk_worker *c);

/* Has its keeper end it, and whatever else there is; a keeper that something has stopped is killed. Does not wait. */
void gchk_worker_end(gchk_worker *c);

/* Lets one that has sent its last result end by itself, for its status is worth more than that it was killed. */
void gchk_worker_let_end(gchk_worker *c);

#endif
