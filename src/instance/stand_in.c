/* A call of a stand-in is a mistake of this library's, and is refused rather than made. */
#include "instance/stand_in.h"

#include "core/memory.h"

static gchk_status not_here(const gchk_call *call, gchk_error *error) {
  return gchk_fail(error, GCHK_LAYER_FAILED, "%s: its table alone was read; its code has not been loaded",
                   call->layer->name);
}

// Another function than forward's, for a surrogate that is its layer's forward is refused.
static gchk_status surrogate_not_here(const gchk_call *call, gchk_error *error) {
  return not_here(call, error);
}

static gchk_status create_not_here(const gchk_call *call, void **state, gchk_error *error) {
  *state = NULL;
  return not_here(call, error);
}

static void destroy_not_here(void *state) {
  (void)state; // that nothing has made
}

static gchk_status loss_not_here(const gchk_call *call, double *loss, gchk_error *error) {
  *loss = 0;
  return not_here(call, error);
}

static gchk_status update_not_here(const gchk_call *call, size_t tensor, size_t element, bool *done,
                                   gchk_error *error) {
  (void)tensor, (void)element;
  *done = false;
  return not_here(call, error);
}

const gchk_layer gchk_stand_ins = {.forward = not_here,
                                   .backward = not_here,
                                   .create = create_not_here,
                                   .destroy = destroy_not_here,
                                   .bind = not_here,
                                   .reset = not_here,
                                   .set_seed = not_here,
                                   .set_mode = not_here,
                                   .set_threads = not_here,
                                   .loss = loss_not_here,
                                   .update = update_not_here,
                                   .surrogate = surrogate_not_here};

const gchk_tensor_spec gchk_tensor_stand_ins = {.surrogate = surrogate_not_here};

bool gchk_is_stand_in(const gchk_layer *layer) {
  return layer->forward == not_here;
}

gchk_status gchk_layer_load(const gchk_layer **layer, gchk_error *error) {
  if (!gchk_is_stand_in(*layer))
    return GCHK_OK;
  gchk_loader *loader = (*layer)->user;
  return loader->load(loader, layer, error);
}

gchk_status gchk_replace_stand_in(const gchk_layer **layer, const gchk_layer *real, gchk_arena *arena,
                                  gchk_error *error) {
  const gchk_layer *said = *layer;
  *layer = real;
  if (said->unit == real->unit && said->product_unit == real->product_unit && said->reference == NULL)
    return GCHK_OK;
  gchk_layer *own = gchk_arena_copy(arena, real, 1, sizeof *own);
  if (own == NULL)
    return gchk_fail_memory(error, real->name);
  own->unit = said->unit;
  own->product_unit = said->product_unit;
  own->reference = said->reference != NULL ? said->reference : real->reference;
  *layer = own;
  return GCHK_OK;
}
