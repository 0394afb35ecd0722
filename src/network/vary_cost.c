/*
 * Operations of vary: of the rows that change each step's share of its forward. While a single element of a row is
 * changed, and in the layer that spreads it over a row by its change, a step does what belongs to one of its units.
 */
#include "network/vary_cost.h"

#include "cost/operations.h"

static bool sees_one_unit(const gchk_vary_plan *plan, size_t step) {
  const gchk_lanes *lanes = plan->steps[step].node->layer->lanes;
  return step < plan->single_count || (step == plan->single_count && lanes != NULL && lanes->change != NULL);
}

gchk_status gchk_count_vary(const gchk_vary_plan *plan, double *operations, gchk_error *error) {
  const double rows = (double)plan->rows, changed = plan->head.factor == NULL ? 1 : rows;
  *operations = 0;
  for (size_t k = 0; k < plan->step_count; k++) {
    const gchk_node *node = plan->steps[k].node;
    double whole;
    GCHK_TRY(gchk_count_forward(node->layer, &node->sizes, &whole, error));
    *operations += changed / rows * whole / (sees_one_unit(plan, k) ? (double)plan->units : 1);
  }
  return GCHK_OK;
}
