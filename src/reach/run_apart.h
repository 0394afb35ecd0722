/* Calling a layer where nobody knows what it does: in a process of its own, which it may end. */
#ifndef GCHK_REACH_RUN_APART_H
#define GCHK_REACH_RUN_APART_H

#include "reach/reach.h"

/*
 * Runs work(context) in a child process and waits for its end; a child that makes no call of the layer for ten seconds
 * is killed. What it has to say it writes into memory of gchk_shared_new. No branch that is taken there counts here.
 */
void gchk_run_apart(gchk_reach *reach, void (*work)(gchk_reach *reach, void *context), void *context);

/* Zeros that children share; NULL when out of memory. */
void *gchk_shared_new(size_t size);
void gchk_shared_free(void *shared, size_t size);

#endif
