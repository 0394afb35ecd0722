/* How a child process ended, in words and as data of the result. */
#ifndef GCHK_CRASH_CRASH_WORDS_H
#define GCHK_CRASH_CRASH_WORDS_H

#include "core/arena.h"
#include "crash/crash_box.h"
#include "crash/sanitizer_runtime.h"
#include "crash/stderr_tail.h"
#include "gradcheck/result.h"

typedef struct gchk_ending {
  const gchk_crash_box *box;
  const gchk_tail *tail;
  const gchk_layer *layer;
  gchk_sanitizers sanitizers;
  int status;       /* as waitpid gives it */
  double timeout_s; /* it was killed for it; 0: it was not */
  long resident_kib;
  size_t memory_mib; /* by which it might have grown; 0: no limit */
  size_t grown_mib;  /* by which it had grown when it was killed for it; 0: it was not */
} gchk_ending;

/* Fills *crash and returns the sentence that says it in short; NULL when out of memory. All is the arena's. */
const char *gchk_crash_words(gchk_arena *arena, const gchk_ending *ending, gchk_crash_result *crash);

#endif
