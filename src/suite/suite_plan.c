/*
 * `network: [...]`: reading the list, and finding the layer and the names of all that it reads and writes.
 *
 *     - relu                                        a layer that needs nothing said
 *     - affine: {units: 50, W: W1, b: b1}           tensors of the layer by name, its sizes and its options
 *     - mul: {in: [apple, number], as: total}       in: what it reads, in the layer's order; as: what its output is
 * called
 *
 * Without `in` a layer reads the output of the layer before; ".." is that output too. The first layer reads the first
 * value that is listed and is no parameter.
 */
#include "suite/suite_plan.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "instance/layer_sizes.h"
#include "instance/layer_table.h"
#include "instance/sizes.h"
#include "suite/number.h"
#include "suite/suite_find.h"

typedef gchk_suite_item item;
typedef gchk_suite_plan plan;
typedef gchk_suite_names name_list;

bool gchk_suite_is_read(gchk_role role) {
  return role == GCHK_INPUT || role == GCHK_CONSTANT || role == GCHK_INDEX;
}

static gchk_status out_of_memory(const plan *p) {
  return gchk_fail_memory(p->c->reader->error, p->c->keys.name);
}

/* "- relu", "- relu:", or a map of one layer and its settings. */
static gchk_status read_item(plan *p, const gchk_yaml *node, item *it) {
  const gchk_suite_reader *reader = p->c->reader;
  it->node = node;
  if (node->kind == GCHK_YAML_SCALAR)
    return gchk_suite_text(reader, node, "an item of the network", &it->layer_name);
  if (node->kind != GCHK_YAML_MAP || node->count == 0)
    return gchk_suite_fail(reader, node,
                           "an item of the network is a list; a layer is wanted, such as relu or affine: {units: 50}");
  it->layer_name = node->key[0]->text;
  if (node->count > 1)
    return gchk_suite_fail(reader, node->key[1],
                           "an item is one layer, and here are \"%s\" and \"%s\"; begin another item "
                           "with \"- \", or put the settings of %s into {}",
                           it->layer_name, node->key[1]->text, it->layer_name);
  it->node = node->key[0];
  if (gchk_yaml_is_nothing(node->item[0]))
    return GCHK_OK;
  it->settings = node->item[0];
  return gchk_suite_map(reader, it->settings, it->layer_name);
}

/* Of each item, the first one of the same layer and which of them it is; and of the first ones, how many there are. */
typedef struct namesake {
  size_t first, number, several;
} namesake;

static bool find_namesakes(const plan *p, namesake *of) {
  gchk_name_table layers = {0};
  bool has_memory = true;
  for (size_t i = 0; i < p->count && has_memory; i++) {
    has_memory = gchk_name_table_add(&layers, p->items[i].layer_name, i, &of[i].first);
    of[i].number = ++of[of[i].first].several;
  }
  gchk_name_table_deinit(&layers);
  return has_memory;
}

/* Nodes are called by `name`, or by their layer, with a number where the network has several of it. */
static gchk_status name_items(plan *p) {
  gchk_arena *arena = p->c->reader->arena;
  namesake *of = gchk_arena_alloc(arena, p->count, sizeof *of);
  if (of == NULL || !find_namesakes(p, of))
    return out_of_memory(p);
  for (size_t i = 0; i < p->count; i++) {
    item *it = &p->items[i];
    GCHK_TRY(gchk_suite_read_keys(p->c->reader, it->settings, GCHK_KEYS_ITEM, &it->keys));
    it->name = it->keys.name;
    if (it->name == NULL)
      it->name = of[of[i].first].several > 1 ? gchk_arena_printf(arena, "%s%zu", it->layer_name, of[i].number)
                                             : it->layer_name;
    if (it->name == NULL)
      return out_of_memory(p);
  }
  return GCHK_OK;
}

/* The name of a value, at a key of the settings. A number there is a slip: numbers are listed under `values`. */
static gchk_status read_name(const plan *p, const gchk_yaml *node, const char *key, const char **name) {
  double x = 0;
  GCHK_TRY(gchk_suite_text(p->c->reader, node, key, name));
  if (node->is_plain && gchk_number_parse(*name, &x))
    return gchk_suite_fail(p->c->reader, node, "%s is %s; the name of a value is wanted, and its numbers under values",
                           key, *name);
  return GCHK_OK;
}

static bool is_size(const gchk_layer *layer, const char *name) {
  gchk_size_mentions mentions = {.name = name};
  return gchk_layer_scan_sizes(layer, gchk_count_size_mention, &mentions, NULL) == GCHK_OK && mentions.count > 0;
}

/* gchk_sizes_scan lends its names for the time of the call only. */
typedef struct kept_names {
  name_list *list;
  gchk_arena *arena;
} kept_names;

static void keep_size(void *context, const char *name, bool is_list) {
  kept_names *kept = context;
  (void)is_list;
  const char *copy = gchk_arena_strdup(kept->arena, name);
  if (copy != NULL)
    gchk_suite_add_name(kept->list, copy);
}

static gchk_status unknown_key(const plan *p, const item *it, const gchk_layer *layer, const gchk_yaml *key) {
  name_list list = {.count = 0};
  kept_names kept = {&list, p->c->reader->arena};
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (layer->tensors[i].role != GCHK_CACHE && layer->tensors[i].role != GCHK_SCRATCH)
      gchk_suite_add_name(&list, layer->tensors[i].name);
  GCHK_TRY(gchk_layer_scan_sizes(layer, keep_size, &kept, p->c->reader->error));
  for (size_t i = 0; i < layer->option_count; i++)
    gchk_suite_add_name(&list, layer->options[i].name);
  gchk_suite_add_keys(&list, GCHK_KEYS_ITEM);
  char what[128];
  (void)snprintf(what, sizeof(what), "unknown key of %.80s", it->layer_name);
  return gchk_suite_unknown(p->c->reader, key, what, key->text, &list);
}

static gchk_status bind(const plan *p, item *it, const gchk_layer *layer, size_t row, const gchk_yaml *node) {
  const char *name = NULL;
  GCHK_TRY(read_name(p, node, layer->tensors[row].name, &name));
  if (it->value[row] != NULL)
    return gchk_suite_fail(p->c->reader, node, "%s of %s is given twice, as %s and as %s; once is enough",
                           layer->tensors[row].name, it->name, it->value[row], name);
  it->value[row] = name;
  it->at[row] = node;
  return GCHK_OK;
}

static bool is_output(gchk_role role) {
  return role == GCHK_OUTPUT;
}

/* `in` or `as` names more than the layer has, or nothing. */
static gchk_status wrong_count(const plan *p, const item *it, const gchk_layer *layer, const gchk_yaml *node,
                               size_t given, bool (*is_one)(gchk_role role), const char *verb) {
  char names[256] = "";
  size_t used = 0;
  for (size_t i = 0; i < layer->tensor_count && used < sizeof(names); i++)
    if (is_one(layer->tensors[i].role))
      used +=
          (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", used > 0 ? ", " : "", layer->tensors[i].name);
  return gchk_suite_fail(p->c->reader, node, "%s %s %s, but here the number of names is %zu", it->layer_name, verb,
                         used > 0 ? names : "nothing", given);
}

/* in: a name or a list of names, for what the layer reads, in its order. */
static gchk_status bind_in(const plan *p, item *it, const gchk_layer *layer, const gchk_yaml *in) {
  size_t wanted = in->kind == GCHK_YAML_LIST ? in->count : 1, given = 0;
  for (size_t i = 0; i < layer->tensor_count && given < wanted; i++)
    if (gchk_suite_is_read(layer->tensors[i].role))
      GCHK_TRY(bind(p, it, layer, i, in->kind == GCHK_YAML_LIST ? in->item[given++] : (given++, in)));
  if (given == wanted && wanted > 0)
    return GCHK_OK;
  return wrong_count(p, it, layer, in, wanted, gchk_suite_is_read, "reads");
}

static gchk_status bind_as(const plan *p, item *it, const gchk_layer *layer, const gchk_yaml *as) {
  size_t wanted = as->kind == GCHK_YAML_LIST ? as->count : 1, given = 0;
  for (size_t i = 0; i < layer->tensor_count && given < wanted; i++)
    if (layer->tensors[i].role == GCHK_OUTPUT)
      GCHK_TRY(bind(p, it, layer, i, as->kind == GCHK_YAML_LIST ? as->item[given++] : (given++, as)));
  if (given == wanted && wanted > 0)
    return GCHK_OK;
  return wrong_count(p, it, layer, as, wanted, is_output, "gives");
}

static gchk_status read_key(const plan *p, item *it, const gchk_layer *layer, const gchk_yaml *key,
                            const gchk_yaml *node) {
  const char *name = key->text;
  bool is_option = false;
  const gchk_suite_key *own = gchk_suite_find_key(GCHK_KEYS_ITEM, name);
  if (own != NULL && own->offset == offsetof(gchk_item_keys, in))
    return bind_in(p, it, layer, node);
  if (own != NULL && own->offset == offsetof(gchk_item_keys, as))
    return bind_as(p, it, layer, node);
  if (own != NULL)
    return GCHK_OK;
  size_t row = gchk_layer_find_row(layer, name);
  if (row < layer->tensor_count && layer->tensors[row].role != GCHK_CACHE && layer->tensors[row].role != GCHK_SCRATCH)
    return bind(p, it, layer, row, node);
  if (is_size(layer, name))
    return gchk_suite_read_size(p->c->reader, name, node, &it->sizes, &it->axes);
  GCHK_TRY(gchk_suite_read_option(p->c->reader, layer, it->options, name, node, &is_option));
  return is_option ? GCHK_OK : unknown_key(p, it, layer, key);
}

/* Reads the settings as those of `layer`: every key must be known to it, every value from outside fit its tensor. */
static gchk_status try_layer(const plan *p, item *it, const gchk_layer *layer, int *progress) {
  gchk_sizes shapes = {.count = 0};
  gchk_arena *arena = p->c->reader->arena;
  it->layer = layer;
  it->sizes = (gchk_sizes){.count = 0};
  it->axes = (gchk_suite_axes){.count = 0};
  it->value = gchk_arena_alloc(arena, layer->tensor_count, sizeof(*it->value));
  it->at = gchk_arena_alloc(arena, layer->tensor_count, sizeof(*it->at));
  it->options = gchk_suite_initial_options(p->c->reader, layer);
  if (it->value == NULL || it->at == NULL || it->options == NULL)
    return out_of_memory(p);
  for (size_t i = 0; it->settings != NULL && i < it->settings->count; i++)
    GCHK_TRY(read_key(p, it, layer, it->settings->key[i], it->settings->item[i]));
  gchk_layer_default_sizes(layer, &it->sizes);
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const gchk_suite_value *value = it->value[i] != NULL ? gchk_suite_case_value(p->c, it->value[i]) : NULL;
    *progress = 1;
    if (value != NULL)
      GCHK_TRY(gchk_suite_value_fits(p->c, it->at[i], value, layer, &layer->tensors[i], &shapes, progress));
  }
  return GCHK_OK;
}

/* The first layer of the name that fits; else the reason that the nearest one does not. */
static gchk_status choose_layer(const plan *p, item *it, gchk_dtype dtype) {
  const gchk_suite_reader *reader = p->c->reader;
  gchk_suite_misfit nearest = {.error = {GCHK_OK, ""}};
  const gchk_layer *layer;
  for (size_t nth = 0; (layer = gchk_suite_find_layer(reader, it->layer_name, dtype, nth)) != NULL; nth++) {
    if (layer->dtype != dtype)
      return gchk_suite_fail(reader, it->node,
                             "%s is %s, but the network is %s; all layers of a network have one dtype", it->layer_name,
                             gchk_dtype_name(layer->dtype), gchk_dtype_name(dtype));
    int progress = 0;
    gchk_status status = try_layer(p, it, layer, &progress);
    if (status == GCHK_OK || status == GCHK_NO_MEMORY)
      return status;
    gchk_suite_keep_misfit(&nearest, reader->error, progress);
  }
  *reader->error = nearest.error;
  return nearest.error.status;
}

/* f64 unless it is said; a plug-in's layer says its own, where nothing else does. */
static gchk_status choose_dtype(const plan *p, gchk_dtype *dtype) {
  *dtype = p->c->keys.settings.dtype != GCHK_DTYPE_UNSET ? p->c->keys.settings.dtype : GCHK_F64;
  gchk_dtype wanted = *dtype;
  for (size_t i = 0; i < p->count; i++) {
    gchk_dtype own = wanted;
    GCHK_TRY(gchk_suite_layer_dtype(p->c, p->items[i].node, p->items[i].layer_name, &own));
    if (own != wanted)
      *dtype = own;
  }
  return GCHK_OK;
}

/* Parameters and outputs that have no name yet get the one that gchk_network_add_node would give them. */
static gchk_status name_tensors(const plan *p, item *it) {
  const gchk_layer *layer = it->layer;
  size_t outputs = 0;
  for (size_t i = 0; i < layer->tensor_count; i++)
    outputs += layer->tensors[i].role == GCHK_OUTPUT;
  for (size_t i = 0; i < layer->tensor_count; i++) {
    gchk_role role = layer->tensors[i].role;
    if (it->value[i] != NULL || (role != GCHK_OUTPUT && role != GCHK_PARAMETER))
      continue;
    it->value[i] = role == GCHK_OUTPUT && outputs == 1
                       ? it->name
                       : gchk_arena_printf(p->c->reader->arena, "%s.%s", it->name, layer->tensors[i].name);
    if (it->value[i] == NULL)
      return out_of_memory(p);
  }
  return GCHK_OK;
}

static gchk_status note_names(plan *p) {
  for (size_t i = 0; i < p->count; i++)
    for (size_t k = 0, first; k < p->items[i].layer->tensor_count; k++) {
      const gchk_role role = p->items[i].layer->tensors[k].role;
      gchk_name_table *names = role == GCHK_PARAMETER ? &p->parameters : role == GCHK_OUTPUT ? &p->outputs : NULL;
      if (names != NULL && !gchk_name_table_add(names, p->items[i].value[k], i, &first))
        return out_of_memory(p);
    }
  return GCHK_OK;
}

void gchk_suite_plan_deinit(plan *p) {
  gchk_name_table_deinit(&p->parameters);
  gchk_name_table_deinit(&p->outputs);
}

bool gchk_suite_is_parameter(const plan *p, const char *name) {
  size_t first;
  return gchk_name_table_find(&p->parameters, name, &first);
}

/* What "..", and an `in` that is left out, stand for at item `index`. */
static gchk_status value_before(const plan *p, size_t index, const gchk_yaml *at, const char **name) {
  const gchk_suite_case *c = p->c;
  *name = NULL;
  if (index == 0) {
    for (size_t i = 0; i < c->value_count && *name == NULL; i++)
      if (!gchk_suite_is_parameter(p, c->values[i].name))
        *name = c->values[i].name;
    if (*name == NULL)
      return gchk_suite_fail(c->reader, at,
                             "%s has nothing to read; list a value that is no parameter under values, such as "
                             "x: {shape: [3, 4]}",
                             p->items[index].name);
    return GCHK_OK;
  }
  const item *before = &p->items[index - 1];
  size_t outputs = 0;
  for (size_t k = 0; k < before->layer->tensor_count; k++)
    if (before->layer->tensors[k].role == GCHK_OUTPUT && outputs++ == 0)
      *name = before->value[k];
  if (outputs != 1)
    return gchk_suite_fail(c->reader, at, "%s, the layer before, has %zu outputs; say with in: which one is read",
                           before->name, outputs);
  return GCHK_OK;
}

/* Fills in ".." and the input that is not said, and refuses inputs that nothing says. */
static gchk_status resolve_inputs(const plan *p, size_t index) {
  item *it = &p->items[index];
  const gchk_layer *layer = it->layer;
  bool has_said = it->keys.in != NULL, is_first = true;
  for (size_t i = 0; i < layer->tensor_count; i++) {
    if (!gchk_suite_is_read(layer->tensors[i].role))
      continue;
    bool is_before = it->value[i] != NULL && strcmp(it->value[i], "..") == 0;
    if (is_before || (it->value[i] == NULL && is_first && !has_said)) {
      it->at[i] = it->at[i] != NULL ? it->at[i] : it->node;
      GCHK_TRY(value_before(p, index, it->at[i], &it->value[i]));
    }
    is_first = false;
    if (it->value[i] == NULL)
      return gchk_suite_fail(p->c->reader, it->node,
                             "%s: nothing says what its %s %s is; write %s: {%s: NAME} with the name of "
                             "a value",
                             it->name, gchk_role_name(layer->tensors[i].role), layer->tensors[i].name, it->layer_name,
                             layer->tensors[i].name);
  }
  return GCHK_OK;
}

/* There is no value of the name that item `index` reads with its tensor `i`, or not yet. */
static gchk_status unknown_read(const plan *p, size_t index, size_t i, bool is_later) {
  const item *it = &p->items[index];
  if (is_later)
    return gchk_suite_fail(p->c->reader, it->at[i],
                           "%s reads %s, which is not there yet; list layers in the order in which "
                           "they are evaluated",
                           it->name, it->value[i]);
  name_list list = {.count = 0};
  for (size_t v = 0; v < p->c->value_count && list.count < GCHK_SUITE_MOST_NAMES; v++)
    gchk_suite_add_name(&list, p->c->values[v].name);
  for (size_t n = 0; n < index && list.count < GCHK_SUITE_MOST_NAMES; n++)
    for (size_t k = 0; k < p->items[n].layer->tensor_count; k++)
      if (p->items[n].layer->tensors[k].role == GCHK_OUTPUT)
        gchk_suite_add_name(&list, p->items[n].value[k]);
  char what[256];
  (void)snprintf(what, sizeof(what), "%.80s reads an unknown value", it->name);
  return gchk_suite_unknown(p->c->reader, it->at[i], what, it->value[i], &list);
}

/* Every name that is read is listed, or written by an item before. */
static gchk_status check_reads(const plan *p, size_t index) {
  const item *it = &p->items[index];
  for (size_t i = 0; i < it->layer->tensor_count; i++) {
    size_t writer;
    if (!gchk_suite_is_read(it->layer->tensors[i].role) || gchk_suite_case_value(p->c, it->value[i]) != NULL)
      continue;
    const bool is_written = gchk_name_table_find(&p->outputs, it->value[i], &writer);
    if (!is_written || writer >= index)
      return unknown_read(p, index, i, is_written);
  }
  return GCHK_OK;
}

gchk_status gchk_suite_begin_plan(plan *p, const gchk_yaml *list, gchk_dtype *dtype) {
  char text[64];
  const gchk_suite_reader *reader = p->c->reader;
  if (list->kind != GCHK_YAML_LIST || list->count == 0)
    return gchk_suite_fail(
        reader, list, "network is %s; a list of layers is wanted, each in a line that begins with \"- \"",
        list->kind == GCHK_YAML_LIST ? "an empty list" : gchk_yaml_describe(list, text, sizeof(text)));
  p->count = list->count;
  p->items = gchk_arena_alloc(reader->arena, p->count, sizeof(*p->items));
  if (p->items == NULL)
    return out_of_memory(p);
  for (size_t i = 0; i < p->count; i++)
    GCHK_TRY(read_item(p, list->item[i], &p->items[i]));
  GCHK_TRY(name_items(p));
  GCHK_TRY(choose_dtype(p, dtype));
  for (size_t i = 0; i < p->count; i++)
    GCHK_TRY(choose_layer(p, &p->items[i], *dtype));
  return GCHK_OK;
}

gchk_status gchk_suite_make_plan(plan *p, const gchk_yaml *list, gchk_dtype *dtype) {
  GCHK_TRY(gchk_suite_begin_plan(p, list, dtype));
  for (size_t i = 0; i < p->count; i++)
    GCHK_TRY(name_tensors(p, &p->items[i]));
  GCHK_TRY(note_names(p));
  for (size_t i = 0; i < p->count; i++)
    GCHK_TRY(resolve_inputs(p, i));
  for (size_t i = 0; i < p->count; i++)
    GCHK_TRY(check_reads(p, i));
  return GCHK_OK;
}
