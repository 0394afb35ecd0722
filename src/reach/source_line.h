/* A line of a source file, for people to read. */
#ifndef GCHK_REACH_SOURCE_LINE_H
#define GCHK_REACH_SOURCE_LINE_H

#include "core/arena.h"

/*
 * Without the space around it, behind the head that it stands under where that is the line before it ("if (a >= 3) {",
 * "else"), and cut where it is long; "" where the file or the line is not there. NULL when out of memory.
 */
const char *gchk_source_line(gchk_arena *arena, const char *file, int line);

#endif
