/* Which branches all cases of a layer took together. */
#ifndef GCHK_REACH_REACH_LAYERS_H
#define GCHK_REACH_REACH_LAYERS_H

#include "core/arena.h"
#include "gradcheck/result.h"

/* A layer of one plug-in in one dtype, by its first case. */
typedef struct gchk_layer_reach {
  size_t first_case;       /* index */
  gchk_reach_result reach; /* a branch was taken where a case took it */
} gchk_layer_reach;

/* The branches that one callback of a layer has: counts over its functions. */
typedef struct gchk_reach_counts {
  size_t branches, taken, lines, lines_taken;
} gchk_reach_counts;

/*
 * The layers of a result in the order of their first cases, also those of which nothing is known. Texts are those of
 * the result. GCHK_NO_MEMORY.
 */
gchk_status gchk_reach_of_layers(const gchk_result *result, gchk_arena *arena, gchk_layer_reach **layers, size_t *count,
                                 gchk_error *error) GCHK_MUST_USE;

bool gchk_reach_is_same_layer(const gchk_case_result *a, const gchk_case_result *b);
gchk_reach_counts gchk_reach_count(const gchk_reach_result *reach, const char *callback);

#endif
