/* A child process: one case, or several one after the other, confined and watched. */
#ifndef GCHK_RUN_CHILD_H
#define GCHK_RUN_CHILD_H

#include <sys/types.h>

#include "crash/crash_box.h"
#include "run/run.h"

/* What a child is given: descriptors to write to, and the box that its parent looks into. */
typedef struct gchk_child_setting {
  size_t index; /* of the case */
  int result;   /* S lines and the result (isolate.c); numbers of further cases come from there */
  int errors;   /* becomes standard error */
  pid_t parent;
  gchk_crash_box *box;
} gchk_child_setting;

/*
 * Checks the case in this process, which was forked for it, sends its result and ends; or, after one that leaves
 * nothing behind, waits for the number of another such case (size_t), until there is none.
 */
_Noreturn void gchk_child_run(const gchk_run *run, const gchk_child_setting *setting);

#endif
