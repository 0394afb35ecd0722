/*
 * What batch_settle.c makes of outputs that are all y0: a value of 0, and the rounding of the largest step that was
 * taken as its bound. Of the points it takes whether they are there, and how far away, and no more.
 */
#include "batch/batch_still.h"

#include <math.h>
#include <string.h>

#include "batch/batch_steps.h"
#include "core/clones.h"
#include "numeric/rung_formulas.h"

enum {
  LANES = 128,
  FIXED_POINTS = 4,    /* of an element in the rounds, with a fixed step, */
  ADAPTIVE_POINTS = 12 /* and of one that moves nowhere */
};

/* The two points of some elements at one step each. */
typedef struct pair {
  double plus[LANES], minus[LANES];
} pair;

/* The pairs that the rounds look at; with a fixed step the first two, at 2H and H. */
typedef struct pairs {
  pair first, second, below, far;
} pairs;

/* Some elements: the step that is chosen, the largest one, and whether no point is missing. */
typedef struct lanes {
  double step[LANES], largest[LANES];
  int64_t is_settled[LANES];
} lanes;

static inline bool is_there(const pair *p, size_t i, double x) {
  return (p->plus[i] - x > 0) & (x - p->minus[i] > 0);
}

static inline double step_at(const pair *p, size_t i, double x) {
  return ((p->plus[i] - x) + (x - p->minus[i])) / 2;
}

/* At 2^(start+2) and 2^top; where these are the same, at 2^(start-2) too. What stays far away is an exact zero. */
GCHK_CLONES static void settle_still_adaptive(lanes *to, const pairs *p, const double *x, const int64_t *start,
                                              const int64_t *top, size_t count) {
  lanes out;
  for (size_t i = 0; i < count; i++) {
    bool has_first = is_there(&p->first, i, x[i]), has_top = is_there(&p->second, i, x[i]);
    bool has_far = is_there(&p->far, i, x[i]), has_below = is_there(&p->below, i, x[i]);
    bool takes_below = top[i] == start[i] + GCHK_RUNG;
    out.step[i] = gchk_larger(step_at(&p->first, i, x[i]), step_at(&p->second, i, x[i]));
    out.largest[i] = out.step[i];
    out.is_settled[i] = has_first & has_top & has_far & (!takes_below | has_below);
  }
  *to = out;
}

GCHK_CLONES static void settle_still_fixed(lanes *to, const pairs *p, const double *x, size_t count) {
  lanes out;
  for (size_t i = 0; i < count; i++) {
    bool has_first = is_there(&p->first, i, x[i]), has_second = is_there(&p->second, i, x[i]);
    out.step[i] = step_at(&p->second, i, x[i]);
    out.largest[i] = step_at(&p->first, i, x[i]);
    out.is_settled[i] = has_first & has_second;
  }
  *to = out;
}

static void find_pair(pair *to, const gchk_batch *b, size_t from, size_t count, const int64_t *exponent, int offset) {
  int64_t at[LANES];
  for (size_t i = 0; i < count; i++)
    at[i] = exponent[from + i] + offset;
  gchk_batch_step_to(to->plus, b->x + from, at, 1, b->line.variable_unit, count);
  gchk_batch_step_to(to->minus, b->x + from, at, -1, b->line.variable_unit, count);
}

static void find_fixed_pair(pair *to, const gchk_batch *b, size_t from, size_t count, double step) {
  gchk_batch_step_by(to->plus, b->x + from, step, b->line.variable_unit, count);
  gchk_batch_step_by(to->minus, b->x + from, -step, b->line.variable_unit, count);
}

static void find_adaptive(lanes *to, gchk_batch *b, size_t from, size_t count) {
  pairs p;
  find_pair(&p.first, b, from, count, b->start, GCHK_RUNG);
  find_pair(&p.below, b, from, count, b->start, -GCHK_RUNG);
  find_pair(&p.second, b, from, count, b->top, 0);
  for (size_t i = from; i < from + count; i++)
    b->exponent[i] = gchk_far_exponent(b->top[i]);
  find_pair(&p.far, b, from, count, b->exponent, 0);
  settle_still_adaptive(to, &p, b->x + from, b->start + from, b->top + from, count);
}

static void find_fixed(lanes *to, const gchk_batch *b, size_t from, size_t count) {
  pairs p;
  find_fixed_pair(&p.first, b, from, count, 2 * b->line.fixed_step);
  find_fixed_pair(&p.second, b, from, count, b->line.fixed_step);
  settle_still_fixed(to, &p, b->x + from, count);
}

/* How far outputs may be off, in one draw. */
static double error_of(const gchk_batch_line *line, size_t draw) {
  const double size_v = fabs(line->v[draw]), size = size_v * fabs(line->y0);
  return gchk_larger(line->output_unit * size, 4 * line->sigma[draw]) + gchk_underflow_of(line->output_unit) * size_v;
}

/* Of one draw; what is not finite is not settled. */
GCHK_CLONES static void find_rounding(double *restrict rounding, int64_t *restrict is_settled, const double *step,
                                      double eps, size_t count) {
  for (size_t i = 0; i < count; i++) {
    rounding[i] = gchk_rounding_at(eps, step[i], 0);
    is_settled[i] &= rounding[i] - rounding[i] == 0;
  }
}

static void keep(gchk_batch *b, lanes *found, size_t from, size_t count) {
  const bool is_fixed = b->line.fixed_step > 0;
  const double hidden = 2 * b->line.output_unit * fabs(b->line.y0);
  const unsigned char state = is_fixed ? GCHK_BATCH_FLAT : GCHK_BATCH_EXACT_ZERO;
  for (size_t d = 0; d < b->line.draw_count; d++) {
    const double value = is_fixed && b->line.v[d] < 0 ? -0.0 : 0; // v (y0 - y0)
    find_rounding(b->rounding[d] + from, found->is_settled, found->step, error_of(&b->line, d), count);
    memcpy(b->bound[d] + from, b->rounding[d] + from, count * sizeof(double));
    for (size_t i = from; i < from + count; i++)
      b->value[d][i] = value;
  }
  memcpy(b->step + from, found->step, count * sizeof(double));
  memset(b->row + from, 0, count * sizeof(double));
  for (size_t i = 0; i < count; i++)
    b->hidden[from + i] = hidden / found->largest[i];
  for (size_t i = 0; i < count; i++)
    b->state[from + i] = found->is_settled[i] ? state : GCHK_BATCH_OPEN;
}

size_t gchk_batch_settle_still(gchk_batch *b) {
  const bool is_fixed = b->line.fixed_step > 0;
  if (!is_fixed)
    gchk_batch_find_steps(b);
  for (size_t from = 0; from < b->count; from += LANES) {
    const size_t count = b->count - from < LANES ? b->count - from : LANES;
    lanes found;
    if (is_fixed)
      find_fixed(&found, b, from, count);
    else
      find_adaptive(&found, b, from, count);
    keep(b, &found, from, count);
  }
  return is_fixed ? FIXED_POINTS : ADAPTIVE_POINTS;
}
