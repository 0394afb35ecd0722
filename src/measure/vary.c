/* The call of `vary`, noted and counted. */
#include "measure/vary.h"

#include "core/memory.h"
#include "instance/under_way.h"

gchk_status gchk_vary(gchk_instance *instance, const gchk_variants *variants, bool *done, gchk_error *error) {
  const gchk_layer *layer = instance->layer;
  *done = false;
  if (layer->vary == NULL)
    return GCHK_OK;
  gchk_error inner;
  inner.message[0] = '\0';
  gchk_note_callback("vary", &instance->call);
  const gchk_status status = layer->vary(&instance->call, variants, done, &inner);
  gchk_note_return();
  if (status != GCHK_OK) // a network's vary takes memory, and that it got none says nothing about the layer
    return gchk_fail(error, status == GCHK_NO_MEMORY ? status : GCHK_LAYER_FAILED, "%s: vary failed: %s", layer->name,
                     gchk_told_by(status, &inner));
  instance->forward_calls += *done ? variants->count : 0;
  return GCHK_OK;
}
