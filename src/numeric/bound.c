/*
 * From the differences D_k at steps h_k, ratio 4, to one value and its error bound.
 *
 *     T_k = max(|D_{k-1} - D_k|/2, |D_{k-2} - D_{k-1}|/240)           truncation, of order h^2
 *     T_k = max(T_k, |D_{k-1} - D_k|/(r - 1))                         where the order that shows is lower:
 *           r = |D_{k-2} - D_{k-1}|/|D_{k-1} - D_k| within [2, 16], if |D_{k-1} - D_k| > R_{k-1} + R_k
 *     A_k = |S_k - S_{k-1}/4| where it exceeds 4 R and is not seen to fall 64 times a step;   S = s+ - s-
 *     E_k = 2 T_k + max(R_k, A_k), none where changes grow as h falls at steps above the usual ones
 *     E   = min_k E_k, where E_k is at least |D_k - D_j| - E_j for every smaller step j
 *
 * Where h^2 rules, |D_{k-1} - D_k|/15 is what is left in D_k. T takes more than 7 times that, for the change may be
 * small by chance: noise that R does not know of, or two truncations that cancel. The second term is what h^2 leaves of
 * the change before it, 1/15 of 1/16, for the same reason.
 *
 * A is what the even part of the function adds. For a smooth function S falls with h, so A falls by 64 from step to
 * step, and is nothing; what stays of it is noise that R does not know of, or a kink nearer than h, whose two slopes D
 * averages to something that looks converged. The last line keeps a large step from outvoting structure that only small
 * steps resolve.
 *
 * Noise that R does not know of (an output that cancels, steps of a staircase) shows as h_k |D_{k-1} - D_k| and h_k A_k
 * that stay the same while h falls 16 times; for a kink they fall with h, for truncation faster. Where that is seen
 * down to steps below sqrt(u) s, or ends below s/1000 at once with perfect agreement (between two steps of the
 * staircase), R is raised to it at every step: such structure is taken for the forward's arithmetic, unless the trend
 * over more rungs is that of kinks. Nor is it noise where h_k (D_k - D_{k-1}) is one number, with its sign, from the
 * usual step down: that is a jump at x, as of x/max(|x|, eps) where x is far below eps, and the slope within eps is
 * what small steps alone see. Larger ones would learn that it is 0. A step that sees such a jump (jump.h), or lies
 * above those that do, has no bound: D is the height of the jump over h, and T no more than its parts.
 *
 * Where both changes are more than rounding and fall by 8 to 32, X_k = (16 D_k - D_{k-1})/15 is offered too, with
 *
 *     E_k = 2 max(|X_{k-1} - X_k|/4, T_k/16) + max((16 R_k + R_{k-1})/15, A_k)
 *
 * X is of order h^4, so that |X_{k-1} - X_k|/255 would be its truncation; but that change holds the noise of D_k,
 * which R may know too little of, and two changes may agree by chance.
 *
 * Steps beyond s have a vote only where nearer ones, by themselves, have a value and agree with it.
 *
 * Where a side is not finite, the other gives L_k = (4 s_k - s_{k-1})/3 of order h^2, which goes the same way.
 */
#include "numeric/bound.h"

#include <math.h>

#include "numeric/jump.h"
#include "numeric/rung_formulas.h"
#include "numeric/stencil.h"

static const double plausible_noise = 1e-3; /* of the outputs: what is learnt as noise */
static const double plausible_steps = 0.1;  /* of the outputs: steps of a staircase whose treads are seen */
static const double confirming = 1;         /* bound of the near steps, as a part of the value that far ones give */

static const double trend_of_kinks = 0.5; /* between that of noise, 0, and that of kinks, 1 */
static const double alike = 8;            /* noise at one step over noise at another, or more */

enum { TREND_RUNGS = 8 };

/* One sequence of values that converge with h: the central differences, or the one-sided ones of a side. */
typedef struct sequence {
  const gchk_ladder_state *state;
  const gchk_rung *rungs;
  int side; /* 0 central, +1, -1 */
} sequence;

static bool is_neighbour(const gchk_ladder_state *state, size_t k) {
  return k > 0 && state->exponent[k - 1] == state->exponent[k] + 2;
}

static double one_sided_slope(const gchk_rung *rung, int side) {
  return side > 0 ? rung->slope_plus : rung->slope_minus;
}

/* NaN where the sequence has no value. */
static double value_at(const sequence *s, size_t k) {
  if (s->side == 0)
    return s->rungs[k].difference;
  if (!is_neighbour(s->state, k))
    return (double)NAN;
  return (4 * one_sided_slope(&s->rungs[k], s->side) - one_sided_slope(&s->rungs[k - 1], s->side)) / 3;
}

static double rounding_at(const sequence *s, size_t k) {
  // Both samples of a one-sided slope have an error of eps = R h: (4 * 2 R + 2 R/4)/3.
  return s->side == 0 ? s->rungs[k].rounding : s->rungs[k].rounding * (8.5 / 3);
}

/* A_k; 0 where there are no two neighbours. */
static double asymmetry_at(const gchk_ladder_state *state, size_t k) {
  return state->pairs[k].asymmetry;
}

/* What the rules below ask for again and again. */
static void compare_neighbours(gchk_ladder_state *state, const gchk_rung *rungs) {
  for (size_t k = 0; k < state->count; k++) {
    gchk_rung_pair *pair = &state->pairs[k];
    *pair = (gchk_rung_pair){.change = (double)NAN};
    if (!is_neighbour(state, k))
      continue;
    pair->change = fabs(rungs[k - 1].difference - rungs[k].difference);
    pair->asymmetry = gchk_asymmetry(&rungs[k - 1], &rungs[k]);
    pair->is_resolved = pair->change > rungs[k - 1].rounding + rungs[k].rounding;
  }
}

/* |D_{k-1} - D_k|, NaN where there are no two neighbours. */
static double change_at(const sequence *s, size_t k) {
  if (s->side == 0)
    return s->state->pairs[k].change;
  return is_neighbour(s->state, k) ? fabs(value_at(s, k - 1) - value_at(s, k)) : (double)NAN;
}

static bool is_resolved(const sequence *s, size_t k) {
  if (s->side == 0)
    return s->state->pairs[k].is_resolved;
  return is_neighbour(s->state, k) && change_at(s, k) > rounding_at(s, k - 1) + rounding_at(s, k);
}

static double truncation_at(const sequence *s, size_t k) {
  double change = change_at(s, k);
  double before = k > 0 ? change_at(s, k - 1) : (double)NAN;
  if (!isfinite(change) || !isfinite(before))
    return HUGE_VAL;
  double truncation = gchk_truncation_of(before, change, is_resolved(s, k));
  // What changes more at the next smaller step than rounding allows has not converged here.
  if (k + 1 < s->state->count && change_at(s, k + 1) > change && is_resolved(s, k + 1))
    truncation = fmax(truncation, change_at(s, k + 1) / 4);
  return truncation;
}

/*
 * Does the asymmetry of the rung before fall as that of a smooth function does, 64 times a step, down to this one? Then
 * what is left of it here is the function's. A kink between the two steps makes a large one at k-1 too, but D does not
 * converge with it, nor does it come out of a larger one at k-2.
 */
static bool is_even_part_smooth(const sequence *s, size_t k) {
  double here = asymmetry_at(s->state, k);
  double before = k > 0 ? asymmetry_at(s->state, k - 1) : 0;
  double two_before = k > 1 ? asymmetry_at(s->state, k - 2) : 0;
  bool fell = k < 3 || before <= two_before / 32;
  bool converges = !is_resolved(s, k) || change_at(s, k) <= change_at(s, k - 1) / 8;
  return gchk_even_part_falls(before, here) && fell && converges;
}

/* What the even part adds to the rounding of rung k. */
static double even_bound_at(const sequence *s, size_t k, double rounding) {
  return is_even_part_smooth(s, k) ? rounding : fmax(rounding, asymmetry_at(s->state, k));
}

/*
 * Do the changes grow as the step falls, and is it not rounding that does it? Then the larger steps see another
 * function than the smaller ones, and neither has converged.
 */
static bool grows_at(const sequence *s, size_t k) {
  if (k < 1 || s->state->exponent[k] <= s->state->steps.usual + 2 || !is_resolved(s, k))
    return false;
  return change_at(s, k) > change_at(s, k - 1);
}

static double bound_at(const sequence *s, size_t k, double truncation) {
  double rounding = rounding_at(s, k);
  if (s->side != 0) {
    // Towards an edge there may be no limit: the slope of a root.
    bool diverges = k + 1 < s->state->count && 2 * change_at(s, k + 1) > change_at(s, k) && is_resolved(s, k + 1);
    return diverges ? HUGE_VAL : 2 * truncation + rounding;
  }
  if (grows_at(s, k))
    return HUGE_VAL;
  return 2 * truncation + even_bound_at(s, k, rounding);
}

/* eps that the rungs k-1 and k suggest where R does not explain them, else 0. */
static double unexplained_at(const sequence *s, size_t k) {
  if (!is_neighbour(s->state, k))
    return 0;
  double h = (s->rungs[k].step_plus + s->rungs[k].step_minus) / 2;
  double change = is_resolved(s, k) ? change_at(s, k) : 0;
  return h * fmax(change, asymmetry_at(s->state, k));
}

/*
 * Do the four rungs from k on, two by two, suggest the same eps? Two by two: neighbours on a regular staircase may
 * agree.
 */
static bool is_constant(const sequence *s, size_t k, double *eps) {
  double low = HUGE_VAL, high = 0;
  for (size_t i = k; i < k + 3; i++) {
    double here = fmax(unexplained_at(s, i), unexplained_at(s, i + 1));
    low = fmin(low, here);
    high = fmax(high, here);
  }
  *eps = high;
  return low > 0 && high <= alike * low;
}

/*
 * The last rung before what the rungs leave unexplained falls at once by a factor that no analytic function has; or 0.
 */
static size_t edge_of_agreement(const sequence *s) {
  for (size_t k = s->state->count - 2; k >= 1 && s->state->count >= 3; k--) {
    double here = unexplained_at(s, k), next = unexplained_at(s, k + 1);
    double explained = s->rungs[k + 1].rounding * s->rungs[k + 1].step_plus;
    if (here > 0 && is_neighbour(s->state, k + 1))
      return here > GCHK_ABRUPT * fmax(next, explained) ? k : 0;
  }
  return 0;
}

/*
 * log2 of what is left unexplained over log2 of h, by least squares over the rungs up to `last`: about 0 for noise and
 * jumps, whose size is that of the outputs whatever h is, and about 1 for kinks, which add to a slope. What is more
 * than `most` is not asked.
 */
static double trend(const sequence *s, size_t last, double most) {
  double n = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  for (size_t k = last > TREND_RUNGS ? last - TREND_RUNGS + 1 : 1; k <= last; k++) {
    double here = unexplained_at(s, k);
    if (!(here > 0) || here > most)
      continue;
    double x = s->state->exponent[k], y = log2(here);
    n++;
    sum_x += x;
    sum_y += y;
    sum_xx += x * x;
    sum_xy += x * y;
  }
  return n < 2 ? 0 : (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
}

/*
 * Raises R of every rung to noise that the rungs themselves show. *is_abrupt: there may be some, and larger steps would
 * tell it from a kink.
 */
static void learn_noise(gchk_ladder_state *state, size_t draw, double largest, double jump, bool *is_abrupt) {
  gchk_rung *rungs = state->result[draw].rungs;
  sequence s = {state, rungs, 0};
  double fine = ldexp(sqrt(state->line->variable_unit), state->steps.top + 3);
  const double below_jump = jump / alike;
  double eps = 0, here;
  for (size_t k = 1; k + 3 < state->count; k++)
    if (rungs[k + 2].step_plus <= fine && is_constant(&s, k, &here) && here <= plausible_noise * largest &&
        trend(&s, k + 3, below_jump) < trend_of_kinks && here <= below_jump)
      eps = fmax(eps, here);
  size_t edge = edge_of_agreement(&s);
  // Many kinks end as abruptly where the nearest of them is passed, but look alike at larger steps only from about s
  // on.
  if (edge > 0 && state->exponent[edge] > state->steps.top + 3 - GCHK_CLOSE)
    edge = 0;
  *is_abrupt = edge > 0 && edge < 4;
  if (edge >= 4 && is_constant(&s, edge - 3, &here) && here <= plausible_steps * largest &&
      trend(&s, edge, below_jump) < trend_of_kinks && here <= below_jump)
    eps = fmax(eps, here);
  if (eps > state->learned[draw]) {
    state->learned[draw] = eps;
    gchk_stencil_round_again(state);
    compare_neighbours(state, rungs);
  }
}

/* The sequence that serves rung k: the central one, or that of the side that is finite where the other is not. */
static sequence sequence_for(const gchk_ladder_state *state, const gchk_rung *rungs, size_t k) {
  bool plus = isfinite(rungs[k].slope_plus), minus = isfinite(rungs[k].slope_minus);
  return (sequence){state, rungs, plus == minus ? 0 : plus ? +1 : -1};
}

/* The largest outputs that were seen, not far beyond the variable's own size. */
static double largest_size(const gchk_ladder_state *state, size_t draw) {
  // Of all outputs: those that move may be 0 at x, as units that are off.
  double largest = gchk_stencil_whole_size(state, draw);
  for (size_t k = 0; k < state->count; k++)
    if (state->exponent[k] <= state->steps.top + 4 || k + 1 == state->count) {
      double size = gchk_stencil_size(state, draw, k);
      largest = fmax(largest, isfinite(size) ? size : 0);
    }
  return largest;
}

/* The jump that a draw sees. What another sees below which nothing is known is the same function: so is its part. */
static gchk_jump find_jump(gchk_ladder_state *state, size_t draw) {
  size_t most = 0;
  for (size_t d = 0; d < state->line->draw_count; d++) {
    compare_neighbours(state, state->result[d].rungs);
    const size_t rungs = gchk_find_jump(state, state->result[d].rungs).rungs;
    most = rungs > most ? rungs : most;
  }
  compare_neighbours(state, state->result[draw].rungs);
  gchk_jump jump = gchk_find_jump(state, state->result[draw].rungs);
  jump.rungs = most;
  return jump;
}

static void fill(gchk_ladder_state *state, size_t draw, gchk_rung *rungs, bool *is_abrupt) {
  double largest = largest_size(state, draw);
  const gchk_jump jump = find_jump(state, draw);
  learn_noise(state, draw, largest, jump.height, is_abrupt);
  for (size_t k = 0; k < state->count; k++) {
    sequence s = sequence_for(state, rungs, k);
    double truncation = truncation_at(&s, k);
    rungs[k].truncation = truncation;
    rungs[k].bound = isfinite(truncation) ? bound_at(&s, k, truncation) : HUGE_VAL;
    if (k < jump.rungs || gchk_is_hopeless(&rungs[k], largest))
      rungs[k].bound = HUGE_VAL;
  }
  // Flat all the way: there is no truncation to be seen, at any step.
  bool is_flat = state->count >= 2;
  for (size_t k = 0; k < state->count; k++)
    is_flat = is_flat && state->is_flat[k];
  for (size_t k = 0; is_flat && k < state->count; k++) {
    rungs[k].truncation = 0;
    rungs[k].bound = rungs[k].rounding;
  }
}

/*
 * X_k = (16 D_k - D_{k-1})/15 and its bound; INFINITY where the changes, both more than rounding, do not fall as those
 * of second order do, or where D has no bound.
 */
static double extrapolate(const gchk_ladder_state *state, const gchk_rung *rungs, size_t k, double *bound) {
  sequence s = sequence_for(state, rungs, k);
  *bound = HUGE_VAL;
  if (k < 2 || s.side != 0 || !is_resolved(&s, k) || !is_resolved(&s, k - 1) || !isfinite(rungs[k].bound))
    return (double)NAN;
  double c = rungs[k - 1].difference - rungs[k].difference, before = rungs[k - 2].difference - rungs[k - 1].difference;
  if (!gchk_is_second_order(before, c))
    return (double)NAN;
  double truncation = gchk_extrapolated_truncation(before, c, rungs[k].truncation);
  double rounding = gchk_extrapolated_rounding(rungs[k - 1].rounding, rungs[k].rounding);
  *bound = 2 * truncation + even_bound_at(&s, k, rounding);
  return rungs[k].difference - c / 15;
}

/* A bound that the smaller steps agree with, or one that is `most` or more. */
static double bound_among(const gchk_ladder_state *state, const gchk_rung *rungs, size_t k, double value, double bound,
                          double most) {
  for (size_t j = k + 1; j < state->count && bound < most; j++) {
    if (!isfinite(rungs[j].bound))
      continue;
    sequence other = sequence_for(state, rungs, j);
    bound = fmax(bound, fabs(value - value_at(&other, j)) - rungs[j].bound);
  }
  return bound;
}

/* Beyond s; where nothing moves there is nothing to confirm. */
static bool is_far(const gchk_ladder_state *state, size_t k) {
  return state->exponent[k] > state->steps.top + 2 && state->has_moved;
}

/* Takes a candidate that has a smaller bound than the best so far. */
static void offer(gchk_reading *reading, size_t k, double value, double bound, bool is_extrapolated) {
  if (!(bound < reading->bound))
    return;
  reading->best = k;
  reading->value = value;
  reading->bound = bound;
  reading->is_extrapolated = is_extrapolated;
}

/*
 * The best of the rungs whose steps are beyond s (far), or of the others. Beyond s the function may do what it likes:
 * those steps have a vote only where the others, by themselves, have a value (not rounding alone), and theirs is within
 * its bound.
 */
static gchk_reading choose(const gchk_ladder_state *state, const gchk_rung *rungs, bool far) {
  gchk_reading best = {.best = state->count, .value = (double)NAN, .bound = HUGE_VAL};
  for (size_t k = 0; k < state->count; k++) {
    if (is_far(state, k) != far)
      continue;
    sequence s = sequence_for(state, rungs, k);
    double value = value_at(&s, k), bound;
    offer(&best, k, value, bound_among(state, rungs, k, value, rungs[k].bound, best.bound), false);
    value = extrapolate(state, rungs, k, &bound);
    offer(&best, k, value, bound_among(state, rungs, k, value, bound, best.bound), true);
  }
  return best;
}

static bool confirms(const gchk_reading *near, const gchk_reading *far) {
  return near->bound <= confirming * fabs(far->value) && fabs(near->value - far->value) <= near->bound + far->bound;
}

/*
 * A variable far smaller than 1 says little about the function's scale, and within s rounding may be all there is.
 * There the best of the far steps, if it is not beyond 1, is confirmed by one that is 64 times smaller: as near to x as
 * anything is seen.
 */
static bool is_confirmed_below(const gchk_ladder_state *state, const gchk_rung *rungs, const gchk_reading *far) {
  if (state->exponent[far->best] > 1)
    return false;
  for (size_t j = far->best + 1; j < state->count; j++) {
    gchk_reading smaller = {.value = rungs[j].difference, .bound = rungs[j].bound};
    if (state->exponent[j] <= state->exponent[far->best] - 6 && confirms(&smaller, far))
      return true;
  }
  return false;
}

static gchk_reading read_rungs(gchk_ladder_state *state, size_t draw) {
  gchk_rung *rungs = state->result[draw].rungs;
  bool is_abrupt;
  fill(state, draw, rungs, &is_abrupt);
  gchk_reading far = choose(state, rungs, true), reading = choose(state, rungs, false);
  if (far.bound < reading.bound) {
    reading.wants_usual = true;
    if (confirms(&reading, &far) || is_confirmed_below(state, rungs, &far))
      reading = far;
  }
  reading.is_abrupt = is_abrupt;
  reading.no_truncation = true;
  if (reading.best < state->count)
    reading.is_one_sided = sequence_for(state, rungs, reading.best).side != 0;

  for (size_t k = 0; k < state->count; k++) {
    sequence s = sequence_for(state, rungs, k);
    bool is_finite = isfinite(rungs[k].difference);
    bool shows = !is_finite || is_resolved(&s, k) || asymmetry_at(state, k) > 0;
    reading.no_truncation = reading.no_truncation && !shows;
    if (k + 2 >= state->count)
      reading.resolved_low = reading.resolved_low || shows;
  }
  // Upward from the best: noise that R does not know of shows as changes that grow as the step falls; and where the
  // largest step that has a bound has the smallest, a larger one may have a smaller.
  size_t top = reading.best < state->count ? reading.best : state->count - 1;
  while (is_neighbour(state, top))
    top--;
  reading.chain = top;
  if (top + 2 < state->count && isfinite(rungs[top].difference)) {
    sequence s = {state, rungs, 0};
    reading.rising_high =
        !is_resolved(&s, top + 1) || change_at(&s, top + 1) < change_at(&s, top + 2) || reading.best <= top + 2;
  }
  return reading;
}

gchk_reading gchk_bound_read(gchk_ladder_state *state, size_t draw) {
  if (state->read_after[draw] != state->changes + 1) {
    const size_t changes = state->changes;
    state->reading[draw] = read_rungs(state, draw);
    state->read_after[draw] = changes + 1; // where noise was learnt on the way it is read again
  }
  return state->reading[draw];
}
