/* What a process notes of the code that is loaded into it, for who looks at its box later. */
#ifndef GCHK_CRASH_LOADED_CODE_H
#define GCHK_CRASH_LOADED_CODE_H

#include "crash/crash_box.h"

/* Once the layer's code is here: how much memory the process has, which sanitizers, and where the layer's code is. */
void gchk_note_loaded(gchk_crash_box *box, const gchk_layer *layer);

/* The module of each frame in the box, and a function's name where the stack has none. Takes nothing from the heap. */
void gchk_note_modules(gchk_crash_box *box);

#endif
