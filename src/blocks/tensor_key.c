/* Values as numbers: so that those of a float tensor count as they are read. */
#include "blocks/tensor_key.h"

#include <string.h>

#include "core/code_object.h"
#include "core/digest.h"
#include "instance/roles.h"

static void add_number(gchk_digest *digest, double number) {
  gchk_digest_add(digest, &number, sizeof number);
}

static bool add_code_of(gchk_digest *digest, const gchk_layer *layer, const gchk_code_object *own) {
  gchk_code_object of_layer;
  return gchk_find_code_of(&of_layer, (void (*)(void))layer->forward) &&
         (strcmp(own->file, of_layer.file) == 0 || gchk_digest_add_file(digest, of_layer.file));
}

// Of who checks, where built-in layers are too, of the layer and its twin; of what else these use as the caller knows.
static bool add_code(gchk_digest *digest, const gchk_case_work *work) {
  static const char here[] = "an address of who checks";
  const gchk_layer *layer = work->spec->layer;
  gchk_code_object own;
  gchk_digest_add(digest, &work->options->code, sizeof work->options->code);
  return gchk_find_code(&own, here) && gchk_digest_add_file(digest, own.file) && add_code_of(digest, layer, &own) &&
         (layer->twin == NULL || add_code_of(digest, layer->twin, &own));
}

static bool add_case(gchk_digest *digest, const gchk_case_work *work) {
  const gchk_case *spec = work->spec;
  const char *const texts[] = {GCHK_VERSION, spec->name, spec->layer->name, spec->sizes};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    gchk_digest_add_text(digest, texts[i]);
  for (size_t i = 0; spec->options != NULL && i < spec->layer->option_count; i++)
    add_number(digest, spec->options[i]);
  add_number(digest, (double)spec->mode);
  add_number(digest, (double)work->options->seed);
  add_number(digest, work->single != NULL);
  return add_code(digest, work);
}

// What the layer makes of them was evaluated elsewhere in the meantime; at the base point it is y0.
static void add_given(gchk_digest *digest, const gchk_instance *instance) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    gchk_digest_add_text(digest, t->name);
    for (size_t e = 0; gchk_role_is_given(t->role) && t->value != NULL && e < t->count; e++)
      add_number(digest, gchk_tensor_get(t, t->value, e));
  }
}

static void add_tensor(gchk_digest *digest, const gchk_tensor_line *l, const size_t *order, size_t count) {
  const gchk_tensor_work *tensor = l->tensor;
  const double numbers[] = {(double)tensor->index,
                            l->fixed_step,
                            tensor->start,
                            tensor->unit,
                            l->line.variable_unit,
                            l->line.output_unit,
                            (double)tensor->uses_update,
                            (double)l->varies,
                            (double)(tensor->jacobian != NULL),
                            (double)tensor->is_declared_zero};
  gchk_digest_add(digest, numbers, sizeof numbers);
  add_number(digest, order != NULL);
  gchk_digest_add(digest, order != NULL ? order : tensor->checked, count * sizeof *order);
  for (size_t d = 0; d < l->line.draw_count; d++) {
    add_number(digest, tensor->sigma[d]);
    add_number(digest, l->work->variation[d]);
    gchk_digest_add(digest, tensor->analytic[d], tensor->total * sizeof(double));
    gchk_digest_add(digest, tensor->slack[d], tensor->total * sizeof(double));
    gchk_digest_add(digest, l->line.v[d], l->line.output_count * sizeof(double));
  }
  gchk_digest_add(digest, l->line.y0, l->line.output_count * sizeof(double));
}

bool gchk_tensor_key(const gchk_tensor_line *l, const size_t *order, size_t count, uint64_t *key) {
  gchk_digest digest = gchk_digest_new();
  if (!add_case(&digest, l->work))
    return false;
  add_given(&digest, l->work->instance);
  add_tensor(&digest, l, order, count);
  *key = digest.value;
  return true;
}
