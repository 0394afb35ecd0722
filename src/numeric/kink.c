/*
 * Is the base point a kink: do the slopes to the right and to the left stay apart as the step falls?
 *
 * For a smooth function S = s+ - s- is h f'', so it falls by 4 from step to step. At a kink it stays, while s+ and s-
 * each are stable. A kink beside the point looks the same until the step is shorter than the way to it, and then S
 * falls to rounding. So what is asked is: does S stay, down to the smallest step at which it could still be told from
 * rounding (8 R)? There s+ and s- are the ends of the subdifferential, with errors 2 R and what they still change from
 * step to step.
 *
 * Does not look for kinks elsewhere, nor for corners that show in no first derivative.
 */
#include "numeric/kink.h"

#include <math.h>

#include "numeric/rung_formulas.h"

/*
 * The error of the one-sided slopes of rung k: rounding, and what is left of order h, measured against the rung
 * before.
 */
static double slope_error(const gchk_rung *rungs, size_t k) {
  double plus = fabs(rungs[k].slope_plus - rungs[k - 1].slope_plus) / 3;
  double minus = fabs(rungs[k].slope_minus - rungs[k - 1].slope_minus) / 3;
  return rungs[k].rounding + fmax(plus, minus);
}

bool gchk_kink_find(const gchk_ladder_state *state, size_t draw, gchk_derivative *derivative) {
  const gchk_rung *rungs = state->result[draw].rungs;
  // The smallest step at which the slopes are apart.
  size_t last = state->count;
  for (size_t k = 0; k < state->count; k++)
    if (state->exponent[k] <= state->steps.top && gchk_is_apart(&rungs[k]))
      last = k;
  if (last == state->count || last == 0)
    return false;

  size_t first = last;
  while (first > 0 && state->exponent[first - 1] == state->exponent[first] + 2 &&
         gchk_kink_persists(&rungs[first - 1], &rungs[first]))
    first--;
  if (first == last)
    return false;
  // Smaller steps that could have shown the same gap, and do not, say that the kink is beside the point.
  for (size_t k = last + 1; k < state->count; k++)
    if (!isfinite(gchk_even_part(&rungs[k])) || gchk_gap_must_show(gchk_even_part(&rungs[last]), &rungs[k]))
      return false;
  // No smaller steps, though they would have: not known. The state ends here only where the variable has no more steps.
  if (last + 1 == state->count && state->exponent[last] > state->steps.bottom)
    return false;

  size_t best = last;
  for (size_t k = first + 1; k <= last; k++)
    if (slope_error(rungs, k) < slope_error(rungs, best))
      best = k;
  const gchk_rung *rung = &rungs[best];
  derivative->smoothness = GCHK_KINKED;
  derivative->chosen = best;
  derivative->step = (rung->step_plus + rung->step_minus) / 2;
  derivative->value = rung->difference;
  derivative->rounding = slope_error(rungs, best);
  derivative->slope_low = fmin(rung->slope_plus, rung->slope_minus);
  derivative->slope_high = fmax(rung->slope_plus, rung->slope_minus);
  derivative->bound = (derivative->slope_high - derivative->slope_low) / 2 + derivative->rounding;
  return true;
}
