/*
 * The row of the Jacobian that belongs to the variable: the same formula that gave the value of the first draw, output
 * by output, so that sum_j v_j row_j is that value.
 *
 *     J_k = (y(x+) - y(x-))/(h+ + h-) at the chosen step, one-sided where a side is not finite
 *     row = J_k, or (16 J_k - J_{k-1})/15 where the value is extrapolated
 *
 * The outputs at the last step that was taken are still there, and most often it is the one, with the quotients of the
 * step before it kept; otherwise it costs two more evaluations a step.
 */
#include "numeric/jacobian_row.h"

#include <math.h>

#include "numeric/stencil.h"

static void quotients(const gchk_ladder_state *state, const gchk_rung *rung, double *row) {
  bool has_plus = isfinite(rung->slope_plus), has_minus = isfinite(rung->slope_minus);
  const double *to = has_plus ? state->plus : state->y0, *from = has_minus ? state->minus : state->y0;
  double h = (has_plus ? rung->step_plus : 0) + (has_minus ? rung->step_minus : 0);
  for (size_t j = 0; j < state->line->output_count; j++)
    row[j] = (to[j] - from[j]) / h;
}

// Its index, or the count.
static size_t find_rung(const gchk_ladder_state *state, int exponent) {
  for (size_t k = 0; k < state->count; k++)
    if (state->exponent[k] == exponent)
      return k;
  return state->count;
}

void gchk_jacobian_row_keep(gchk_ladder_state *state) {
  if (state->line->jacobian_row == NULL || state->taken == 0)
    return;
  size_t k = find_rung(state, state->last_taken);
  if (k < state->count)
    quotients(state, &state->result[0].rungs[k], state->earlier);
  state->taken_before = state->last_taken;
}

/* The outputs at rung k, in plus and minus. */
static gchk_status bring(gchk_ladder_state *state, size_t k, gchk_error *error) {
  if (state->taken > 0 && state->last_taken == state->exponent[k])
    return GCHK_OK;
  gchk_rung unused[GCHK_MAX_DRAWS];
  gchk_output_sizes sizes[GCHK_MAX_DRAWS];
  bool is_flat;
  state->last_taken = state->exponent[k];
  state->taken++;
  return gchk_stencil(state, gchk_step_at(state->exponent[k]), unused, sizes, &is_flat, error);
}

gchk_status gchk_jacobian_row_fill(gchk_ladder_state *state, gchk_error *error) {
  const gchk_derivative *derivative = &state->result[0];
  double *row = state->line->jacobian_row;
  size_t m = state->line->output_count, k = derivative->chosen;
  if (row == NULL)
    return GCHK_OK;
  bool is_known = !derivative->is_flat && derivative->rung_count > 0 && derivative->smoothness != GCHK_UNDEFINED;
  for (size_t j = 0; j < m && !is_known; j++)
    row[j] = derivative->is_flat ? 0 : (double)NAN;
  if (!is_known)
    return GCHK_OK;
  if (derivative->is_extrapolated && (state->taken < 2 || state->taken_before != state->exponent[k - 1])) {
    GCHK_TRY(bring(state, k - 1, error));
    quotients(state, &derivative->rungs[k - 1], state->earlier);
  }
  GCHK_TRY(bring(state, k, error));
  quotients(state, &derivative->rungs[k], row);
  for (size_t j = 0; j < m && derivative->is_extrapolated; j++)
    row[j] += (row[j] - state->earlier[j]) / 15;
  return GCHK_OK;
}
