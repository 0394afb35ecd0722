/*
 * Jumps that rungs see. The derivative of x/max(|x|, eps) at x = 0, or of a row of equal numbers over the root of their
 * variance, is that within eps; at steps that are longer D is 1/h, and so are its changes: h_k (D_k - D_{k-1}) is the
 * same at each of them, also where the function has a slope beside.
 */
#include "numeric/jump.h"

#include <math.h>

#include "numeric/rung_formulas.h"

static const double one_jump = 1.25; /* what it comes to at one step over what it comes to at another */
static const double alike = 8;       /* in a row that goes on: floats within the jump are few */
enum { IN_A_ROW = 4 };

/* What some rungs say of the height of a jump. */
typedef struct heights {
  double low, high;
  size_t count;
} heights;

static heights with(heights seen, double height) {
  return (heights){fmin(seen.low, height), fmax(seen.high, height), seen.count + 1};
}

static double highest(const heights *seen) {
  return fmax(fabs(seen->low), fabs(seen->high));
}

static bool are_one(const heights *seen) {
  return seen->low * seen->high > 0 && highest(seen) <= one_jump * fmin(fabs(seen->low), fabs(seen->high));
}

static double step_of(const gchk_rung *rung) {
  return (rung->step_plus + rung->step_minus) / 2;
}

/* What a jump beside a slope comes to, which both differences have; and one where nothing else moves. */
static double by_change(const gchk_rung *rungs, size_t k) {
  return step_of(&rungs[k]) * (rungs[k].difference - rungs[k - 1].difference);
}

static double by_difference(const gchk_rung *rungs, size_t k) {
  return step_of(&rungs[k]) * rungs[k].difference;
}

/* The rungs up to `last` that see one jump; *first is the largest step among them. 0: they see none. */
static double height_up_to(const gchk_ladder_state *state, const gchk_rung *rungs, size_t last, size_t *first) {
  heights changes = {HUGE_VAL, -HUGE_VAL, 0}, differences = with(changes, by_difference(rungs, last));
  for (*first = last; *first > 0; --*first) {
    const bool is_neighbour = state->exponent[*first - 1] == state->exponent[*first] + GCHK_RUNG;
    const heights all = with(changes, by_change(rungs, *first));
    if (!is_neighbour || !state->pairs[*first].is_resolved || !are_one(&all))
      break;
    changes = all;
    differences = with(differences, by_difference(rungs, *first - 1));
  }
  const bool nothing_else = changes.count + 1 == IN_A_ROW && are_one(&differences);
  return changes.count >= IN_A_ROW || nothing_else ? highest(&changes) : 0;
}

gchk_jump gchk_find_jump(const gchk_ladder_state *state, const gchk_rung *rungs) {
  for (size_t last = state->count; last-- > IN_A_ROW - 1;) {
    size_t first;
    const double height = height_up_to(state, rungs, last, &first);
    if (!(height > 0))
      continue;
    size_t next = last + 1;
    while (next < state->count && state->pairs[next].is_resolved && fabs(by_change(rungs, next)) >= height / alike)
      next++;
    // What that one is off by is read from its change, and this is from the jump.
    return (gchk_jump){next + 1, state->exponent[first] >= state->steps.usual ? height : HUGE_VAL};
  }
  return (gchk_jump){0, HUGE_VAL};
}
