/* Whether a layer and a reference can be compared, by their tables. */
#include "gradcheck/compare.h"

#include <stddef.h>

#include "compare/pairing.h"
#include "core/memory.h"
#include "instance/layer_sizes.h"

static gchk_status check(const gchk_reference *reference, const gchk_layer *layer, const char *sizes,
                         const double *options, gchk_arena *arena, gchk_error *error) {
  gchk_pairing pairing;
  gchk_sizes own;
  GCHK_TRY(gchk_layer_read_sizes(layer, sizes, &own, error));
  return gchk_pairing_make(&pairing, reference, layer, &own, options, arena, error);
}

gchk_status gchk_reference_check(const gchk_reference *reference, const gchk_layer *layer, const char *sizes,
                                 const double *options, gchk_error *error) {
  if (reference->size != sizeof *reference || reference->layer == NULL)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: a reference of %zu bytes without all that there is; set .size = sizeof(gchk_reference) and "
                     ".layer",
                     layer->name, reference->size);
  if (reference->layer->dtype != GCHK_F64 || reference->layer->backward == NULL)
    return gchk_fail(error, GCHK_INVALID, "comparing %s with %s: a reference is an f64 layer with a backward",
                     layer->name, reference->layer->name);
  gchk_arena *arena = gchk_arena_new();
  if (arena == NULL)
    return gchk_fail_memory(error, "a comparison");
  const gchk_status status = check(reference, layer, sizes, options, arena, error);
  gchk_arena_free(arena);
  return status;
}
