/*
 * Layers whose code is not in this process yet: a plug-in's, of which the table alone was read, and networks of such.
 *
 * All that is asked of a layer before anything of it is called holds for its stand-in. Whoever is about to call it has
 * the real one brought first, into the process that calls it.
 */
#ifndef GCHK_INSTANCE_STAND_IN_H
#define GCHK_INSTANCE_STAND_IN_H

#include <stdbool.h>

#include "core/arena.h"
#include "gradcheck/layer.h"

/* Callbacks that give GCHK_LAYER_FAILED; a layer with this forward is a stand-in, and its `user` is its loader. */
extern const gchk_layer gchk_stand_ins;
extern const gchk_tensor_spec gchk_tensor_stand_ins;

/* Puts the real layer in the place of a stand-in, or of a copy in which a precision or a reference was set. */
typedef struct gchk_loader {
  gchk_status (*load)(struct gchk_loader *loader, const gchk_layer **layer, gchk_error *error);
} gchk_loader;

bool gchk_is_stand_in(const gchk_layer *layer);

/*
 * For a loader: *layer is `real`; or a copy of it in the arena, with the other precision or the reference that was set
 * in *layer.
 */
gchk_status gchk_replace_stand_in(const gchk_layer **layer, const gchk_layer *real, gchk_arena *arena,
                                  gchk_error *error) GCHK_MUST_USE;

/* Makes *layer a layer that can be called. Nothing is to be done where it is one. */
gchk_status gchk_layer_load(const gchk_layer **layer, gchk_error *error) GCHK_MUST_USE;

#endif
