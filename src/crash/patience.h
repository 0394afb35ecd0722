/*
 * How long a process has gone without a sign of progress, in time that counts (--timeout).
 *
 * A process that sleeps and one that spins both end by their time; one that is kept from running is not to blame. So
 * what counts is time in which none of its threads was ready to run, and processor time: that of one thread, or, of
 * threads side by side, what each of them got in the mean, so that it goes by no faster than the clock. And it counts
 * only while whoever looks runs too: where both were stopped, or the whole machine was, no time has gone by.
 */
#ifndef GCHK_CRASH_PATIENCE_H
#define GCHK_CRASH_PATIENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What a process does, seen from outside. */
typedef struct gchk_activity {
  bool is_known;     /* false: there is no such process, or no way to tell; it is taken to sleep */
  size_t ready;      /* threads of it that run, or would if there were a processor for them */
  size_t processors; /* of the machine */
  double cpu_s;      /* of all its threads, since it began */
} gchk_activity;

gchk_activity gchk_activity_of(pid_t pid);

/* Seconds since the last sign. */
typedef struct gchk_patience {
  double looked; /* when that was, on the clock */
  double waited; /* while whoever looks ran */
  double lived;  /* of these, that count */
  double cpu_s;  /* of the process, at the last look; below 0: not known */
} gchk_patience;

/* With each sign of progress. */
gchk_patience gchk_patience_new(double now);

/* Counts the time since the last look; of a gap that is longer than looks are apart only so much. */
void gchk_patience_count(gchk_patience *patience, double limit_s, double now, const gchk_activity *activity);

/* Looks at the process and counts, as often as is worth it. */
void gchk_patience_look(gchk_patience *patience, double limit_s, double now, pid_t pid);

/*
 * True after limit_s seconds that count; and, whatever the process was kept from, after GCHK_PATIENCE_MOST times as
 * many in which whoever looks ran. Never without a limit (0).
 */
bool gchk_patience_is_over(const gchk_patience *patience, double limit_s);

enum { GCHK_PATIENCE_MOST = 30 };

#endif
