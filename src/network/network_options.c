/* The options of a network's layer: those of its nodes, one after the other. */
#include "network/network_options.h"

#include "core/memory.h"

gchk_status gchk_network_set_options(gchk_network *network, gchk_layer *layer, gchk_error *error) {
  gchk_option_spec *specs = gchk_arena_alloc(network->arena, network->option_count, sizeof *specs);
  double *values = gchk_arena_alloc(network->arena, network->option_count, sizeof *values);
  if (specs == NULL || values == NULL)
    return gchk_fail_memory(error, network->name);
  for (size_t n = 0; n < network->node_count; n++) {
    const gchk_node *node = &network->nodes[n];
    for (size_t i = 0; i < node->layer->option_count; i++) {
      gchk_option_spec *spec = &specs[node->first_option + i];
      *spec = node->layer->options[i];
      spec->name = gchk_arena_printf(network->arena, "%s.%s", node->name, spec->name);
      if (spec->name == NULL)
        return gchk_fail_memory(error, network->name);
      values[node->first_option + i] = node->options[i];
    }
  }
  layer->options = specs;
  layer->option_values = values;
  layer->option_count = network->option_count;
  return GCHK_OK;
}
