/* Networks: making one, the values from outside, and the layer that comes of it. */
#include "gradcheck/network.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/roles.h"
#include "network/network_cost.h"
#include "network/network_options.h"
#include "network/network_routes.h"
#include "network/network_run.h"
#include "network/network_table.h"
#include "network/network_values.h"

gchk_status gchk_network_new(gchk_network **result, const char *name, gchk_dtype dtype, gchk_error *error) {
  *result = NULL;
  if (dtype != GCHK_F64 && dtype != GCHK_F32)
    return gchk_fail(error, GCHK_INVALID, "network %s: its dtype must be f64 or f32", name);
  gchk_network *network = gchk_calloc(1, sizeof *network);
  if (network == NULL)
    return gchk_fail_memory(error, "a network");
  network->arena = gchk_arena_new();
  network->name = network->arena == NULL ? NULL : gchk_arena_strdup(network->arena, name);
  if (network->name == NULL) {
    gchk_network_free(network);
    return gchk_fail_memory(error, "a network");
  }
  network->dtype = dtype;
  network->loss_node = GCHK_NONE;
  *result = network;
  return GCHK_OK;
}

void gchk_network_free(gchk_network *network) {
  if (network == NULL)
    return;
  gchk_arena_free(network->arena);
  gchk_name_table_deinit(&network->value_names);
  gchk_name_table_deinit(&network->node_names);
  free(network->values);
  free(network->nodes);
  free(network);
}

// What is pointed to is copied: the caller's fill may go.
static gchk_status copy_fill(gchk_network *network, const gchk_fill *from, gchk_fill *to, gchk_error *error) {
  *to = *from;
  if (from->below != NULL && (to->below = gchk_arena_strdup(network->arena, from->below)) == NULL)
    return gchk_fail_memory(error, network->name);
  if (from->value_count == 0)
    return GCHK_OK;
  to->values = gchk_arena_copy(network->arena, from->values, from->value_count, sizeof from->values[0]);
  return to->values == NULL ? gchk_fail_memory(error, network->name) : GCHK_OK;
}

gchk_status gchk_network_add_value(gchk_network *network, const char *name, gchk_role role, gchk_dtype dtype,
                                   const gchk_shape *shape, const gchk_fill *fill, double keep_away,
                                   gchk_error *error) {
  if (network->is_finished)
    return gchk_fail(error, GCHK_INVALID, "value %s: network %s is finished already", name, network->name);
  if (name[0] == '\0')
    return gchk_fail(error, GCHK_INVALID, "network %s: a value needs a name", network->name);
  if (!gchk_role_is_given(role))
    return gchk_fail(error, GCHK_INVALID,
                     "value %s: from outside come inputs, parameters, constants and indices, not a value of role %s",
                     name, gchk_role_name(role));
  if (dtype == GCHK_DTYPE_UNSET)
    dtype = role == GCHK_INDEX ? GCHK_I32 : network->dtype;
  if ((role == GCHK_INDEX) != (dtype == GCHK_I32))
    return gchk_fail(error, GCHK_INVALID, "value %s: %s cannot be %s; i32 is for an index, f64 and f32 for all others",
                     name, gchk_role_name(role), gchk_dtype_name(dtype));
  if (gchk_network_find_value(network, name) != GCHK_NONE)
    return gchk_fail(error, GCHK_INVALID, "value %s is there already; give this one another name", name);
  size_t count;
  GCHK_TRY(gchk_shape_count(shape, &count, error));
  if (count == 0)
    return gchk_fail(error, GCHK_INVALID, "value %s has no element: a dimension of its shape is 0", name);
  gchk_value *value = gchk_network_append_value(network, name);
  if (value == NULL)
    return gchk_fail_memory(error, network->name);
  value->role = role;
  value->dtype = dtype;
  value->shape = *shape;
  value->keep_away = keep_away;
  const gchk_status status = fill == NULL ? GCHK_OK : copy_fill(network, fill, &value->fill, error);
  if (status != GCHK_OK)
    network->value_count--;
  return status;
}

// A twin has the same tensors; the rows are compared by name.
static gchk_status check_twin(const gchk_network *network, const gchk_layer *twin, gchk_error *error) {
  bool is_same = twin->dtype == GCHK_F64 && twin->tensor_count == network->row_count;
  for (size_t i = 0; is_same && i < network->row_count; i++)
    is_same = strcmp(twin->tensors[i].name, network->rows[i].name) == 0 &&
              strcmp(twin->tensors[i].shape, network->rows[i].shape) == 0;
  return is_same
             ? GCHK_OK
             : gchk_fail(error, GCHK_INVALID, "network %s: its twin must be the same network in f64", network->name);
}

static unsigned flags_of(const gchk_network *network) {
  unsigned flags = 0;
  for (size_t i = 0; i < network->node_count; i++)
    flags |= network->nodes[i].layer->flags;
  return flags;
}

static bool leave_nothing(const gchk_network *network) {
  for (size_t i = 0; i < network->node_count; i++)
    if (!network->nodes[i].layer->leaves_nothing)
      return false;
  return true;
}

static bool has_stand_in(const gchk_network *network) {
  for (size_t i = 0; i < network->node_count; i++)
    if (gchk_is_stand_in(network->nodes[i].layer))
      return true;
  return false;
}

// The network keeps what its nodes' layers say of themselves, and calls them by the nodes alone.
static gchk_status load_nodes(gchk_loader *loader, const gchk_layer **layer, gchk_error *error) {
  gchk_network *network = (gchk_network *)(void *)loader;
  for (size_t i = 0; i < network->node_count; i++)
    GCHK_TRY(gchk_layer_load(&network->nodes[i].layer, error));
  if (network->layer.twin != NULL)
    GCHK_TRY(gchk_layer_load(&network->layer.twin, error));
  gchk_network_set_callbacks(network, &network->layer);
  return gchk_replace_stand_in(layer, &network->layer, network->arena, error);
}

gchk_status gchk_network_finish(gchk_network *network, const gchk_layer *twin, const gchk_layer **layer,
                                gchk_error *error) {
  *layer = NULL;
  if (network->is_finished)
    return gchk_fail(error, GCHK_INVALID, "network %s is finished already", network->name);
  if (network->node_count == 0)
    return gchk_fail(error, GCHK_INVALID, "network %s has no layers", network->name);
  network->is_finished = true; // also where it fails: the roles of the values are settled from here on
  GCHK_TRY(gchk_network_lay_out(network, error));
  GCHK_TRY(gchk_network_make_graph(network, error));
  network->graph.backward = gchk_network_node_backward;
  if (twin != NULL)
    GCHK_TRY(check_twin(network, twin, error));
  network->layer = (gchk_layer){
      .name = network->name,
      .dtype = network->dtype,
      .tensors = network->rows,
      .tensor_count = network->row_count,
      .sizes = "", // every shape is numbers
      .flags = flags_of(network),
      .twin = twin,
      .graph = &network->graph,
      .user = network,
      .leaves_nothing = leave_nothing(network),
  };
  GCHK_TRY(gchk_network_set_options(network, &network->layer, error));
  GCHK_TRY(gchk_network_declare_operations(network, &network->layer, error));
  gchk_network_set_callbacks(network, &network->layer);
  network->loader.load = load_nodes;
  if (has_stand_in(network))
    network->layer.forward = gchk_stand_ins.forward;
  *layer = &network->layer;
  return GCHK_OK;
}
