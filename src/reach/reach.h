/* Which branches a case takes of code that was compiled with coverage callbacks. */
#ifndef GCHK_REACH_REACH_H
#define GCHK_REACH_REACH_H

#include <stdint.h>

#include "core/arena.h"
#include "core/text.h"
#include "gradcheck/layer.h"
#include "gradcheck/result.h"
#include "instance/under_way.h"

typedef struct gchk_reach gchk_reach;

/*
 * From now on it is noted what runs, in a process that does nothing else: the callbacks of one layer, as `under_way`
 * has them. *reach is NULL where no code was compiled so. It lives in the arena. GCHK_NO_MEMORY.
 */
gchk_status gchk_reach_begin(gchk_reach **reach, const gchk_layer *layer, const gchk_under_way *under_way,
                             gchk_arena *arena, gchk_error *error) GCHK_MUST_USE;

/* In this process, a child, it is noted anew who runs: `under_way` says it. */
void gchk_reach_follow(gchk_reach *reach, const gchk_under_way *under_way);

/* A branch that backward has not taken, of a function that it has reached; `ran` are the bits of trace.h. */
typedef struct gchk_open_place {
  uintptr_t place;
  unsigned char *ran;
} gchk_open_place;

/* All of them, in an array of the arena's that is the caller's to change. `reach` may be NULL. GCHK_NO_MEMORY. */
gchk_status gchk_reach_open(gchk_reach *reach, gchk_open_place **open, size_t *count, gchk_error *error) GCHK_MUST_USE;

/* "kernels.c:41", for a place of gchk_reach_open. */
void gchk_reach_put_name(gchk_text *out, const gchk_reach *reach, uintptr_t place);

/* What ran of all branches, a byte each: to be taken to another process, where it is added to what ran there. */
size_t gchk_reach_branch_count(const gchk_reach *reach);
void gchk_reach_tell(const gchk_reach *reach, unsigned char *ran);
void gchk_reach_add(gchk_reach *reach, const unsigned char *ran);

/* What ran until now. `reach` may be NULL. GCHK_NO_MEMORY. */
gchk_status gchk_reach_end(gchk_reach *reach, gchk_reach_result *result, gchk_error *error) GCHK_MUST_USE;

#endif
