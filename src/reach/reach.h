/* Which branches a case takes of code that was compiled with coverage callbacks. */
#ifndef GCHK_REACH_REACH_H
#define GCHK_REACH_REACH_H

#include "core/arena.h"
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

/* What ran until now. `reach` may be NULL. GCHK_NO_MEMORY. */
gchk_status gchk_reach_end(gchk_reach *reach, gchk_reach_result *result, gchk_error *error) GCHK_MUST_USE;

#endif
