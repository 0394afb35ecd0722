/*
 * `layer: NAME`: a case of one layer, and what networks need of it too: finding layers, options, which value fits.
 *
 * The sizes come from `sizes`, then from the shapes of the values that are listed, then from the layer's own sizes. A
 * number where the shape is known fills it; where it is not known it is a scalar.
 */
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/layers.h"
#include "instance/roles.h"
#include "instance/sizes.h"
#include "suite/suite_case.h"

enum { MOST_NAMES = 256, SIZES_TEXT = 1024 };

const gchk_layer *gchk_suite_find_layer(const gchk_suite_reader *reader, const char *name, gchk_dtype dtype,
                                        size_t nth) {
  size_t built_in = 0;
  for (const gchk_layer *layer; (layer = gchk_registry_find(name, dtype, built_in)) != NULL; built_in++)
    if (built_in == nth)
      return layer;
  nth -= built_in;
  for (size_t p = 0; p < reader->plugin_count; p++) {
    const gchk_plugin *table = gchk_plugin_file_table(reader->plugins[p]);
    for (size_t i = 0; i < table->layer_count; i++)
      if (strcmp(table->layers[i]->name, name) == 0 && nth-- == 0)
        return table->layers[i];
  }
  return NULL;
}

gchk_status gchk_suite_unknown_layer(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name) {
  const char *names[MOST_NAMES];
  size_t count = 0;
  for (const char *next; count < MOST_NAMES && (next = gchk_registry_name(count)) != NULL;)
    names[count++] = next;
  for (size_t p = 0; p < reader->plugin_count; p++) {
    const gchk_plugin *table = gchk_plugin_file_table(reader->plugins[p]);
    for (size_t i = 0; i < table->layer_count && count < MOST_NAMES; i++)
      names[count++] = table->layers[i]->name;
  }
  return gchk_suite_unknown(reader, node, "unknown layer", name, names, count);
}

gchk_status gchk_suite_layer_dtype(const gchk_suite_case *c, const gchk_yaml *node, const char *name,
                                   gchk_dtype *dtype) {
  gchk_dtype wanted = c->settings.dtype != GCHK_DTYPE_UNSET ? c->settings.dtype : GCHK_F64;
  const gchk_layer *layer = gchk_suite_find_layer(c->reader, name, wanted, 0);
  if (layer == NULL)
    return gchk_suite_unknown_layer(c->reader, node, name);
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

size_t gchk_suite_find_row(const gchk_layer *layer, const char *name) {
  size_t i = 0;
  while (i < layer->tensor_count && strcmp(layer->tensors[i].name, name) != 0)
    i++;
  return i;
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
                                  const gchk_layer *layer, const gchk_tensor_spec *row, int *progress) {
  gchk_sizes sizes = {.count = 0};
  if (value->has_shape && gchk_sizes_bind(&sizes, row->shape, &value->shape, c->reader->error) != GCHK_OK) {
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

/* `sizes: "B=3 T=4"` or `sizes: {B: 3, T: 4, D: 2x5}`. */
static gchk_status read_sizes(gchk_suite_case *c) {
  const gchk_yaml *node = gchk_yaml_get(c->node, "sizes");
  gchk_error *error = c->reader->error;
  if (node == NULL)
    return GCHK_OK;
  if (node->kind == GCHK_YAML_SCALAR) {
    const char *text = NULL;
    GCHK_TRY(gchk_suite_text(c->reader, node, "sizes", &text));
    if (gchk_sizes_parse(&c->sizes, text, error) != GCHK_OK)
      return gchk_suite_fail_within(c->reader, node);
    return GCHK_OK;
  }
  GCHK_TRY(gchk_suite_map(c->reader, node, "sizes"));
  for (size_t i = 0; i < node->count; i++) {
    const char *name = node->key[i]->text, *value = NULL;
    GCHK_TRY(gchk_suite_text(c->reader, node->item[i], name, &value));
    const char *text = gchk_arena_printf(c->reader->arena, "%s=%s", name, value);
    if (text == NULL)
      return gchk_fail_memory(error, name);
    if (gchk_sizes_parse(&c->sizes, text, error) != GCHK_OK)
      return gchk_suite_fail_within(c->reader, node->item[i]);
  }
  return GCHK_OK;
}

static gchk_status bind(gchk_suite_case *c, const gchk_suite_value *value, const gchk_tensor_spec *row,
                        const gchk_shape *shape) {
  if (gchk_sizes_bind(&c->sizes, row->shape, shape, c->reader->error) == GCHK_OK)
    return GCHK_OK;
  (void)gchk_fail_within(c->reader->error, "%s of %s", row->name, c->layer->name);
  return gchk_suite_fail_within(c->reader, value->node);
}

/* The tensor that a listed value is. */
static gchk_status find_tensor(const gchk_suite_case *c, const gchk_layer *layer, const gchk_suite_value *value,
                               size_t *row) {
  const char *names[MOST_NAMES];
  size_t count = 0;
  *row = gchk_suite_find_row(layer, value->name);
  if (*row < layer->tensor_count && gchk_role_is_given(layer->tensors[*row].role))
    return GCHK_OK;
  for (size_t i = 0; i < layer->tensor_count && count < MOST_NAMES; i++)
    if (gchk_role_is_given(layer->tensors[i].role))
      names[count++] = layer->tensors[i].name;
  if (*row < layer->tensor_count)
    return gchk_suite_fail(c->reader, value->node,
                           "%s is a tensor that %s writes (%s), so no value can be given; use expect", value->name,
                           layer->name, gchk_role_name(layer->tensors[*row].role));
  char what[128];
  (void)snprintf(what, sizeof(what), "%.80s reads no", layer->name);
  return gchk_suite_unknown(c->reader, value->node, what, value->name, names, count);
}

/* All listed values are tensors of this layer, and can be. */
static gchk_status layer_fits(const gchk_suite_case *c, const gchk_layer *layer, int *progress) {
  for (size_t i = 0; i < c->value_count; i++) {
    size_t row = 0;
    *progress = 0;
    GCHK_TRY(find_tensor(c, layer, &c->values[i], &row));
    *progress = 1;
    GCHK_TRY(gchk_suite_value_fits(c, c->values[i].node, &c->values[i], layer, &layer->tensors[row], progress));
  }
  return GCHK_OK;
}

/* The first of the layers of this name whose tensors can be the values; else the reason that the nearest one cannot. */
static gchk_status choose_layer(gchk_suite_case *c, const gchk_yaml *node, const char *name) {
  gchk_dtype dtype = GCHK_F64;
  GCHK_TRY(gchk_suite_layer_dtype(c, node, name, &dtype));
  gchk_suite_misfit nearest = {.error = {GCHK_OK, ""}};
  const gchk_layer *layer;
  for (size_t nth = 0; (layer = gchk_suite_find_layer(c->reader, name, dtype, nth)) != NULL; nth++) {
    int progress = 0;
    if (layer_fits(c, layer, &progress) == GCHK_OK) {
      c->layer = layer;
      return GCHK_OK;
    }
    gchk_suite_keep_misfit(&nearest, c->reader->error, progress);
  }
  *c->reader->error = nearest.error;
  return nearest.error.status;
}

/* Sizes that nothing has said yet are those of the layer's own shape case. */
static gchk_status add_own_sizes(gchk_suite_case *c) {
  gchk_sizes own = {.count = 0};
  gchk_case_list list = {.cases = NULL};
  gchk_error *error = c->reader->error;
  GCHK_TRY(gchk_layer_cases(c->layer, &list, error));
  gchk_status status = GCHK_OK;
  const char *text = list.count > 0 && list.cases[0].sizes != NULL ? list.cases[0].sizes : c->layer->sizes;
  if (text != NULL)
    status = gchk_sizes_parse(&own, text, error);
  gchk_case_list_deinit(&list);
  GCHK_TRY(status);
  for (size_t i = 0; i < own.count; i++)
    if (gchk_sizes_find(&c->sizes, own.binding[i].name) == NULL && c->sizes.count < GCHK_MAX_SIZES)
      c->sizes.binding[c->sizes.count++] = own.binding[i];
  return GCHK_OK;
}

/* "N=3 D=2x5"; a list of no dimensions is 1, which is as many elements. */
static gchk_status write_sizes(gchk_suite_case *c) {
  char text[SIZES_TEXT] = "";
  size_t used = 0;
  for (size_t i = 0; i < c->sizes.count; i++) {
    const gchk_size_binding *b = &c->sizes.binding[i];
    used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s=", i > 0 ? " " : "", b->name);
    if (!b->is_list || b->dims.rank == 0)
      used += (size_t)snprintf(text + used, sizeof(text) - used, "%zu", b->value);
    for (size_t d = 0; b->is_list && d < b->dims.rank; d++)
      used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%zu", d > 0 ? "x" : "", b->dims.dim[d]);
    if (used >= sizeof(text))
      return gchk_suite_fail(c->reader, c->node, "the sizes of %s are too many to be written down", c->layer->name);
  }
  c->sizes_text = gchk_arena_strdup(c->reader->arena, text);
  if (c->sizes_text == NULL)
    return gchk_fail_memory(c->reader->error, "sizes");
  c->sizes = (gchk_sizes){.count = 0};
  return gchk_sizes_parse(&c->sizes, text, c->reader->error);
}

static gchk_status find_sizes(gchk_suite_case *c, const gchk_yaml *at) {
  static const gchk_shape scalar = {.rank = 0};
  gchk_shape shape;
  GCHK_TRY(read_sizes(c));
  for (size_t i = 0; i < c->value_count; i++)
    if (c->values[i].has_shape)
      GCHK_TRY(bind(c, &c->values[i], &c->layer->tensors[gchk_suite_find_row(c->layer, c->values[i].name)],
                    &c->values[i].shape));
  /* Numbers, where nothing else says what shape they have. */
  for (size_t i = 0; i < c->value_count; i++) {
    const gchk_tensor_spec *row = &c->layer->tensors[gchk_suite_find_row(c->layer, c->values[i].name)];
    gchk_sizes trial = c->sizes;
    if (!c->values[i].has_shape && gchk_suite_value_has_numbers(&c->values[i]) &&
        gchk_sizes_shape(&c->sizes, row->shape, &shape, NULL) != GCHK_OK &&
        gchk_sizes_bind(&trial, row->shape, &scalar, NULL) == GCHK_OK)
      c->sizes = trial;
  }
  if (add_own_sizes(c) != GCHK_OK)
    return gchk_suite_fail_within(c->reader, at);
  return write_sizes(c);
}

/* The shape of every tensor must follow, agree with what is listed, and hold as many numbers as were given. */
static gchk_status check_shapes(const gchk_suite_case *c, const gchk_yaml *at) {
  for (size_t i = 0; i < c->layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &c->layer->tensors[i];
    gchk_shape shape;
    size_t count = 0, below = 0;
    if (gchk_sizes_shape(&c->sizes, row->shape, &shape, c->reader->error) != GCHK_OK ||
        gchk_shape_count(&shape, &count, c->reader->error) != GCHK_OK) {
      (void)gchk_fail_within(c->reader->error, "%s of %s is \"%s\"", row->name, c->layer->name, row->shape);
      return gchk_suite_fail_within(c->reader, at);
    }
    const gchk_suite_value *value = gchk_suite_case_value(c, row->name);
    if (value == NULL)
      continue;
    char text[128];
    if (gchk_suite_value_has_numbers(value) && value->fill.value_count != 1 && value->fill.value_count != count)
      return gchk_suite_fail(c->reader, value->node, "%s has %zu numbers, but %s of %s is %s; make them as many",
                             value->name, value->fill.value_count, row->name, c->layer->name,
                             gchk_shape_format(&shape, text, sizeof(text)));
    if (row->role == GCHK_INDEX && row->fill.below != NULL &&
        gchk_sizes_evaluate(&c->sizes, row->fill.below, &below, NULL) == GCHK_OK)
      GCHK_TRY(gchk_suite_check_labels(c->reader, value, below));
  }
  return GCHK_OK;
}

static gchk_status read_options(gchk_suite_case *c) {
  const gchk_yaml *node = gchk_yaml_get(c->node, "options");
  double *options = gchk_suite_initial_options(c->reader, c->layer);
  if (options == NULL)
    return gchk_fail_memory(c->reader->error, "options");
  c->options = options;
  if (node == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(c->reader, node, "options"));
  for (size_t i = 0; i < node->count; i++) {
    bool is_option = false;
    GCHK_TRY(gchk_suite_read_option(c->reader, c->layer, options, node->key[i]->text, node->item[i], &is_option));
    if (is_option)
      continue;
    const char *names[MOST_NAMES];
    size_t count = 0;
    for (; count < c->layer->option_count && count < MOST_NAMES; count++)
      names[count] = c->layer->options[count].name;
    char what[128];
    (void)snprintf(what, sizeof(what), "%.80s has no option", c->layer->name);
    return gchk_suite_unknown(c->reader, node->key[i], what, node->key[i]->text, names, count);
  }
  return GCHK_OK;
}

gchk_status gchk_suite_single_layer(gchk_suite_case *c, const gchk_yaml *node) {
  const char *name = NULL;
  GCHK_TRY(gchk_suite_text(c->reader, node, "layer", &name));
  GCHK_TRY(choose_layer(c, node, name));
  GCHK_TRY(read_options(c));
  GCHK_TRY(find_sizes(c, node));
  return check_shapes(c, node);
}
