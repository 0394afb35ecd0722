/* The frames of a stack in words: C++ names as they are written, and the program or shared object of each. */
#ifndef GCHK_CRASH_FRAME_NAMES_H
#define GCHK_CRASH_FRAME_NAMES_H

#include "core/arena.h"
#include "crash/crash_box.h"
#include "gradcheck/result.h"

/*
 * The frames in the box, from the innermost to the layer's callback: without those of this library that called it, and
 * with recursion counted. *culprit is the index of the first frame in the layer's shared object, else of the first that
 * is not in a library of the system, else `*count`. False when out of memory.
 */
bool gchk_frame_names(gchk_arena *arena, const gchk_crash_box *box, gchk_frame **frames, size_t *count,
                      size_t *culprit) GCHK_MUST_USE;

#endif
