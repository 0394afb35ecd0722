/*
 * From the plan of a network to a gchk_network, where shapes are inferred. An f32 network is built twice, the other
 * time in f64 as its twin.
 */
#include "suite/suite_network.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/network.h"
#include "instance/sizes.h"
#include "suite/suite_initial.h"
#include "suite/suite_plan.h"

typedef gchk_suite_item item;
typedef gchk_suite_plan plan;

static gchk_status out_of_memory(const plan *p) {
  return gchk_fail_memory(p->c->reader->error, p->c->keys.name);
}

/* The role of each listed value, by all that read it: an index before a constant, and that before an input. */
static gchk_role *roles_of_values(const plan *p) {
  const gchk_suite_case *c = p->c;
  gchk_role *roles = gchk_arena_alloc(c->reader->arena, c->value_count, sizeof *roles); /* GCHK_ROLE_UNSET: unread */
  for (size_t n = 0; roles != NULL && n < p->count; n++)
    for (size_t k = 0; k < p->items[n].layer->tensor_count; k++) {
      const gchk_role role = p->items[n].layer->tensors[k].role;
      const gchk_suite_value *value = gchk_suite_is_read(role) ? gchk_suite_case_value(c, p->items[n].value[k]) : NULL;
      if (value == NULL)
        continue;
      gchk_role *so_far = &roles[value - c->values];
      if (role == GCHK_INDEX || *so_far == GCHK_ROLE_UNSET || (role == GCHK_CONSTANT && *so_far == GCHK_INPUT))
        *so_far = role;
    }
  return roles;
}

/* The role of a listed value in the network, from that which its readers give it. */
static gchk_status find_role(const plan *p, const gchk_suite_value *value, gchk_role *role) {
  bool is_data = value->data_path != NULL || value->is_one_hot;
  if (*role != GCHK_INPUT && *role != GCHK_ROLE_UNSET && value->differentiate == GCHK_DIFFERENTIATE_YES)
    return gchk_suite_fail(p->c->reader, value->node,
                           "%s is a constant of the layer that reads it, which has no gradient for "
                           "it; leave differentiate out",
                           value->name);
  if (*role == GCHK_INPUT &&
      (value->differentiate == GCHK_DIFFERENTIATE_NO || (is_data && value->differentiate == GCHK_DIFFERENTIATE_UNSAID)))
    *role = GCHK_CONSTANT;
  return GCHK_OK;
}

static gchk_status add_values(const plan *p, gchk_network *network) {
  gchk_suite_case *c = p->c;
  const gchk_role *roles = roles_of_values(p);
  if (roles == NULL)
    return out_of_memory(p);
  for (size_t i = 0; i < c->value_count; i++) {
    gchk_suite_value *value = &c->values[i];
    gchk_role role = roles[i];
    value->is_used = gchk_suite_is_parameter(p, value->name);
    GCHK_TRY(find_role(p, value, &role));
    if (value->is_used && role != GCHK_ROLE_UNSET)
      return gchk_suite_fail(c->reader, value->node,
                             "%s is a parameter of one layer and is read as a value by another; it is "
                             "one or the other",
                             value->name);
    if (role == GCHK_ROLE_UNSET)
      continue;
    value->is_used = true;
    if (!value->has_shape && !gchk_suite_value_has_numbers(value))
      return gchk_suite_fail(c->reader, value->node, "%s has no shape; write shape: [3, 4], or whatever it is",
                             value->name);
    double keep_away = value->keep_away;
    if (keep_away == 0 && role == GCHK_INPUT && !gchk_suite_value_has_numbers(value))
      keep_away = c->keys.settings.keep_away;
    if (gchk_network_add_value(network, value->name, role, GCHK_DTYPE_UNSET, &value->shape, &value->fill, keep_away,
                               c->reader->error) != GCHK_OK)
      return gchk_suite_fail_within(c->reader, value->node);
  }
  return GCHK_OK;
}

/* Values that are parameters and have a shape say sizes of their layer. */
static gchk_status add_parameter_sizes(const plan *p, item *it, gchk_sizes *sizes) {
  for (size_t k = 0; k < it->layer->tensor_count; k++) {
    const gchk_tensor_spec *row = &it->layer->tensors[k];
    const gchk_suite_value *value = row->role == GCHK_PARAMETER ? gchk_suite_case_value(p->c, it->value[k]) : NULL;
    if (value == NULL || !value->has_shape)
      continue;
    if (gchk_sizes_bind(sizes, row->shape, &value->shape, p->c->reader->error) == GCHK_OK)
      continue;
    (void)gchk_fail_within(p->c->reader->error, "%s: %s", it->name, row->name);
    return gchk_suite_fail_within(p->c->reader, it->node);
  }
  return GCHK_OK;
}

/*
 * What the layer says of its values: which may be infinite; and with its sizes, that labels which are written down or
 * read from a file are below them, and of what initialisations are made.
 */
static gchk_status fit_values(const plan *p, const gchk_network *network, const item *it) {
  gchk_sizes sizes = it->sizes;
  for (size_t k = 0; k < it->layer->tensor_count; k++) {
    const gchk_suite_value *value = it->value[k] != NULL ? gchk_suite_case_value(p->c, it->value[k]) : NULL;
    if (value != NULL && !it->layer->tensors[k].may_be_infinite)
      GCHK_TRY(gchk_suite_check_finite(p->c->reader, value));
  }
  for (size_t k = 0; k < it->layer->tensor_count; k++) {
    const gchk_shape *shape = it->value[k] != NULL ? gchk_network_shape(network, it->value[k]) : NULL;
    if (shape != NULL && gchk_sizes_bind(&sizes, it->layer->tensors[k].shape, shape, NULL) != GCHK_OK)
      return GCHK_OK;
  }
  for (size_t k = 0; k < it->layer->tensor_count; k++) {
    const gchk_tensor_spec *row = &it->layer->tensors[k];
    gchk_suite_value *value = it->value[k] != NULL ? gchk_suite_case_value(p->c, it->value[k]) : NULL;
    size_t below = 0;
    GCHK_TRY(gchk_suite_initialise(p->c->reader, it->layer, k, &sizes, value));
    if (value != NULL && row->role == GCHK_INDEX && row->fill.below != NULL &&
        gchk_sizes_evaluate(&sizes, row->fill.below, &below, NULL) == GCHK_OK) {
      const gchk_suite_value own = gchk_suite_value_of_row(value, it->layer, k, it->options);
      GCHK_TRY(gchk_suite_check_labels(p->c->reader, &own, below));
    }
  }
  return GCHK_OK;
}

/* What a shape needs and nothing says. */
typedef struct unknown_size {
  const gchk_sizes *sizes;
  char name[GCHK_SIZE_NAME];
} unknown_size;

static void find_unknown(void *context, const char *name, bool is_list) {
  unknown_size *unknown = context;
  (void)is_list;
  if (unknown->name[0] == '\0' && gchk_sizes_find(unknown->sizes, name) == NULL)
    (void)snprintf(unknown->name, sizeof(unknown->name), "%s", name);
}

/* A size that neither the item nor a shape says. Where the shapes do not fit, the network has more to say about it. */
static gchk_status check_sizes(const plan *p, const gchk_network *network, const item *it, gchk_sizes sizes) {
  const gchk_layer *layer = it->layer;
  unknown_size unknown = {.sizes = &sizes, .name = ""};
  for (size_t k = 0; k < layer->tensor_count; k++) {
    const gchk_shape *shape = it->value[k] != NULL ? gchk_network_shape(network, it->value[k]) : NULL;
    if (shape != NULL && gchk_sizes_bind(&sizes, layer->tensors[k].shape, shape, NULL) != GCHK_OK)
      return GCHK_OK;
  }
  for (size_t k = 0; k < layer->tensor_count; k++)
    GCHK_TRY(gchk_sizes_scan(layer->tensors[k].shape, find_unknown, &unknown, p->c->reader->error));
  if (unknown.name[0] == '\0')
    return GCHK_OK;
  return gchk_suite_fail(p->c->reader, it->node,
                         "%s: nothing says how large %s is; write %s: {%s: 5}, or whatever it is", it->name,
                         unknown.name, it->layer_name, unknown.name);
}

/* An error of gchk_network_add_node, with the shapes that values give to parameters: they may be what does not fit. */
static gchk_status misfit(const plan *p, const item *it) {
  const gchk_suite_reader *reader = p->c->reader;
  char text[128];
  gchk_status status = reader->error->status;
  for (size_t k = 0; k < it->layer->tensor_count && status != GCHK_NO_MEMORY; k++) {
    bool is_one = it->layer->tensors[k].role == GCHK_PARAMETER;
    const gchk_suite_value *value = is_one ? gchk_suite_case_value(p->c, it->value[k]) : NULL;
    if (value == NULL || !value->has_shape)
      continue;
    const char *before = gchk_arena_strdup(reader->arena, reader->error->message);
    if (before == NULL)
      return out_of_memory(p);
    status = gchk_fail(reader->error, status, "%s; %s is listed as %s", before, value->name,
                       gchk_shape_format(&value->shape, text, sizeof(text)));
  }
  return gchk_suite_fail_within(reader, it->node);
}

/* What the network is known to give to a tensor of an item. */
typedef struct item_in_network {
  const gchk_network *network;
  const item *it;
} item_in_network;

static const gchk_shape *shape_in_network(const void *context, size_t row) {
  const item_in_network *in = context;
  return in->it->value[row] != NULL ? gchk_network_shape(in->network, in->it->value[row]) : NULL;
}

static gchk_status add_node(const plan *p, gchk_network *network, item *it, const gchk_layer *layer) {
  gchk_suite_reader *reader = p->c->reader;
  size_t count = 0;
  const item_in_network in = {network, it};
  GCHK_TRY(gchk_suite_resolve_axes(reader, &it->axes, layer, shape_in_network, &in, &it->sizes));
  gchk_sizes sizes = it->sizes;
  GCHK_TRY(add_parameter_sizes(p, it, &sizes));
  gchk_binding *bindings = gchk_arena_alloc(reader->arena, layer->tensor_count, sizeof(*bindings));
  if (bindings == NULL)
    return out_of_memory(p);
  for (size_t k = 0; k < layer->tensor_count; k++)
    if (it->value[k] != NULL)
      bindings[count++] = (gchk_binding){.tensor = layer->tensors[k].name, .value = it->value[k]};
  gchk_node_spec spec = {.name = it->name,
                         .layer = layer,
                         .bindings = bindings,
                         .binding_count = count,
                         .sizes = &sizes,
                         .options = it->options};
  GCHK_TRY(check_sizes(p, network, it, sizes));
  if (gchk_network_add_node(network, &spec, reader->error) != GCHK_OK)
    return misfit(p, it);
  return fit_values(p, network, it);
}

static gchk_status keep_network(gchk_suite_reader *reader, gchk_network *network) {
  if (reader->network_count == reader->network_room) {
    size_t room = reader->network_room == 0 ? 8 : reader->network_room * 2;
    gchk_network **grown = gchk_grow(reader->networks, room, sizeof(struct gchk_network *));
    if (grown == NULL)
      return gchk_fail_memory(reader->error, "the networks of a suite");
    reader->networks = grown;
    reader->network_room = room;
  }
  reader->networks[reader->network_count++] = network;
  return GCHK_OK;
}

/* Builds the network; as_twin: of the double twins of its layers. */
static gchk_status build(const plan *p, gchk_dtype dtype, bool as_twin, const gchk_layer *twin,
                         const gchk_layer **layer) {
  gchk_suite_case *c = p->c;
  gchk_network *network = NULL;
  const gchk_yaml *at = p->items[p->count - 1].node;
  GCHK_TRY(gchk_network_new(&network, c->keys.name, dtype, c->reader->error));
  gchk_status status = keep_network(c->reader, network);
  if (status != GCHK_OK) {
    gchk_network_free(network);
    return status;
  }
  GCHK_TRY(add_values(p, network));
  for (size_t i = 0; i < p->count; i++)
    GCHK_TRY(add_node(p, network, &p->items[i], as_twin ? p->items[i].layer->twin : p->items[i].layer));
  if (gchk_network_finish(network, twin, layer, c->reader->error) != GCHK_OK)
    return gchk_suite_fail_within(c->reader, at);
  return GCHK_OK;
}

/* A listed value that nothing reads is a misspelt name, mostly. */
static gchk_status check_unused(const plan *p) {
  for (size_t i = 0; i < p->c->value_count; i++) {
    const gchk_suite_value *value = &p->c->values[i];
    if (value->is_used)
      continue;
    gchk_suite_names list = {.count = 0};
    for (size_t n = 0; n < p->count; n++)
      for (size_t k = 0; k < p->items[n].layer->tensor_count; k++) {
        bool is_one = p->items[n].layer->tensors[k].role == GCHK_PARAMETER;
        if (is_one && gchk_suite_case_value(p->c, p->items[n].value[k]) == NULL)
          gchk_suite_add_name(&list, p->items[n].value[k]);
      }
    return gchk_suite_unknown(p->c->reader, value->node, "no layer of the network reads the value", value->name, &list);
  }
  return GCHK_OK;
}

static gchk_status read_network(plan *p, const gchk_yaml *list) {
  gchk_suite_case *c = p->c;
  gchk_dtype dtype = GCHK_F64;
  GCHK_TRY(gchk_suite_make_plan(p, list, &dtype));
  bool has_twin = dtype == GCHK_F32;
  for (size_t i = 0; i < p->count; i++)
    has_twin = has_twin && p->items[i].layer->twin != NULL;
  const gchk_layer *twin = NULL;
  if (has_twin)
    GCHK_TRY(build(p, GCHK_F64, true, NULL, &twin));
  GCHK_TRY(build(p, dtype, false, twin, &c->layer));
  return check_unused(p);
}

gchk_status gchk_suite_check_network_keys(const gchk_suite_case *c) {
  const gchk_yaml *single = c->keys.options != NULL ? c->keys.options : c->keys.sizes;
  if (single != NULL)
    return gchk_suite_fail(c->reader, single,
                           "%s is for a case of one layer; in a network it "
                           "belongs to the item: affine: {units: 50}",
                           single == c->keys.options ? "options" : "sizes");
  return GCHK_OK;
}

gchk_status gchk_suite_network(gchk_suite_case *c, const gchk_yaml *list) {
  plan p = {.c = c};
  const gchk_status status = read_network(&p, list);
  gchk_suite_plan_deinit(&p);
  return status;
}
