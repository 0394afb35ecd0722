/* The code in this process that was built with a compiler's coverage callbacks, and the places that it tells of. */
#ifndef GCHK_REACH_TRACED_CODE_H
#define GCHK_REACH_TRACED_CODE_H

#include "core/arena.h"
#include "gradcheck/layer.h"
#include "reach/trace.h"

enum { GCHK_MOST_TRACED = 64 };

typedef struct gchk_traced_code {
  bool is_there;        /* there is such code, whether or not its places were found */
  bool can_find_places; /* on this processor */
  size_t piece_count;
  gchk_traced pieces[GCHK_MOST_TRACED];
  size_t place_count;
  uintptr_t *places; /* ascending */
} gchk_traced_code;

/*
 * Looks through the executable pieces of all objects that are loaded, but for that of the layer's twin, where that is
 * another: it is differenced in place of the layer, and its backward is not what is checked. GCHK_NO_MEMORY.
 */
gchk_status gchk_find_traced_code(const gchk_layer *layer, gchk_arena *arena, gchk_traced_code *code,
                                  gchk_error *error) GCHK_MUST_USE;

/*
 * Looks through the objects that are loaded by now, so that searches need not, of this thread and of processes that it
 * forks.
 */
void gchk_know_plain_objects(void);

#endif
