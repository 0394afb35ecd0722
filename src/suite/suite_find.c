/* Looking up what a case names: layers, built-in or of plug-ins, their tensors and options; which value fits where. */
#include "suite/suite_find.h"

#include <string.h>

#include "core/memory.h"
#include "gradcheck/check.h"
#include "gradcheck/layers.h"
#include "instance/sizes.h"

// The nth layer of this name of all plug-ins.
static const gchk_layer *find_in_plugins(const gchk_suite_reader *reader, const char *name, size_t nth) {
  for (size_t p = 0; p < reader->plugin_count; p++) {
    const gchk_plugin *table = gchk_plugin_file_table(reader->plugins[p]);
    for (size_t i = 0; i < table->layer_count; i++)
      if (strcmp(table->layers[i]->name, name) == 0 && nth-- == 0)
        return table->layers[i];
  }
  return NULL;
}

const gchk_layer *gchk_suite_find_layer(const gchk_suite_reader *reader, const char *name, gchk_dtype dtype,
                                        size_t nth) {
  // whose layer is called as a built-in one wants to hear of his, whichever built-in ones come later
  if (find_in_plugins(reader, name, 0) != NULL)
    return find_in_plugins(reader, name, nth);
  return gchk_registry_find(name, dtype, nth);
}

/* Says that there is no layer of this name, and which there are: those of plug-ins first. */
static gchk_status unknown_layer(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name) {
  gchk_suite_names names = {.count = 0, .manual = "gradcheck help layers"};
  const char *next;
  for (size_t p = 0; p < reader->plugin_count; p++) {
    const gchk_plugin *table = gchk_plugin_file_table(reader->plugins[p]);
    for (size_t i = 0; i < table->layer_count; i++)
      gchk_suite_add_name(&names, table->layers[i]->name);
  }
  for (size_t i = 0; (next = gchk_registry_name(i)) != NULL; i++)
    gchk_suite_add_name(&names, next);
  return gchk_suite_unknown(reader, node, "unknown layer", name, &names);
}

gchk_status gchk_suite_layer_dtype(const gchk_suite_case *c, const gchk_yaml *node, const char *name,
                                   gchk_dtype *dtype) {
  gchk_dtype wanted = c->keys.settings.dtype != GCHK_DTYPE_UNSET ? c->keys.settings.dtype : GCHK_F64;
  const gchk_layer *layer = gchk_suite_find_layer(c->reader, name, wanted, 0);
  if (layer == NULL)
    return unknown_layer(c->reader, node, name);
  *dtype = layer->dtype;
  if (layer->dtype != wanted && c->has_own_dtype)
    return gchk_suite_fail(c->reader, node, "%s is %s, but the case is %s; write dtype: %s", name,
                           gchk_dtype_name(layer->dtype), gchk_dtype_name(wanted), gchk_dtype_name(layer->dtype));
  /* A plug-in's table may be anything; what follows relies on it. */
  for (size_t nth = 0; layer != NULL; layer = gchk_suite_find_layer(c->reader, name, wanted, ++nth))
    if (gchk_layer_validate(layer, c->reader->error) != GCHK_OK)
      return gchk_suite_fail_within(c->reader, node);
  return GCHK_OK;
}

double *gchk_suite_initial_options(const gchk_suite_reader *reader, const gchk_layer *layer) {
  double *options = gchk_arena_alloc(reader->arena, layer->option_count + 1, sizeof(*options));
  for (size_t i = 0; options != NULL && i < layer->option_count; i++)
    options[i] = layer->options[i].initial;
  return options;
}

gchk_status gchk_suite_read_option(const gchk_suite_reader *reader, const gchk_layer *layer, double *options,
                                   const char *name, const gchk_yaml *node, bool *is_option) {
  for (size_t i = 0; i < layer->option_count; i++) {
    const gchk_option_spec *o = &layer->options[i];
    if (strcmp(o->name, name) != 0)
      continue;
    *is_option = true;
    GCHK_TRY(gchk_suite_number(reader, node, name, &options[i]));
    if (o->minimum < o->maximum && !(options[i] >= o->minimum && options[i] <= o->maximum))
      return gchk_suite_fail(reader, node, "%s is %s; it is from %g to %g", name, node->text, o->minimum, o->maximum);
    return GCHK_OK;
  }
  *is_option = false;
  return GCHK_OK;
}

void gchk_suite_keep_misfit(gchk_suite_misfit *nearest, const gchk_error *error, int progress) {
  if (nearest->error.status == GCHK_OK || progress > nearest->progress) {
    nearest->error = *error;
    nearest->progress = progress;
  }
}

gchk_status gchk_suite_value_fits(const gchk_suite_case *c, const gchk_yaml *at, const gchk_suite_value *value,
                                  const gchk_layer *layer, const gchk_tensor_spec *row, gchk_sizes *sizes,
                                  int *progress) {
  if (value->has_shape && gchk_sizes_bind(sizes, row->shape, &value->shape, c->reader->error) != GCHK_OK) {
    (void)gchk_fail_within(c->reader->error, "%s of %s", row->name, layer->name);
    return gchk_suite_fail_within(c->reader, at);
  }
  *progress = 2;
  bool is_index = row->role == GCHK_INDEX || row->dtype == GCHK_I32;
  if (is_index && value->class == GCHK_VALUE_REAL)
    return gchk_suite_fail(c->reader, at, "%s holds real numbers, but %s of %s is for integers; use labels or indices",
                           value->name, row->name, layer->name);
  if (!is_index && value->class == GCHK_VALUE_LABEL)
    return gchk_suite_fail(c->reader, at,
                           "%s holds labels, but %s of %s is for real numbers; one_hot makes labels real", value->name,
                           row->name, layer->name);
  return GCHK_OK;
}
