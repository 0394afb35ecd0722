/* Tensors by name, and the message for one that is not there or has no such thing. */
#include "suite/suite_tensor_names.h"
#include "instance/roles.h"

#include <stdio.h>

size_t gchk_suite_find_tensor(const gchk_suite_case *c, const gchk_name_table *rows, const char *name) {
  size_t row;
  return gchk_name_table_find(rows, name, &row) ? row : c->layer->tensor_count;
}

bool gchk_suite_has_value(const gchk_tensor_spec *row) {
  return row->role != GCHK_SCRATCH;
}

bool gchk_suite_has_gradient(const gchk_tensor_spec *row) {
  bool is_inner = row->role == GCHK_CACHE && row->grad != GCHK_GRAD_DETECT && row->grad != GCHK_GRAD_NONE;
  return gchk_role_is_moved(row->role) || (is_inner && row->grad != GCHK_GRAD_SCRATCH);
}

bool gchk_suite_is_output(const gchk_tensor_spec *row) {
  return row->role == GCHK_OUTPUT;
}

gchk_status gchk_suite_name_tensor(const gchk_suite_case *c, const gchk_name_table *rows, const gchk_yaml *key,
                                   const char *section, gchk_suite_accepts can_be, size_t *row) {
  const gchk_layer *layer = c->layer;
  gchk_suite_names names = {.count = 0};
  *row = gchk_suite_find_tensor(c, rows, key->text);
  if (*row < layer->tensor_count && can_be(&layer->tensors[*row]))
    return GCHK_OK;
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (can_be(&layer->tensors[i]))
      gchk_suite_add_name(&names, layer->tensors[i].name);
  char what[128];
  if (*row < layer->tensor_count)
    (void)snprintf(what, sizeof(what), "%.60s: the role of this tensor is %s, and %s is wanted:", section,
                   gchk_role_name(layer->tensors[*row].role),
                   can_be == gchk_suite_is_output      ? "an output"
                   : can_be == gchk_suite_has_gradient ? "one with a gradient"
                                                       : "one with a value");
  else
    (void)snprintf(what, sizeof(what), "%.60s names an unknown tensor", section);
  return gchk_suite_unknown(c->reader, key, what, key->text, &names);
}
