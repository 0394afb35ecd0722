/* The end of a child process, watched from within. */
#ifndef GCHK_CRASH_CRASH_WATCH_H
#define GCHK_CRASH_CRASH_WATCH_H

#include "crash/crash_box.h"

/*
 * The signal that a parent sends to a child that makes no progress, before it kills it: a child that watches writes
 * where it is into its box, and ends.
 */
enum { GCHK_SIGNAL_WHERE = 3 /* SIGQUIT */ };

/* Seconds that a child gets to say where it is, and to write down how it crashed. */
enum { GCHK_ASKED_S = 3, GCHK_CRASHING_S = 20 };

/*
 * From now on this process notes in `box` what is under way, which signal ends it and where, and whether exit() was
 * called while the layer ran. A signal for which somebody else has a handler (a sanitizer's runtime, a debugger's
 * library) is left to that. The signal then does what it would have done. For one process, once.
 */
void gchk_crash_watch(gchk_crash_box *box);

#endif
