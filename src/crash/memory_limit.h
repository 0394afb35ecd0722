/* The memory that a case may take beyond what its process had when the layer's code was there (--memory). */
#ifndef GCHK_CRASH_MEMORY_LIMIT_H
#define GCHK_CRASH_MEMORY_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "crash/crash_box.h"

typedef struct gchk_memory_use {
  size_t limit_mib; /* 0: none */
  size_t grown_mib; /* when it was looked at last */
  double looked, asked;
} gchk_memory_use;

/* What is to be done with a child: nothing; ask it, once, where it is (GCHK_SIGNAL_WHERE); or kill it. */
typedef enum gchk_memory_order { GCHK_MEMORY_FITS, GCHK_MEMORY_ASK, GCHK_MEMORY_KILL } gchk_memory_order;

/* The memory that this process uses, in KiB; false where that cannot be told. */
bool gchk_memory_of_self(size_t *kib);

/* In the child, once the layer's code is there: how much memory it has then. */
void gchk_memory_note_base(gchk_crash_box *box);

/*
 * Looks at the process that owns the box, as often as is worth it, from when the layer's code is there; `now` in
 * seconds. Makes no call of the layer.
 */
gchk_memory_order gchk_memory_look(gchk_memory_use *use, const gchk_crash_box *box, double now);

/* In the child: the system ends it before its parent when memory runs out; and a limit where nobody can look at it. */
void gchk_memory_confine(size_t limit_mib);

/* That limit: on private mappings, beyond those that this process has. Can be set once. */
void gchk_memory_limit_mappings(size_t limit_mib);

#endif
