/* Cases in child processes. */
#ifndef GCHK_RUN_ISOLATE_H
#define GCHK_RUN_ISOLATE_H

#include "run/run.h"

/*
 * Each case in a child process of its own process group, options->jobs at a time. A signal, an exit, a time-out, too
 * much memory make an error of that case, with the stage that it was in; the others go on. When it returns no child
 * is left.
 */
gchk_status gchk_run_isolated(gchk_run *run, gchk_error *error) GCHK_MUST_USE;

#endif
