/* Signals by their names, and what they say. */
#ifndef GCHK_CRASH_SIGNAL_WORDS_H
#define GCHK_CRASH_SIGNAL_WORDS_H

#include "core/arena.h"

const char *gchk_signal_name(gchk_arena *arena, int number); /* "SIGSEGV"; "signal 42" */

/* What it means, with siginfo's code where that is known (else 0): "invalid memory access"; "". */
const char *gchk_signal_meaning(int number, int code);

#endif
