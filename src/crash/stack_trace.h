/* The stack of the calling thread, from within a signal handler. */
#ifndef GCHK_CRASH_STACK_TRACE_H
#define GCHK_CRASH_STACK_TRACE_H

#include "crash/crash_box.h"

/*
 * Writes the return addresses of the stack to box->pcs, beginning at box->pc where that is on it, and then the names,
 * files and lines of as many as have symbols to box->frames. `skip` of the callers are left out where there is no
 * box->pc. Nothing is written where it cannot be found out.
 */
void gchk_stack_trace(gchk_crash_box *box, int skip);

#endif
