/*
 * What follows from a change of a row of the table: the nodes to evaluate again, in order.
 *
 * A node of which only one tensor changes, in one element, can use its own update: that is so for the readers of the
 * row itself, unless they read it twice or read something else that has changed. All others run their forward. The
 * routes of all rows would take the square of a deep network's nodes, so each instance keeps that of one.
 */
#include "network/network_routes.h"

#include <string.h>

#include "core/memory.h"
#include "instance/roles.h"

/* The tensors of `node` that are dirty: how many, and the last of them. */
static size_t dirty_slots(const gchk_node *node, const bool *dirty, size_t *slot) {
  size_t count = 0;
  for (size_t i = 0; i < node->layer->tensor_count; i++) {
    const gchk_role role = node->layer->tensors[i].role;
    if (role != GCHK_OUTPUT && role != GCHK_SCRATCH && dirty[node->slots[i].row]) {
      count++;
      *slot = i;
    }
  }
  return count;
}

/* Can a caller change this row between two forwards: what is read, and an inner value with a gradient of its own? */
static bool can_change(const gchk_tensor_spec *row) {
  return gchk_role_is_given(row->role) || (row->role == GCHK_CACHE && row->grad == GCHK_GRAD_OVERWRITE);
}

size_t gchk_network_route(const gchk_network *network, size_t row, bool *dirty, gchk_route_step *steps) {
  if (!can_change(&network->rows[row]))
    return 0;
  memset(dirty, 0, network->row_count * sizeof *dirty);
  dirty[row] = true;
  size_t count = 0;
  for (size_t n = 0; n < network->node_count; n++) {
    const gchk_node *node = &network->nodes[n];
    size_t slot = GCHK_NONE;
    const size_t slots = dirty_slots(node, dirty, &slot);
    if (slots == 0)
      continue;
    const bool is_element = slots == 1 && node->slots[slot].row == row;
    steps[count++] = (gchk_route_step){n, is_element ? slot : GCHK_NONE};
    for (size_t i = 0; i < node->layer->tensor_count; i++)
      if (node->layer->tensors[i].role == GCHK_OUTPUT)
        dirty[node->slots[i].row] = true;
  }
  return count;
}

/* The rows that a node reads (or writes, where `is_output`), for the graph of a report. */
static gchk_status list_rows(gchk_network *network, const gchk_node *node, bool is_output, const size_t **rows,
                             size_t *count, gchk_error *error) {
  size_t *list = gchk_arena_alloc(network->arena, node->layer->tensor_count, sizeof *list);
  if (list == NULL)
    return gchk_fail_memory(error, network->name);
  *count = 0;
  for (size_t i = 0; i < node->layer->tensor_count; i++) {
    const gchk_role role = node->layer->tensors[i].role;
    if (is_output ? role == GCHK_OUTPUT : gchk_role_is_given(role))
      list[(*count)++] = node->slots[i].row;
  }
  *rows = list;
  return GCHK_OK;
}

gchk_status gchk_network_make_graph(gchk_network *network, gchk_error *error) {
  gchk_graph_node *nodes = gchk_arena_alloc(network->arena, network->node_count, sizeof *nodes);
  if (nodes == NULL)
    return gchk_fail_memory(error, network->name);
  for (size_t n = 0; n < network->node_count; n++) {
    const gchk_node *node = &network->nodes[n];
    nodes[n].name = node->name;
    nodes[n].layer = node->layer->name;
    GCHK_TRY(list_rows(network, node, false, &nodes[n].inputs, &nodes[n].input_count, error));
    GCHK_TRY(list_rows(network, node, true, &nodes[n].outputs, &nodes[n].output_count, error));
  }
  network->graph = (gchk_graph){.nodes = nodes, .node_count = network->node_count};
  return GCHK_OK;
}
