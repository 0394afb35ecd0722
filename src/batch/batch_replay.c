/*
 * gchk_differentiate along lines whose outputs were asked for before it runs: those of the first round and of this one.
 * An element that wants another point is left open.
 */
#include "batch/batch_replay.h"

#include <math.h>

#include "batch/batch_beyond.h"
#include "numeric/contradiction.h"
#include "numeric/differentiate.h"
#include "numeric/rung_formulas.h"

enum { FIRST_POINTS = 6 };

static const int64_t no_step = INT64_MIN / 2;

/* Beside the first three: smaller steps, then larger ones. */
static int64_t exponent_beside(const gchk_batch *b, size_t e, size_t k) {
  const bool is_smaller = k < GCHK_REPLAY_SMALLER;
  const int64_t steps = is_smaller ? -2 - (int64_t)k : 2 + (int64_t)(k - GCHK_REPLAY_SMALLER);
  const bool is_wanted = (b->wants[e] & (is_smaller ? GCHK_WANTS_SMALLER : GCHK_WANTS_LARGER)) != 0;
  return is_wanted ? b->start[e] + steps * GCHK_RUNG : no_step;
}

/* Of what does not move at the first three: where it must if it depends on the variable, then all larger ones. */
static int64_t exponent_beyond(const gchk_batch *b, size_t e, size_t k) {
  return k == 0 ? gchk_far_exponent(b->top[e]) : b->start[e] + (1 + (int64_t)k) * GCHK_RUNG;
}

int64_t gchk_batch_replay_exponent(const gchk_batch *b, size_t e, size_t k) {
  const int64_t exponent = b->wants[e] == GCHK_WANTS_ALL_LARGER ? exponent_beyond(b, e, k) : exponent_beside(b, e, k);
  return exponent >= b->lowest[e] && exponent <= b->highest[e] ? exponent : no_step;
}

/* The points of one element. */
typedef struct known {
  const gchk_batch *b;
  size_t element, place; /* in the block, and among those that were asked for */
} known;

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  (void)error;
  const known *at = context;
  const gchk_batch *b = at->b;
  for (size_t k = 0; k < FIRST_POINTS; k++)
    if (b->values[k * b->count + at->element] == x) {
      *y = b->losses[k * b->count + at->element];
      return GCHK_OK;
    }
  for (size_t k = 0; k < b->asked_kinds; k++)
    if (b->asked_value[k * b->asked_width + at->place] == x) {
      *y = b->asked_loss[k * b->asked_width + at->place];
      return GCHK_OK;
    }
  return GCHK_LAYER_FAILED;
}

static bool is_settled(const gchk_batch *b, const gchk_derivative *derivative) {
  bool all = true;
  for (size_t d = 0; d < b->line.draw_count; d++)
    all = all && derivative[d].smoothness == GCHK_SMOOTH && !derivative[d].is_flat && isfinite(derivative[d].bound) &&
          !gchk_derivative_is_outvoted(&derivative[d]);
  return all;
}

static void keep(gchk_batch *b, size_t e, const gchk_derivative *derivative, double row) {
  b->state[e] = GCHK_BATCH_SMOOTH;
  for (size_t d = 0; d < b->line.draw_count; d++) {
    b->value[d][e] = derivative[d].value;
    b->bound[d][e] = derivative[d].bound;
    b->rounding[d][e] = derivative[d].rounding;
  }
  b->step[e] = derivative->step;
  b->hidden[e] = derivative->hidden;
  b->row[e] = row;
}

void gchk_batch_replay(gchk_batch *b) {
  const gchk_ladder ladder = {.start = b->line.start};
  double space[GCHK_DIFFERENTIATE_ONE], row;
  gchk_derivative derivative[GCHK_MAX_DRAWS];
  known at = {b, 0, 0};
  gchk_line line = {.evaluate = evaluate,
                    .context = &at,
                    .output_count = 1,
                    .variable_unit = b->line.variable_unit,
                    .output_unit = b->line.output_unit,
                    .y0 = &b->line.y0,
                    .y0_is_exact = true,
                    .draw_count = b->line.draw_count,
                    .jacobian_row = &row};
  for (size_t d = 0; d < b->line.draw_count; d++) {
    line.v[d] = &b->line.v[d];
    line.sigma[d] = b->line.sigma[d];
  }
  for (; at.place < b->asked_width; at.place++) {
    if (gchk_batch_settle_beyond(b, at.place))
      continue;
    at.element = b->asked_element[at.place];
    line.x = b->x[at.element];
    line.scale = b->scale[at.element];
    if (gchk_differentiate(&line, &ladder, space, derivative, NULL) == GCHK_OK && is_settled(b, derivative))
      keep(b, at.element, derivative, row);
  }
}
