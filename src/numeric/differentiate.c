/*
 * One numeric derivative: which steps to take, until the error bound is settled.
 *
 * Three steps first (six evaluations). Where the bound they give is small beside the slopes, that is all. Otherwise the
 * rungs say in which direction the answer lies: smaller steps while they show what rounding does not explain, larger
 * ones where rounding is all that they show. Functions without truncation get the three largest steps of the ladder as
 * well, where the caller asks for it: one element of a tensor shows whether its layer is linear, and the others start
 * where it ended. Every rung that was taken has its part in the bound (bound.c).
 *
 * With a fixed step H the value is the central difference at H whatever the bound says.
 */
#include "numeric/differentiate.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "numeric/bound.h"
#include "numeric/expect.h"
#include "numeric/jacobian_row.h"
#include "numeric/kink.h"
#include "numeric/rung_formulas.h"
#include "numeric/stencil.h"

enum { RUNG = 2, TRIPLE = 3, FAR = 3 * RUNG };

/* Takes the step 2^exponent, unless it is there already or there is no room. */
static gchk_status take(gchk_ladder_state *state, int exponent, gchk_error *error) {
  if (state->count == GCHK_MAX_RUNGS || gchk_ladder_find(state, exponent) < state->count)
    return GCHK_OK;
  gchk_rung rungs[GCHK_MAX_DRAWS];
  gchk_output_sizes sizes[GCHK_MAX_DRAWS];
  bool is_flat;
  gchk_jacobian_row_keep(state);
  GCHK_TRY(gchk_expect_steps(state, exponent, exponent, error));
  GCHK_TRY(gchk_stencil(state, gchk_step_at(exponent), rungs, sizes, &is_flat, error));

  size_t at = 0;
  while (at < state->count && state->exponent[at] > exponent)
    at++;
  size_t behind = state->count - at;
  memmove(&state->exponent[at + 1], &state->exponent[at], behind * sizeof(state->exponent[0]));
  memmove(&state->is_flat[at + 1], &state->is_flat[at], behind * sizeof(state->is_flat[0]));
  state->exponent[at] = exponent;
  state->is_flat[at] = is_flat;
  for (size_t d = 0; d < state->line->draw_count; d++) {
    gchk_rung *to = state->result[d].rungs;
    memmove(&to[at + 1], &to[at], behind * sizeof(to[0]));
    to[at] = rungs[d];
    memmove(&state->sizes[d][at + 1], &state->sizes[d][at], behind * sizeof(state->sizes[d][0]));
    state->sizes[d][at] = sizes[d];
  }
  state->count++;
  state->changes++;
  state->last_taken = exponent;
  state->taken++;
  return GCHK_OK;
}

/* The three steps around 2^middle. */
static gchk_status take_three(gchk_ladder_state *state, int middle, gchk_error *error) {
  GCHK_TRY(gchk_expect_steps(state, middle + RUNG, middle - RUNG, error));
  for (int i = 1; i >= -1; i--)
    GCHK_TRY(take(state, middle + i * RUNG, error));
  return GCHK_OK;
}

/* The largest slope to either side at steps up to the usual ones that is more than rounding. */
static double steepest(const gchk_ladder_state *state, size_t draw) {
  double steepest = 0;
  for (size_t k = 0; k < state->count; k++) {
    const gchk_rung *rung = &state->result[draw].rungs[k];
    double larger = fmax(fabs(rung->slope_plus), fabs(rung->slope_minus));
    // Far from x the function may do what it likes.
    if (state->exponent[k] <= state->steps.usual + RUNG && isfinite(larger) && larger > 4 * rung->rounding)
      steepest = fmax(steepest, larger);
  }
  return steepest;
}

static double wanted_bound(const gchk_ladder_state *state, size_t draw, const gchk_reading *reading) {
  return gchk_wanted_bound(state->tolerance, fabs(reading->value), reading->bound, reading->resolved_low,
                           steepest(state, draw));
}

static bool is_truncated(const gchk_ladder_state *state, size_t draw, const gchk_reading *reading) {
  return reading->best + 1 == state->count &&
         gchk_is_truncated(reading->bound, state->result[draw].rungs[reading->best].rounding);
}

/* What the draws need, together. */
typedef struct need {
  bool is_settled;
  bool wants_smaller, wants_larger, wants_usual;
  bool no_truncation; /* and the bound is worth improving */
  bool has_slope;     /* of those not settled, one is larger than its bound */
  bool best_is_high;  /* of the first draw: a step larger than those taken may have a smaller bound */
  bool
      is_truncated; /* of one draw: the bound is so much truncation that the next smaller step must have a better one */
  int next;         /* of the first draw: the exponent of that larger step */
  int larger;       /* exponent of the step to take for larger ones */
  double factor;    /* by how much the bound is too wide, the worst of the draws */
  double bound;     /* of the first draw */
} need;

static need read_draws(gchk_ladder_state *state) {
  const gchk_line *line = state->line;
  need all = {.is_settled = true, .no_truncation = true, .factor = 1};
  for (size_t d = 0; d < line->draw_count; d++) {
    gchk_reading reading = gchk_bound_read(state, d);
    double wanted = wanted_bound(state, d, &reading);
    bool is_settled = (reading.bound <= wanted && !reading.is_abrupt) || gchk_kink_find(state, d, &state->result[d]);
    all.wants_usual = all.wants_usual || reading.wants_usual;
    if (!is_settled) {
      all.is_settled = false;
      all.wants_smaller = all.wants_smaller || reading.resolved_low;
      if (reading.rising_high || reading.is_abrupt) {
        all.wants_larger = true;
        all.larger = state->exponent[reading.chain] + RUNG;
      }
      all.has_slope = all.has_slope || fabs(reading.value) > 3 * reading.bound;
      all.factor = fmax(all.factor, wanted > 0 ? reading.bound / wanted : HUGE_VAL);
    }
    all.is_truncated = all.is_truncated || is_truncated(state, d, &reading);
    bool is_tight = reading.bound <= 64 * line->output_unit * fabs(reading.value);
    all.no_truncation = all.no_truncation && reading.no_truncation && !is_tight;
    if (d == 0) {
      all.best_is_high = reading.best <= reading.chain + 2 && !is_tight;
      all.next = state->exponent[reading.chain] + RUNG;
      all.bound = reading.bound;
    }
  }
  return all;
}

static bool all_flat(const gchk_ladder_state *state) {
  for (size_t k = 0; k < state->count; k++)
    if (!state->is_flat[k])
      return false;
  return true;
}

/*
 * A function that did not move at its first step: look far away before looking near. What moves neither at s/8 nor at
 * 8 s (1 where s is smaller) does not depend on the variable; what moves only out there is flat.
 */
static gchk_status begin(gchk_ladder_state *state, bool *is_done, gchk_error *error) {
  const gchk_steps *steps = &state->steps;
  *is_done = false;
  GCHK_TRY(take(state, steps->start + RUNG, error));
  if (all_flat(state))
    GCHK_TRY(take(state, steps->top, error));
  if (all_flat(state)) {
    GCHK_TRY(
        gchk_stencil_is_flat_at(state, gchk_step_at((int)gchk_far_exponent(steps->top)), &state->is_flat_far, error));
    // The variable's own size may say little about the function's.
    int eighth = (int)gchk_eighth_exponent(steps->top);
    if (!state->is_flat_far && steps->top < eighth)
      GCHK_TRY(take(state, eighth, error));
    // A step of the size of 1 may well leave the domain: flat up to s/8 is flat.
    if (state->count == 1)
      GCHK_TRY(take(state, steps->start - RUNG, error));
    *is_done = all_flat(state);
    if (*is_done)
      return GCHK_OK;
  }
  return take_three(state, steps->start, error);
}

static gchk_status go_smaller(gchk_ladder_state *state, bool *moved, gchk_error *error) {
  int smallest = state->exponent[state->count - 1];
  *moved = smallest - RUNG >= state->steps.lowest && state->count < GCHK_MAX_RUNGS;
  if (!*moved)
    return GCHK_OK;
  // From a start that a hint put high up, go to where one starts without; but it may be that the largest step alone has
  // passed a kink, and then one more is enough.
  if (state->count > TRIPLE && smallest - FAR > state->steps.usual + RUNG)
    return take_three(state, state->steps.usual, error);
  return take(state, smallest - RUNG, error);
}

static gchk_status go_larger(gchk_ladder_state *state, const need *now, int *jumps, bool *moved, gchk_error *error) {
  int exponent = now->larger;
  // Far beyond the variable's own size only for a slope that is there, or where that size is tiny.
  int highest = now->has_slope || state->steps.top < GCHK_EIGHTH ? state->steps.highest : state->steps.top;
  double factor = now->factor;
  *moved = exponent <= highest && state->count < GCHK_MAX_RUNGS;
  if (!*moved)
    return GCHK_OK;
  // Rounding falls like 1/h: where it is far too wide, go to where it would not be.
  if (*jumps < 2 && factor > 64) {
    ++*jumps;
    int rungs = factor < 0x1p100 ? (int)(log2(factor) / RUNG) + 1 : GCHK_MAX_RUNGS;
    int middle = state->exponent[0] + RUNG * rungs;
    int limit = state->exponent[0] < state->steps.top ? state->steps.top - RUNG : highest - RUNG;
    middle = middle > limit ? limit : middle;
    return take_three(state, middle, error);
  }
  return take(state, exponent, error);
}

/* Is rounding at the smallest step so far more than what is in question? */
static bool is_beyond_question(const gchk_ladder_state *state, const double *question) {
  if (question == NULL || state->exponent[state->count - 1] > state->steps.usual - RUNG)
    return false;
  for (size_t d = 0; d < state->line->draw_count; d++)
    if (!(state->result[d].rungs[state->count - 1].rounding > question[d]))
      return false;
  return true;
}

/* Every step from top to bottom, and the three usual ones among them. */
static gchk_status take_all(gchk_ladder_state *state, const double *question, gchk_error *error) {
  for (int exponent = state->steps.top; exponent >= state->steps.bottom && !is_beyond_question(state, question);
       exponent -= RUNG)
    GCHK_TRY(take(state, exponent, error));
  return GCHK_OK;
}

static bool has_usual(const gchk_ladder_state *state) {
  for (int i = -1; i <= 1; i++)
    if (gchk_ladder_find(state, state->steps.usual + i * RUNG) == state->count)
      return false;
  return true;
}

/* How the search for the smallest bound goes. */
typedef struct ascent {
  bool has_jumped;
  double last; /* the bound before the last step */
} ascent;

/*
 * Settled, and others will start where this element ends: where is the bound smallest? A linear function has the least
 * rounding at the largest steps; others where truncation begins to show.
 */
static gchk_status seek(gchk_ladder_state *state, const need *now, ascent *climb, bool *moved, gchk_error *error) {
  int limit = state->steps.top + RUNG;
  *moved = false;
  if (!state->seek_best || state->count + TRIPLE > GCHK_MAX_RUNGS)
    return GCHK_OK;
  if (now->no_truncation && !climb->has_jumped && state->exponent[0] < limit) {
    climb->has_jumped = *moved = true;
    return take_three(state, state->steps.top, error);
  }
  *moved = now->best_is_high && now->next <= limit && now->bound < 0.75 * climb->last;
  climb->last = now->bound;
  return *moved ? take(state, now->next, error) : GCHK_OK;
}

static gchk_status adapt(gchk_ladder_state *state, const gchk_ladder *ladder, gchk_error *error) {
  bool is_flat;
  if (ladder->whole)
    GCHK_TRY(gchk_expect_whole(state, ladder->question, error));
  GCHK_TRY(begin(state, &is_flat, error));
  if (ladder->whole) {
    GCHK_TRY(take_all(state, ladder->question, error));
    is_flat = all_flat(state);
  }
  int jumps = 0;
  ascent climb = {false, HUGE_VAL};
  bool moved = !is_flat;
  while (moved) {
    need now = read_draws(state);
    moved = false;
    if (now.wants_usual && !has_usual(state) && state->count + TRIPLE < GCHK_MAX_RUNGS) {
      moved = true;
      GCHK_TRY(take_three(state, state->steps.usual, error));
    } else if (now.is_settled && now.is_truncated && state->has_start) {
      GCHK_TRY(go_smaller(state, &moved, error));
    } else if (now.is_settled) {
      GCHK_TRY(seek(state, &now, &climb, &moved, error));
    } else if (now.wants_smaller && !state->base_is_exact) {
      // Slopes decide here, so y(x) must have come the way that y(x+-h) did.
      moved = true;
      GCHK_TRY(gchk_stencil_base(state, error));
    } else {
      if (now.wants_smaller)
        GCHK_TRY(go_smaller(state, &moved, error));
      if (!moved && now.wants_larger)
        GCHK_TRY(go_larger(state, &now, &jumps, &moved, error));
    }
  }
  return GCHK_OK;
}

/* The largest slope of one output that its rounding hides at the largest flat step. */
static double hidden_slope(const gchk_ladder_state *state, const gchk_rung *largest) {
  const double size = gchk_largest_output(state->line, state->y0);
  return 2 * state->line->output_unit * size / ((largest->step_plus + largest->step_minus) / 2);
}

static void note_flat(const gchk_ladder_state *state, gchk_derivative *derivative) {
  derivative->is_flat = state->count > 0 && all_flat(state);
  derivative->is_exact_zero = derivative->is_flat && state->is_flat_far;
  derivative->hidden = derivative->is_flat ? hidden_slope(state, &derivative->rungs[0]) : 0;
  derivative->is_extrapolated = false;
}

static void finish(gchk_ladder_state *state, size_t draw) {
  gchk_derivative *derivative = &state->result[draw];
  derivative->rung_count = state->count;
  note_flat(state, derivative);
  gchk_reading reading = gchk_bound_read(state, draw);
  if (gchk_kink_find(state, draw, derivative))
    return;
  derivative->value = reading.value;
  derivative->bound = reading.bound;
  derivative->slope_low = derivative->slope_high = reading.value;
  if (reading.best == state->count) {
    derivative->smoothness = GCHK_UNDEFINED;
    derivative->chosen = 0;
    derivative->step = derivative->rounding = (double)NAN;
    return;
  }
  const gchk_rung *rung = &derivative->rungs[reading.best];
  derivative->smoothness = reading.is_one_sided ? GCHK_ONE_SIDED : GCHK_SMOOTH;
  derivative->is_extrapolated = reading.is_extrapolated;
  derivative->chosen = reading.best;
  derivative->step = (rung->step_plus + rung->step_minus) / 2;
  derivative->rounding = rung->rounding;
}

static void finish_all(gchk_ladder_state *state) {
  for (size_t d = 0; d < state->line->draw_count; d++)
    finish(state, d);
}

/* What the rungs at 2H and H alone say; is_smooth is false where they cannot tell. */
static void read_fixed(const gchk_ladder_state *state, gchk_derivative *derivative, bool *is_smooth) {
  gchk_rung *twice = &derivative->rungs[0], *rung = &derivative->rungs[1];
  double asymmetry = gchk_fixed_asymmetry(twice, rung);
  rung->truncation = gchk_fixed_truncation(twice, rung);
  rung->bound = 2 * rung->truncation + fmax(rung->rounding, asymmetry);
  *is_smooth = isfinite(rung->bound) && gchk_is_fixed_smooth(twice, rung, rung->truncation, asymmetry);
  derivative->rung_count = 2;
  note_flat(state, derivative);
  derivative->chosen = 1;
  derivative->value = rung->difference;
  derivative->bound = isfinite(rung->bound) ? rung->bound : HUGE_VAL;
  derivative->rounding = rung->rounding;
  derivative->step = (rung->step_plus + rung->step_minus) / 2;
  derivative->smoothness = isfinite(rung->difference) ? GCHK_SMOOTH : GCHK_UNDEFINED;
  derivative->slope_low = derivative->slope_high = derivative->value;
}

/* Where H alone does not tell a kink or an edge, the ladder does; the value stays the difference at H. */
static void fold(gchk_derivative *fixed, const gchk_derivative *adaptive) {
  if (adaptive->smoothness == GCHK_KINKED) {
    fixed->smoothness = GCHK_KINKED;
    fixed->slope_low = adaptive->slope_low;
    fixed->slope_high = adaptive->slope_high;
    fixed->rounding = adaptive->rounding;
    fixed->bound = adaptive->bound;
  } else if (isfinite(fixed->value) && isfinite(adaptive->bound)) {
    fixed->bound =
        fmax(2 * fixed->rungs[1].truncation + fixed->rounding, fabs(fixed->value - adaptive->value) + adaptive->bound);
  }
}

static gchk_status fixed(gchk_ladder_state *state, double step, gchk_error *error) {
  const gchk_line *line = state->line;
  bool all_smooth = true;
  for (size_t k = 0; k < 2; k++) {
    gchk_rung rungs[GCHK_MAX_DRAWS];
    gchk_output_sizes sizes[GCHK_MAX_DRAWS];
    GCHK_TRY(gchk_stencil(state, k == 0 ? 2 * step : step, rungs, sizes, &state->is_flat[k], error));
    for (size_t d = 0; d < line->draw_count; d++) {
      state->result[d].rungs[k] = rungs[d];
      state->sizes[d][k] = sizes[d];
    }
    state->count = k + 1;
    state->exponent[k] = 1 - (int)k; // log2 of the step, in H
  }
  state->last_taken = state->exponent[1];
  state->taken = 2;
  for (size_t d = 0; d < line->draw_count; d++) {
    bool is_smooth;
    read_fixed(state, &state->result[d], &is_smooth);
    all_smooth = all_smooth && is_smooth;
  }
  GCHK_TRY(gchk_jacobian_row_fill(state, error));
  if (all_smooth)
    return GCHK_OK;

  gchk_derivative adaptive[GCHK_MAX_DRAWS];
  gchk_ladder_state other = *state;
  other.result = adaptive;
  other.count = other.taken = 0;
  other.changes++;
  const gchk_ladder usual = {.fixed_step = 0};
  GCHK_TRY(adapt(&other, &usual, error));
  finish_all(&other);
  for (size_t d = 0; d < line->draw_count; d++)
    fold(&state->result[d], &adaptive[d]);
  return GCHK_OK;
}

size_t gchk_differentiate_space(size_t output_count) {
  // Five rows of outputs, and a flag each.
  return 5 * output_count + (output_count + sizeof(double) - 1) / sizeof(double);
}

/* A base point that is no number has no derivative. */
static void leave_undefined(const gchk_line *line, gchk_derivative *result) {
  for (size_t d = 0; d < line->draw_count; d++) {
    result[d] = (gchk_derivative){.value = (double)NAN, .bound = HUGE_VAL, .smoothness = GCHK_UNDEFINED};
    result[d].step = result[d].rounding = result[d].slope_low = result[d].slope_high = (double)NAN;
  }
  for (size_t j = 0; line->jacobian_row != NULL && j < line->output_count; j++)
    line->jacobian_row[j] = (double)NAN;
}

gchk_status gchk_differentiate(const gchk_line *line, const gchk_ladder *ladder, double *space, gchk_derivative *result,
                               gchk_error *error) {
  assert(line->draw_count >= 1 && line->draw_count <= GCHK_MAX_DRAWS);
  if (!isfinite(line->x)) {
    leave_undefined(line, result);
    return GCHK_OK;
  }
  gchk_ladder_state state;
  gchk_stencil_begin(&state, line, result, space);
  const bool whole = ladder->whole && !(ladder->fixed_step > 0);
  state.steps = gchk_steps_of(line->x, line->scale, line->variable_unit, whole ? 0 : ladder->start);
  if (ladder->is_between)
    gchk_steps_halve(&state.steps);
  state.seek_best = ladder->seek_best && !whole;
  state.has_start = ladder->start > 0 && !whole;
  for (size_t d = 0; d < line->draw_count; d++)
    result[d].rung_count = 0;
  if (ladder->fixed_step > 0)
    return fixed(&state, ladder->fixed_step, error);
  GCHK_TRY(adapt(&state, ladder, error));
  finish_all(&state);
  return gchk_jacobian_row_fill(&state, error);
}
