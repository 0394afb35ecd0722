/* Where in the source a place is. */
#ifndef GCHK_REACH_PLACE_LINES_H
#define GCHK_REACH_PLACE_LINES_H

#include <stdint.h>

#include "core/arena.h"
#include "gradcheck/status.h"

typedef struct gchk_place_line {
  const char *file;     /* "" without debugging information */
  int line;             /* 0 likewise */
  const char *function; /* whose machine code it is part of: that into which others were inlined; "" */
  const char *home;     /* the file of that function; "" */
} gchk_place_line;

/* lines[i] of `count` places, which are addresses after calls. Texts are in the arena. GCHK_NO_MEMORY. */
gchk_status gchk_find_place_lines(const uintptr_t *places, size_t count, gchk_arena *arena, gchk_place_line *lines,
                                  gchk_error *error) GCHK_MUST_USE;

#endif
