/*
 * The sizes of the cases that gradcheck makes of a layer that says none of its own, or several.
 *
 * Where a layer's shapes are written in names, its sizes can be chosen: pairwise distinct and odd (an index taken from
 * another axis, or a tail that a loop by two or four drops, shows), all the same (a transposed matrix fits, and only
 * its values show), a batch of one, and sizes that leave a remainder. "D..." becomes two dimensions, or one. Where the
 * layer requires something of its sizes, those nearest to the plan that keep to it are searched for.
 */
#ifndef GCHK_EXPOSURE_SIZE_PLANS_H
#define GCHK_EXPOSURE_SIZE_PLANS_H

#include "core/arena.h"
#include "gradcheck/layer.h"

typedef struct gchk_size_case {
  const char *suffix, *sizes;
} gchk_size_case;

/*
 * The layer's own shapes: those that it lists, the one that it says, or planned ones. Texts are in the arena.
 * GCHK_INVALID where none fit its table.
 */
gchk_status gchk_plan_sizes(const gchk_layer *layer, gchk_arena *arena, gchk_size_case **cases, size_t *count,
                            gchk_error *error) GCHK_MUST_USE;

/* Does the layer leave its sizes to gradcheck, and has it any? */
bool gchk_sizes_are_free(const gchk_layer *layer);

/* How many sizes can be made large, each in turn. */
size_t gchk_count_size_names(const gchk_layer *layer);

/* One size that is large beside the others, which have the small ones in turn. */
typedef struct gchk_large_size {
  size_t large, small[2];
} gchk_large_size;

/* Makes number `which` large: out >> in, in >> out; suffix "N-131". Sizes is NULL where these do not fit the layer. */
gchk_status gchk_make_size_large(const gchk_layer *layer, gchk_arena *arena, size_t which, const gchk_large_size *size,
                                 gchk_size_case *made, gchk_error *error) GCHK_MUST_USE;

/* Distinct sizes, `factor` times as large as those of the first plan; sizes is NULL where these do not fit. */
gchk_status gchk_make_sizes_roomy(const gchk_layer *layer, gchk_arena *arena, size_t factor, gchk_size_case *made,
                                  gchk_error *error) GCHK_MUST_USE;

#endif
