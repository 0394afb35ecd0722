/*
 * Operations of vary: of the rows that change each step's share of its forward. While a single element of a row is
 * changed, and in the layer that spreads it over a row by its change, a step does what belongs to one of its units.
 */
#include "network/vary_cost.h"

#include "cost/operations.h"

/* With lanes that say what they cost, `change` costs as much as `forward`. */
static bool sees_one_unit(const gchk_vary_plan *plan, size_t step, bool has_own) {
  return step < plan->single_count || (plan->steps[step].is_change && !has_own);
}

/* Of an element of a row, where the layer's lanes have another number than its forward. */
static double own_operations(const gchk_vary_step *step) {
  return step->node->layer->lanes != NULL ? step->node->layer->lanes->operations : 0;
}

gchk_status gchk_count_vary(const gchk_vary_plan *plan, double *operations, gchk_error *error) {
  const double rows = (double)plan->rows, changed = plan->head.factor == NULL && !plan->is_coupled ? 1 : rows;
  *operations = 0;
  for (size_t k = 0; k < plan->step_count; k++) {
    const gchk_vary_step *step = &plan->steps[k];
    const double own = own_operations(step), units = (double)plan->units;
    double whole;
    if (step->is_copy)
      continue;
    GCHK_TRY(gchk_count_forward(step->node->layer, &step->node->sizes, &whole, error));
    if (own > 0)
      whole = own * (double)step->call->t[gchk_vary_output(step)].count;
    *operations += changed / rows * whole / (sees_one_unit(plan, k, own > 0) ? units : 1);
  }
  return GCHK_OK;
}
