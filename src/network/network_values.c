/* The named values of a network: found, appended, and asked for their shape and dtype. */
#include "network/network_values.h"

#include <string.h>

#include "core/memory.h"

size_t gchk_network_find_value(const gchk_network *network, const char *name) {
  size_t i;
  const bool is_there = gchk_name_table_find(&network->value_names, name, &i) && i < network->value_count &&
                        strcmp(network->values[i].name, name) == 0;
  return is_there ? i : GCHK_NONE;
}

gchk_value *gchk_network_append_value(gchk_network *network, const char *name) {
  if (network->value_count == network->value_capacity) {
    const size_t capacity = 2 * network->value_capacity + 16;
    gchk_value *values = gchk_grow(network->values, capacity, sizeof *values);
    if (values == NULL)
      return NULL;
    network->values = values;
    network->value_capacity = capacity;
  }
  const char *copy = gchk_arena_strdup(network->arena, name);
  if (copy == NULL || !gchk_name_table_put(&network->value_names, copy, network->value_count))
    return NULL;
  gchk_value *value = &network->values[network->value_count++];
  *value = (gchk_value){.name = copy};
  return value;
}

const gchk_shape *gchk_network_shape(const gchk_network *network, const char *value) {
  const size_t i = gchk_network_find_value(network, value);
  return i == GCHK_NONE ? NULL : &network->values[i].shape;
}

gchk_dtype gchk_network_dtype(const gchk_network *network, const char *value) {
  const size_t i = gchk_network_find_value(network, value);
  return i == GCHK_NONE ? GCHK_DTYPE_UNSET : network->values[i].dtype;
}
