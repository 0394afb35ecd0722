/* The runtimes of sanitizers (ASan, UBSan, ...) in this process. */
#ifndef GCHK_CRASH_SANITIZER_RUNTIME_H
#define GCHK_CRASH_SANITIZER_RUNTIME_H

#include <stdbool.h>

typedef struct gchk_sanitizers {
  bool any;
  bool undefined; /* reports undefined behaviour, and may go on after it */
  bool threads;   /* reports races, and goes on after them */
} gchk_sanitizers;

/* Those that a plug-in, LD_PRELOAD or the program brought, linked in or as libraries of their own. */
gchk_sanitizers gchk_sanitizers_loaded(void);

/* Lets AddressSanitizer, where it is, set *flag at every error that it reports in this process. */
void gchk_asan_tell(volatile bool *flag);

#endif
