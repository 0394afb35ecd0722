/* A child process: one case, confined and watched. */
#ifndef GCHK_RUN_CHILD_H
#define GCHK_RUN_CHILD_H

#include <sys/types.h>

#include "crash/crash_box.h"
#include "gradcheck/check.h"

/* What a child is given: descriptors to write to, and the box that its parent looks into. */
typedef struct gchk_child_setting {
  int result; /* S lines and the result (isolate.c) */
  int errors; /* becomes standard error */
  pid_t parent;
  gchk_crash_box *box;
} gchk_child_setting;

/* Checks the case in this process, which was forked for it, sends its result and ends. */
_Noreturn void gchk_child_run(const gchk_case *spec, const gchk_options *options, const gchk_child_setting *setting);

#endif
