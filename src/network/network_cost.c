/* Operations of a network, as texts, which is how every layer declares them. */
#include "network/network_cost.h"

#include <math.h>

#include "core/memory.h"
#include "cost/operations.h"
#include "instance/roles.h"

static const double largest = 0x1p62; /* that a size expression can be */

static const char *number_text(gchk_network *network, double operations) {
  return gchk_arena_printf(network->arena, "%.0f", fmin(operations, largest));
}

/* Of the nodes from each on: operations[n] of n and those after it, node_count entries and a 0. */
static gchk_status count_tails(const gchk_network *network, double *operations, gchk_error *error) {
  operations[network->node_count] = 0;
  for (size_t n = network->node_count; n-- > 0;) {
    const gchk_node *node = &network->nodes[n];
    double own;
    if (gchk_count_forward(node->layer, &node->sizes, &own, error) != GCHK_OK)
      return gchk_fail_within(error, "%s", node->name);
    operations[n] = own + operations[n + 1];
  }
  return GCHK_OK;
}

/* Of the first node that reads a row; what follows it is in its tail. */
static gchk_status declare_reads(gchk_network *network, size_t n, const double *tails, gchk_error *error) {
  const gchk_node *node = &network->nodes[n];
  for (size_t i = 0; i < node->layer->tensor_count; i++) {
    gchk_tensor_spec *row = &network->rows[node->slots[i].row];
    if (!gchk_role_is_given(node->layer->tensors[i].role) || row->update_operations != NULL)
      continue;
    double head = tails[n] - tails[n + 1];
    if (node->layer->update != NULL && node->layer->tensors[i].update_operations != NULL &&
        gchk_count_update(node->layer, i, &node->sizes, &head, error) != GCHK_OK)
      return gchk_fail_within(error, "%s", node->name);
    row->update_operations = number_text(network, head + tails[n + 1]);
    if (row->update_operations == NULL)
      return gchk_fail_memory(error, network->name);
  }
  return GCHK_OK;
}

gchk_status gchk_network_declare_operations(gchk_network *network, gchk_layer *layer, gchk_error *error) {
  double *tails = gchk_arena_alloc(network->arena, network->node_count + 1, sizeof *tails);
  if (tails == NULL)
    return gchk_fail_memory(error, network->name);
  GCHK_TRY(count_tails(network, tails, error));
  for (size_t n = 0; n < network->node_count; n++)
    GCHK_TRY(declare_reads(network, n, tails, error));
  layer->operations = number_text(network, tails[0]);
  return layer->operations != NULL ? GCHK_OK : gchk_fail_memory(error, network->name);
}
