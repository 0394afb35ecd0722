/*
 * Adding a node: its tensors get values by their bindings, its sizes follow from the shapes of what it reads, and its
 * parameters and outputs become values themselves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/conditions.h"
#include "instance/convention_table.h"
#include "instance/layer_sizes.h"
#include "instance/layer_table.h"
#include "instance/roles.h"
#include "instance/same_shape.h"
#include "instance/sizes.h"
#include "network/network_values.h"

static bool can_be_bound(gchk_role role) {
  return gchk_role_is_given(role) || role == GCHK_OUTPUT;
}

/* Appends ", item" to a list that stops when it is full. */
static void append(char *list, size_t size, const char *item) {
  const size_t used = strlen(list);
  (void)snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", item);
}

static const char *binding_of(const gchk_node_spec *spec, const char *tensor) {
  for (size_t i = 0; i < spec->binding_count; i++)
    if (strcmp(spec->bindings[i].tensor, tensor) == 0)
      return spec->bindings[i].value;
  return NULL;
}

// What is moved in a network is not what the node is given: whose surrogate it would be is not clear.
static gchk_status check_surrogates(const gchk_node_spec *spec, gchk_error *error) {
  for (size_t i = 0; i < spec->layer->tensor_count; i++)
    if (spec->layer->tensors[i].surrogate != NULL)
      return gchk_fail(
          error, GCHK_INVALID,
          "%s: %s has a surrogate for its tensor %s alone, which cannot be used within a network; give the "
          "layer one for all of them",
          spec->name, spec->layer->name, spec->layer->tensors[i].name);
  return GCHK_OK;
}

static gchk_status check_bindings(const gchk_node_spec *spec, gchk_error *error) {
  const gchk_layer *layer = spec->layer;
  for (size_t i = 0; i < spec->binding_count; i++) {
    const char *tensor = spec->bindings[i].tensor;
    const size_t row = gchk_layer_find_row(layer, tensor);
    char known[256] = "";
    for (size_t k = 0; k < layer->tensor_count; k++)
      if (can_be_bound(layer->tensors[k].role))
        append(known, sizeof known, layer->tensors[k].name);
    if (row == layer->tensor_count || !can_be_bound(layer->tensors[row].role))
      return gchk_fail(error, GCHK_INVALID, "%s: %s has no tensor %s to give a name to; it has %s", spec->name,
                       layer->name, tensor, known);
    if (spec->bindings[i].value[0] == '\0')
      return gchk_fail(error, GCHK_INVALID, "%s: the name for %s is empty", spec->name, tensor);
    for (size_t k = 0; k < i; k++)
      if (strcmp(spec->bindings[k].tensor, tensor) == 0)
        return gchk_fail(error, GCHK_INVALID, "%s: %s is given twice, as %s and as %s", spec->name, tensor,
                         spec->bindings[k].value, spec->bindings[i].value);
  }
  return GCHK_OK;
}

/* Sizes: collects the names that a layer's shapes use. */
typedef struct size_names {
  const char *wanted;
  bool is_found;
  char list[256];
} size_names;

static void note_size(void *context, const char *name, bool is_list) {
  size_names *names = context;
  (void)is_list;
  names->is_found = names->is_found || strcmp(name, names->wanted) == 0;
  char padded[300];
  (void)snprintf(padded, sizeof padded, ", %s, ", names->list);
  char item[GCHK_SIZE_NAME + 8];
  (void)snprintf(item, sizeof item, ", %s, ", name);
  if (strstr(padded, item) == NULL)
    append(names->list, sizeof names->list, name);
}

static gchk_status check_sizes(const gchk_node_spec *spec, gchk_error *error) {
  for (size_t i = 0; spec->sizes != NULL && i < spec->sizes->count; i++) {
    size_names names = {.wanted = spec->sizes->binding[i].name};
    GCHK_TRY(gchk_layer_scan_sizes(spec->layer, note_size, &names, error));
    if (!names.is_found)
      return gchk_fail(error, GCHK_INVALID, "%s: %s has no size %s; its sizes are %s", spec->name, spec->layer->name,
                       names.wanted, names.list);
  }
  return GCHK_OK;
}

static gchk_status copy_options(gchk_network *network, const gchk_node_spec *spec, gchk_node *node, gchk_error *error) {
  const gchk_layer *layer = spec->layer;
  double *options = gchk_arena_alloc(network->arena, layer->option_count, sizeof *options);
  if (options == NULL)
    return gchk_fail_memory(error, network->name);
  for (size_t i = 0; i < layer->option_count; i++) {
    const gchk_option_spec *option = &layer->options[i];
    options[i] = gchk_layer_option(layer, spec->options, i);
    if (option->minimum < option->maximum && !(options[i] >= option->minimum && options[i] <= option->maximum))
      return gchk_fail(error, GCHK_INVALID, "%s: %s is %g; it must be from %g to %g", spec->name, option->name,
                       options[i], option->minimum, option->maximum);
  }
  node->options = options;
  node->first_option = network->option_count;
  return GCHK_OK;
}

/* "x is (3,40)" for all that the node reads and that is there already, for messages about misfits. */
static void describe_reads(const gchk_network *network, const gchk_node *node, char *text, size_t size) {
  text[0] = '\0';
  for (size_t i = 0; i < node->layer->tensor_count; i++) {
    if (!gchk_role_is_given(node->layer->tensors[i].role) || node->slots[i].value == GCHK_NONE)
      continue;
    char shape[128], item[256];
    const gchk_value *value = &network->values[node->slots[i].value];
    (void)snprintf(item, sizeof item, "%s is %s", node->layer->tensors[i].name,
                   gchk_shape_format(&value->shape, shape, sizeof shape));
    append(text, size, item);
  }
}

static gchk_status misfit(const gchk_network *network, const gchk_node *node, size_t i, const char *what,
                          gchk_error *error) {
  char reads[512];
  describe_reads(network, node, reads, sizeof reads);
  return gchk_fail(error, GCHK_INVALID, "%s: %s %s; %s%smake the sizes match", node->name, node->layer->tensors[i].name,
                   what, reads, reads[0] != '\0' ? "; " : "");
}

// A value that the node's tensor `i` could be, once roles and dtypes are compared.
static gchk_status accept(const gchk_network *network, const gchk_node *node, size_t i, const gchk_value *value,
                          gchk_error *error) {
  const gchk_tensor_spec *row = &node->layer->tensors[i];
  (void)network;
  if (node->slots[i].dtype != value->dtype)
    return gchk_fail(error, GCHK_INVALID, "%s: %s is %s, but %s of %s is %s; they must be the same", node->name,
                     value->name, gchk_dtype_name(value->dtype), row->name, node->layer->name,
                     gchk_dtype_name(node->slots[i].dtype));
  if (row->role == GCHK_CONSTANT && value->role != GCHK_CONSTANT)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: %s of %s is a constant, through which no gradient flows, but %s is differentiated; make %s a "
                     "constant, or read another value",
                     node->name, row->name, node->layer->name, value->name, value->name);
  return GCHK_OK;
}

// Nothing says what the tensor of this row is, or `name`, of which there is no value.
static gchk_status fail_unknown(const gchk_network *network, const gchk_node_spec *spec, const gchk_tensor_spec *row,
                                const char *name, gchk_error *error) {
  char known[512] = "";
  for (size_t k = 0; k < network->value_count && strlen(known) + 1 < sizeof known; k++)
    append(known, sizeof known, network->values[k].name);
  const char *there = known[0] != '\0' ? known : "none so far";
  if (name == NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: nothing says what its %s %s is; name a value, one of %s", spec->name,
                     gchk_role_name(row->role), row->name, there);
  return gchk_fail(error, GCHK_INVALID, "%s: %s is %s, but no value of that name comes before it; there are %s",
                   spec->name, row->name, name, there);
}

// Finds the value of every tensor that the node reads, but for parameters that are still to be made.
static gchk_status find_reads(const gchk_network *network, const gchk_node_spec *spec, gchk_node *node,
                              gchk_error *error) {
  for (size_t i = 0; i < spec->layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &spec->layer->tensors[i];
    if (!gchk_role_is_given(row->role))
      continue;
    const char *name = binding_of(spec, row->name);
    const size_t value = name == NULL ? GCHK_NONE : gchk_network_find_value(network, name);
    if (value == GCHK_NONE && row->role == GCHK_PARAMETER)
      continue;
    if (value == GCHK_NONE)
      return fail_unknown(network, spec, row, name, error);
    GCHK_TRY(accept(network, node, i, &network->values[value], error));
    node->slots[i].value = value;
  }
  return GCHK_OK;
}

// Sizes from the shapes of what is read, then the shapes of all tensors from the sizes.
static gchk_status infer_shapes(const gchk_network *network, gchk_node *node, gchk_error *error) {
  const gchk_layer *layer = node->layer;
  for (size_t i = 0; i < layer->tensor_count; i++) {
    gchk_error inner = {GCHK_OK, ""};
    const size_t value = node->slots[i].value;
    if (value != GCHK_NONE &&
        gchk_sizes_bind(&node->sizes, layer->tensors[i].shape, &network->values[value].shape, &inner) != GCHK_OK)
      return misfit(network, node, i, inner.message, error);
  }
  gchk_error unmet = {GCHK_OK, ""};
  if (gchk_conditions_check(layer, &node->sizes, &unmet) != GCHK_OK)
    return gchk_fail(error, unmet.status, "%s: %s", node->name, unmet.message);
  for (size_t i = 0; i < layer->tensor_count; i++) {
    gchk_slot *slot = &node->slots[i];
    gchk_status status = gchk_sizes_shape(&node->sizes, layer->tensors[i].shape, &slot->shape, error);
    if (status == GCHK_OK)
      status = gchk_shape_count(&slot->shape, &slot->count, error);
    if (status != GCHK_OK) {
      gchk_fail_within(error, "%s: %s \"%s\"", node->name, layer->tensors[i].name, layer->tensors[i].shape);
      return status;
    }
    if (slot->value != GCHK_NONE && !gchk_is_same_shape(&slot->shape, &network->values[slot->value].shape)) {
      char is[128], wanted[128], what[300];
      (void)snprintf(what, sizeof what, "is %s, but \"%s\" is %s",
                     gchk_shape_format(&network->values[slot->value].shape, is, sizeof is), layer->tensors[i].shape,
                     gchk_shape_format(&slot->shape, wanted, sizeof wanted));
      return misfit(network, node, i, what, error);
    }
  }
  return GCHK_OK;
}

// The fill of a layer's row, with a `below` that is a number: the network's own table has no sizes by name.
static gchk_status literal_fill(gchk_network *network, const gchk_node *node, const gchk_tensor_spec *row,
                                gchk_fill *fill, gchk_error *error) {
  *fill = row->fill;
  if (row->fill.below == NULL)
    return GCHK_OK;
  size_t below;
  GCHK_TRY(gchk_sizes_evaluate(&node->sizes, row->fill.below, &below, error));
  fill->below = gchk_arena_printf(network->arena, "%zu", below);
  return fill->below == NULL ? gchk_fail_memory(error, network->name) : GCHK_OK;
}

// A value from outside whose filling nobody chose is filled as its first reader wants it: away from the kink of a relu.
static gchk_status lend_fill(gchk_network *network, const gchk_node *node, size_t i, gchk_error *error) {
  gchk_value *value = &network->values[node->slots[i].value];
  const gchk_tensor_spec *row = &node->layer->tensors[i];
  if (value->role == GCHK_OUTPUT)
    return GCHK_OK;
  if (value->keep_away == 0) {
    value->keep_away = row->keep_away;
    value->kink = row->kink;
  }
  return value->fill.kind == GCHK_FILL_DEFAULT ? literal_fill(network, node, row, &value->fill, error) : GCHK_OK;
}

/* The first `known` values were there before the node. */
static gchk_status lend_fills(gchk_network *network, const gchk_node *node, size_t known, gchk_error *error) {
  for (size_t i = 0; i < node->layer->tensor_count; i++)
    if (node->slots[i].value != GCHK_NONE && node->slots[i].value < known)
      GCHK_TRY(lend_fill(network, node, i, error));
  return GCHK_OK;
}

static size_t output_count(const gchk_layer *layer) {
  size_t count = 0;
  for (size_t i = 0; i < layer->tensor_count; i++)
    count += layer->tensors[i].role == GCHK_OUTPUT;
  return count;
}

// The parameters and outputs that are new.
static gchk_status make_values(gchk_network *network, const gchk_node_spec *spec, gchk_node *node, gchk_error *error) {
  const gchk_layer *layer = spec->layer;
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &layer->tensors[i];
    gchk_slot *slot = &node->slots[i];
    if (slot->value != GCHK_NONE || (row->role != GCHK_PARAMETER && row->role != GCHK_OUTPUT))
      continue;
    const char *name = binding_of(spec, row->name);
    if (name == NULL)
      name = row->role == GCHK_OUTPUT && output_count(layer) == 1
                 ? spec->name
                 : gchk_arena_printf(network->arena, "%s.%s", spec->name, row->name);
    if (name != NULL && gchk_network_find_value(network, name) != GCHK_NONE)
      return gchk_fail(error, GCHK_INVALID,
                       "%s: its %s %s is to be called %s, but a value of that name is there already", spec->name,
                       gchk_role_name(row->role), row->name, name);
    gchk_value *value = name == NULL ? NULL : gchk_network_append_value(network, name);
    if (value == NULL)
      return gchk_fail_memory(error, network->name);
    slot->value = network->value_count - 1;
    value->role = row->role;
    value->dtype = slot->dtype;
    value->shape = slot->shape;
    value->keep_away = row->keep_away;
    value->kink = row->kink;
    GCHK_TRY(literal_fill(network, node, row, &value->fill, error));
  }
  return GCHK_OK;
}

// A network lends its nodes one buffer a value and calls each of them once, forward and then back.
static gchk_status check_conventions(const gchk_node_spec *spec, gchk_error *error) {
  const char *beyond = gchk_conventions_beyond_networks(spec->layer);
  if (beyond != NULL)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: %s declares .%s, which a network cannot do for a node; check the layer by itself, or wrap it "
                     "as one that leaves its inputs and parameters alone and does all in one call",
                     spec->name, spec->layer->name, beyond);
  if (spec->layer->backward == NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: %s has no backward, and no gradient gets past it in a network",
                     spec->name, spec->layer->name);
  return GCHK_OK;
}

static gchk_status check_spec(const gchk_network *network, const gchk_node_spec *spec, gchk_error *error) {
  if (network->is_finished)
    return gchk_fail(error, GCHK_INVALID, "%s: network %s is finished already", spec->name, network->name);
  if (spec->name[0] == '\0')
    return gchk_fail(error, GCHK_INVALID, "network %s: a node needs a name", network->name);
  size_t other;
  if (gchk_name_table_find(&network->node_names, spec->name, &other) && other < network->node_count &&
      strcmp(network->nodes[other].name, spec->name) == 0)
    return gchk_fail(error, GCHK_INVALID, "%s: a node of that name is there already", spec->name);
  // what a layer with a loss callback gives is no value that a node could read
  if (spec->layer->loss == NULL && output_count(spec->layer) == 0)
    return gchk_fail(error, GCHK_INVALID, "%s: %s has neither an output nor a loss", spec->name, spec->layer->name);
  GCHK_TRY(check_conventions(spec, error));
  GCHK_TRY(check_surrogates(spec, error));
  GCHK_TRY(check_bindings(spec, error));
  return check_sizes(spec, error);
}

static gchk_status reserve_node(gchk_network *network, gchk_error *error) {
  if (network->node_count < network->node_capacity)
    return GCHK_OK;
  const size_t capacity = 2 * network->node_capacity + 8;
  gchk_node *nodes = gchk_grow(network->nodes, capacity, sizeof *nodes);
  if (nodes == NULL)
    return gchk_fail_memory(error, network->name);
  network->nodes = nodes;
  network->node_capacity = capacity;
  return GCHK_OK;
}

gchk_status gchk_network_add_node(gchk_network *network, const gchk_node_spec *spec, gchk_error *error) {
  GCHK_TRY(check_spec(network, spec, error));
  GCHK_TRY(reserve_node(network, error));
  const size_t value_count = network->value_count;
  gchk_node *node = &network->nodes[network->node_count];
  *node = (gchk_node){.name = gchk_arena_strdup(network->arena, spec->name), .layer = spec->layer};
  node->slots = gchk_arena_alloc(network->arena, spec->layer->tensor_count, sizeof *node->slots);
  if (node->name == NULL || node->slots == NULL ||
      !gchk_name_table_put(&network->node_names, node->name, network->node_count))
    return gchk_fail_memory(error, network->name);
  if (spec->sizes != NULL)
    node->sizes = *spec->sizes;
  gchk_layer_default_sizes(node->layer, &node->sizes);
  for (size_t i = 0; i < spec->layer->tensor_count; i++) {
    node->slots[i].value = GCHK_NONE;
    node->slots[i].dtype = gchk_layer_row_dtype(spec->layer, &spec->layer->tensors[i]);
  }
  gchk_status status = copy_options(network, spec, node, error);
  if (status == GCHK_OK)
    status = find_reads(network, spec, node, error);
  if (status == GCHK_OK)
    status = infer_shapes(network, node, error);
  if (status == GCHK_OK)
    status = make_values(network, spec, node, error);
  // last, for it changes values that were there before: a node that does not fit leaves the network as it was
  if (status == GCHK_OK)
    status = lend_fills(network, node, value_count, error);
  if (status != GCHK_OK) {
    network->value_count = value_count;
    return status;
  }
  network->node_count++;
  network->option_count += node->layer->option_count;
  return GCHK_OK;
}
