/* What the address of a fault is near. */
#ifndef GCHK_CRASH_NEAR_BUFFER_H
#define GCHK_CRASH_NEAR_BUFFER_H

#include "core/arena.h"
#include "crash/crash_box.h"

/*
 * "a null pointer", "16 bytes (2 elements) beyond the end of the gradient of x", "the stack is used up", ...; "" where
 * the box has no fault, NULL when out of memory. It does not hold the address itself, which differs from run to run.
 */
const char *gchk_near_buffer(gchk_arena *arena, const gchk_crash_box *box);

#endif
