/* The cost of a case. */
#include "exposure/case_cost.h"

#include <float.h>
#include <math.h>

#include "instance/layer_sizes.h"
#include "instance/roles.h"
#include "instance/sizes.h"
#include "screen/budget.h"

static bool is_moved(const gchk_tensor_spec *row) {
  return gchk_role_is_moved(row->role) && row->grad != GCHK_GRAD_NONE;
}

static bool count_row(const gchk_sizes *sizes, const gchk_tensor_spec *row, size_t *count) {
  gchk_shape shape;
  return gchk_sizes_shape(sizes, row->shape, &shape, NULL) == GCHK_OK &&
         gchk_shape_count(&shape, count, NULL) == GCHK_OK;
}

gchk_case_cost gchk_cost_of_case(const gchk_case *c) {
  static const gchk_case_cost none = {DBL_MAX, DBL_MAX};
  static const gchk_options unbounded = GCHK_OPTIONS_INIT;
  const uint64_t budget = gchk_budget_of(c, &unbounded);
  gchk_sizes sizes;
  double moved = 0, all = 0;
  size_t count;
  if (gchk_layer_read_sizes(c->layer, c->sizes, &sizes, NULL) != GCHK_OK)
    return none;
  for (size_t i = 0; i < c->layer->tensor_count; i++) {
    if (!count_row(&sizes, &c->layer->tensors[i], &count))
      return none;
    all += (double)count;
    moved += is_moved(&c->layer->tensors[i]) ? (double)count : 0;
  }
  moved = budget > 0 ? fmin(moved, (double)budget) : moved;
  return (gchk_case_cost){moved, moved * all};
}

size_t gchk_largest_input(const gchk_layer *layer, const char *text) {
  gchk_sizes sizes;
  size_t count, largest = 0;
  if (gchk_layer_read_sizes(layer, text, &sizes, NULL) != GCHK_OK)
    return 0;
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (layer->tensors[i].role == GCHK_INPUT && is_moved(&layer->tensors[i]) &&
        count_row(&sizes, &layer->tensors[i], &count) && count > largest)
      largest = count;
  return largest;
}
