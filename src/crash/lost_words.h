/* The end of a process that did not come to it by itself, in half a sentence. */
#ifndef GCHK_CRASH_LOST_WORDS_H
#define GCHK_CRASH_LOST_WORDS_H

#include "core/arena.h"
#include "crash/crash_box.h"

/*
 * "crashed with SIGSEGV in f at /home/me/x.c:12", "ended the process with exit status 0 in g at ..."; `box` is a copy
 * (gchk_crash_box_copy), `status` as waitpid gives it. NULL when out of memory.
 */
const char *gchk_lost_words(gchk_arena *arena, const gchk_crash_box *box, int status);

#endif
