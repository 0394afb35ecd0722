/* Operations of calls, from declarations and shapes. */
#include "cost/operations.h"

#include <math.h>

#include "instance/roles.h"
#include "instance/sizes.h"

/* Operations that take about as long as what is done with one element: a loop of plain C, and a copy and a read. */
static const double of_touched = 64, of_put_back = 4;

static bool is_any(gchk_role role) {
  return role != GCHK_ROLE_UNSET;
}

/* Elements of the tensors of such roles. */
static double count_elements(const gchk_layer *layer, const gchk_sizes *sizes, bool (*is_counted)(gchk_role role)) {
  double elements = 0;
  for (size_t i = 0; i < layer->tensor_count; i++) {
    gchk_shape shape;
    size_t count;
    if (is_counted(layer->tensors[i].role) &&
        gchk_sizes_shape(sizes, layer->tensors[i].shape, &shape, NULL) == GCHK_OK &&
        gchk_shape_count(&shape, &count, NULL) == GCHK_OK)
      elements += (double)count;
  }
  return elements;
}

static gchk_status count_declared(const gchk_layer *layer, const char *declared, const gchk_sizes *sizes,
                                  double *operations, gchk_error *error) {
  size_t count;
  const gchk_status status = gchk_sizes_evaluate(sizes, declared, &count, error);
  if (status != GCHK_OK)
    return gchk_fail_within(error, "%s: its operations", layer->name);
  *operations = (double)count;
  return GCHK_OK;
}

gchk_status gchk_count_forward(const gchk_layer *layer, const gchk_sizes *sizes, double *operations,
                               gchk_error *error) {
  if (layer->operations != NULL)
    return count_declared(layer, layer->operations, sizes, operations, error);
  *operations = of_touched * count_elements(layer, sizes, is_any);
  return GCHK_OK;
}

gchk_status gchk_count_update(const gchk_layer *layer, size_t tensor, const gchk_sizes *sizes, double *operations,
                              gchk_error *error) {
  *operations = 0;
  if (layer->tensors[tensor].update_operations == NULL)
    return GCHK_OK;
  return count_declared(layer, layer->tensors[tensor].update_operations, sizes, operations, error);
}

double gchk_count_putting_back(const gchk_layer *layer, const gchk_sizes *sizes) {
  return of_put_back * count_elements(layer, sizes, gchk_role_is_made);
}
