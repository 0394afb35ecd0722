#include "probe/batch_size.h"

#include <string.h>

#include "instance/sizes.h"

typedef enum place { NOWHERE, LEADS, ELSEWHERE } place;

// Where a size stands in a shape: LEADS only when it is the whole first dimension and nothing else mentions it.
static place place_of(const char *name, const char *shape) {
  gchk_size_mentions mentions = {.name = name};
  if (gchk_sizes_scan(shape, gchk_count_size_mention, &mentions, NULL) != GCHK_OK)
    return ELSEWHERE;
  if (mentions.count == 0)
    return NOWHERE;
  size_t length = strlen(name);
  bool is_first = strncmp(shape, name, length) == 0 && (shape[length] == '\0' || shape[length] == ' ');
  return is_first && mentions.count == 1 ? LEADS : ELSEWHERE;
}

static bool is_batch_name(const gchk_layer *layer, const char *name, bool *is_loss) {
  const gchk_tensor_spec *first_input = NULL;
  size_t outputs = 0, batched = 0;
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &layer->tensors[i];
    place p = place_of(name, row->shape);
    if (first_input == NULL && row->role == GCHK_INPUT)
      first_input = row;
    if (p == ELSEWHERE && row->role != GCHK_CACHE && row->role != GCHK_SCRATCH)
      return false;
    if (p == LEADS && row->role == GCHK_PARAMETER)
      return false;
    if (row->role == GCHK_OUTPUT) {
      outputs++;
      batched += p == LEADS;
    }
  }
  if (first_input == NULL || place_of(name, first_input->shape) != LEADS)
    return false;
  *is_loss = batched == 0;
  return batched == outputs || batched == 0;
}

bool gchk_size_leads(const char *name, const char *shape) {
  return place_of(name, shape) == LEADS;
}

// A size called after the batch ("BT") would have to change with it.
static bool has_size_after(const gchk_sizes *sizes, const char *name) {
  for (size_t i = 0; i < sizes->count; i++) {
    const char *other = sizes->binding[i].name;
    if (strcmp(other, name) != 0 && strstr(other, name) != NULL)
      return true;
  }
  return false;
}

bool gchk_find_batch_size(const gchk_instance *instance, const char **name, size_t *size, bool *is_loss) {
  static const char *const names[] = {"B", "N"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const gchk_size_binding *binding = gchk_sizes_find(&instance->sizes, names[i]);
    if (binding == NULL || binding->is_list || !is_batch_name(instance->layer, names[i], is_loss))
      continue;
    *name = names[i];
    *size = binding->value;
    return !has_size_after(&instance->sizes, names[i]);
  }
  return false;
}
