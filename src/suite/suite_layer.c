/*
 * `layer: NAME`: a case of one layer.
 *
 * The sizes come from `sizes`, then from the shapes of the values that are listed, then from the layer's own sizes. A
 * number where the shape is known fills it; where it is not known it is a scalar.
 */
#include "suite/suite_layer.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/check.h"
#include "instance/conditions.h"
#include "instance/layer_sizes.h"
#include "instance/layer_table.h"
#include "instance/roles.h"
#include "instance/sizes.h"
#include "suite/suite_find.h"
#include "suite/suite_initial.h"

enum { SIZES_TEXT = 1024 };

/* `sizes: "B=3 T=4"` or `sizes: {B: 3, T: 4, D: 2x5}`. */
static gchk_status read_sizes(gchk_suite_case *c) {
  const gchk_yaml *node = c->keys.sizes;
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
  for (size_t i = 0; i < node->count; i++)
    GCHK_TRY(gchk_suite_read_size(c->reader, node->key[i]->text, node->item[i], &c->sizes, &c->axes));
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
  gchk_suite_names names = {.count = 0};
  *row = gchk_layer_find_row(layer, value->name);
  if (*row < layer->tensor_count && gchk_role_is_given(layer->tensors[*row].role))
    return GCHK_OK;
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (gchk_role_is_given(layer->tensors[i].role))
      gchk_suite_add_name(&names, layer->tensors[i].name);
  if (*row < layer->tensor_count)
    return gchk_suite_fail(c->reader, value->node,
                           "%s is a tensor that %s writes (%s), so no value can be given; use expect", value->name,
                           layer->name, gchk_role_name(layer->tensors[*row].role));
  char what[128];
  (void)snprintf(what, sizeof(what), "%.80s reads no", layer->name);
  return gchk_suite_unknown(c->reader, value->node, what, value->name, &names);
}

/* Where the names of sizes go that a layer has. */
typedef struct size_names {
  gchk_arena *arena;
  gchk_suite_names names;
} size_names;

static void add_size_name(void *context, const char *name, bool is_list) {
  size_names *all = context;
  (void)is_list;
  const char *copy = gchk_arena_printf(all->arena, "%s", name);
  if (copy != NULL)
    gchk_suite_add_name(&all->names, copy);
}

/* All sizes that the case says are sizes of this layer. */
static gchk_status sizes_fit(const gchk_suite_case *c, const gchk_layer *layer) {
  size_names all = {.arena = c->reader->arena};
  gchk_sizes own = {.count = 0};
  char what[128];
  if (c->sizes.count == 0)
    return GCHK_OK;
  GCHK_TRY(gchk_layer_scan_sizes(layer, add_size_name, &all, c->reader->error));
  if (layer->sizes != NULL)
    GCHK_TRY(gchk_sizes_parse(&own, layer->sizes, c->reader->error));
  for (size_t i = 0; i < own.count; i++)
    gchk_suite_add_name(&all.names, own.binding[i].name);
  (void)snprintf(what, sizeof(what), "%.80s has no size", layer->name);
  for (size_t i = 0; i < c->sizes.count; i++) {
    size_t k = 0;
    while (k < all.names.count && strcmp(all.names.names[k], c->sizes.binding[i].name) != 0)
      k++;
    if (k == all.names.count && k < GCHK_SUITE_MOST_NAMES)
      return gchk_suite_unknown(c->reader, c->keys.sizes, what, c->sizes.binding[i].name, &all.names);
  }
  return GCHK_OK;
}

/* All listed values are tensors of this layer, and can be. */
static gchk_status layer_fits(const gchk_suite_case *c, const gchk_layer *layer, int *progress) {
  gchk_sizes sizes = {.count = 0};
  *progress = 0;
  GCHK_TRY(sizes_fit(c, layer));
  for (size_t i = 0; i < c->value_count; i++) {
    size_t row = 0;
    *progress = 0;
    GCHK_TRY(find_tensor(c, layer, &c->values[i], &row));
    *progress = 1;
    GCHK_TRY(gchk_suite_value_fits(c, c->values[i].node, &c->values[i], layer, &layer->tensors[row], &sizes, progress));
  }
  return GCHK_OK;
}

/* The first of the layers of this name whose tensors can be the values; else the reason that the nearest one cannot. */
static gchk_status choose_layer(gchk_suite_case *c, const gchk_yaml *node) {
  gchk_dtype dtype = GCHK_F64;
  const char *name = NULL;
  GCHK_TRY(gchk_suite_text(c->reader, node, "layer", &name));
  GCHK_TRY(read_sizes(c));
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
  gchk_sizes own;
  gchk_case_list list = {.cases = NULL};
  GCHK_TRY(gchk_layer_cases(c->layer, &list, c->reader->error));
  const char *text = list.count > 0 ? list.cases[0].sizes : NULL;
  const gchk_status status = gchk_layer_read_sizes(c->layer, text, &own, c->reader->error);
  gchk_case_list_deinit(&list);
  GCHK_TRY(status);
  for (size_t i = 0; i < own.count; i++)
    if (gchk_sizes_find(&c->sizes, own.binding[i].name) == NULL && c->sizes.count < GCHK_MAX_SIZES)
      c->sizes.binding[c->sizes.count++] = own.binding[i];
  return GCHK_OK;
}

/* "N=3 D=2x5 E=()" */
static gchk_status write_sizes(gchk_suite_case *c) {
  char text[SIZES_TEXT] = "";
  size_t used = 0;
  for (size_t i = 0; i < c->sizes.count; i++) {
    const gchk_size_binding *b = &c->sizes.binding[i];
    used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s=", i > 0 ? " " : "", b->name);
    if (!b->is_list)
      used += (size_t)snprintf(text + used, sizeof(text) - used, "%zu", b->value);
    else if (b->dims.rank == 0)
      used += (size_t)snprintf(text + used, sizeof(text) - used, "()");
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

static const gchk_shape *listed_shape(const void *context, size_t row) {
  const gchk_suite_case *c = context;
  const gchk_suite_value *value = gchk_suite_case_value(c, c->layer->tensors[row].name);
  return value != NULL && value->has_shape ? &value->shape : NULL;
}

static gchk_status find_sizes(gchk_suite_case *c, const gchk_yaml *at) {
  static const gchk_shape scalar = {.rank = 0};
  gchk_shape shape;
  bool is_said = c->keys.sizes != NULL;
  GCHK_TRY(gchk_suite_resolve_axes(c->reader, &c->axes, c->layer, listed_shape, c, &c->sizes));
  for (size_t i = 0; i < c->value_count; i++)
    is_said = is_said || c->values[i].has_shape;
  if (is_said) // else it is the layer's own shape case
    gchk_layer_default_sizes(c->layer, &c->sizes);
  for (size_t i = 0; i < c->value_count; i++)
    if (c->values[i].has_shape)
      GCHK_TRY(bind(c, &c->values[i], &c->layer->tensors[gchk_layer_find_row(c->layer, c->values[i].name)],
                    &c->values[i].shape));
  if (is_said)
    gchk_layer_default_sizes(c->layer, &c->sizes);
  /* Numbers, where nothing else says what shape they have. */
  for (size_t i = 0; i < c->value_count; i++) {
    const gchk_tensor_spec *row = &c->layer->tensors[gchk_layer_find_row(c->layer, c->values[i].name)];
    gchk_sizes trial = c->sizes;
    if (!c->values[i].has_shape && gchk_suite_value_has_numbers(&c->values[i]) &&
        gchk_sizes_shape(&c->sizes, row->shape, &shape, NULL) != GCHK_OK &&
        gchk_sizes_bind(&trial, row->shape, &scalar, NULL) == GCHK_OK)
      c->sizes = trial;
  }
  if (add_own_sizes(c) != GCHK_OK || gchk_conditions_check(c->layer, &c->sizes, c->reader->error) != GCHK_OK)
    return gchk_suite_fail_within(c->reader, c->keys.sizes != NULL ? c->keys.sizes : at);
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
    gchk_suite_value *value = gchk_suite_case_value(c, row->name);
    if (value == NULL)
      continue;
    char text[128];
    if (!row->may_be_infinite)
      GCHK_TRY(gchk_suite_check_finite(c->reader, value));
    GCHK_TRY(gchk_suite_initialise(c->reader, c->layer, i, &c->sizes, value));
    if (gchk_suite_value_has_numbers(value) && value->fill.value_count != 1 && value->fill.value_count != count)
      return gchk_suite_fail(c->reader, value->node, "%s has %zu numbers, but %s of %s is %s; make them as many",
                             value->name, value->fill.value_count, row->name, c->layer->name,
                             gchk_shape_format(&shape, text, sizeof(text)));
    if (row->role == GCHK_INDEX && row->fill.below != NULL &&
        gchk_sizes_evaluate(&c->sizes, row->fill.below, &below, NULL) == GCHK_OK) {
      const gchk_suite_value own = gchk_suite_value_of_row(value, c->layer, i, c->options);
      GCHK_TRY(gchk_suite_check_labels(c->reader, &own, below));
    }
  }
  return GCHK_OK;
}

static gchk_status read_options(gchk_suite_case *c) {
  const gchk_yaml *node = c->keys.options;
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
    gchk_suite_names names = {.count = 0};
    for (size_t k = 0; k < c->layer->option_count; k++)
      gchk_suite_add_name(&names, c->layer->options[k].name);
    char what[128];
    (void)snprintf(what, sizeof(what), "%.80s has no option", c->layer->name);
    return gchk_suite_unknown(c->reader, node->key[i], what, node->key[i]->text, &names);
  }
  return GCHK_OK;
}

/* Which of several layers of a name it is may hang on shapes that are not known: an option of any will do. */
gchk_status gchk_suite_outline_layer(gchk_suite_case *c, const gchk_yaml *node) {
  gchk_error first;
  const gchk_layer *layer;
  GCHK_TRY(choose_layer(c, node));
  const char *name = c->layer->name;
  const gchk_dtype dtype = c->layer->dtype;
  if (read_options(c) == GCHK_OK)
    return GCHK_OK;
  first = *c->reader->error;
  for (size_t nth = 0; (layer = gchk_suite_find_layer(c->reader, name, dtype, nth)) != NULL; nth++) {
    c->layer = layer;
    if (read_options(c) == GCHK_OK)
      return GCHK_OK;
  }
  *c->reader->error = first;
  return first.status;
}

gchk_status gchk_suite_single_layer(gchk_suite_case *c, const gchk_yaml *node) {
  GCHK_TRY(choose_layer(c, node));
  GCHK_TRY(read_options(c));
  GCHK_TRY(find_sizes(c, node));
  return check_shapes(c, node);
}
