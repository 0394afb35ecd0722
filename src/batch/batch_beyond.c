/*
 * What gchk_differentiate makes of an element that does not move at the first three steps and clearly does further out,
 * as all weights of a unit that is off, without its search.
 *
 * It takes the three steps and 1/8, then the largest ones, then larger ones from the three on until none is left out
 * between two. D is 0 at the steps that are flat, and the error of a flat rung whose two larger neighbours are flat is
 * R, so that of these the largest has the smallest bound:
 *
 *     value = 0,  bound = R(h),  h = H/16,  H the largest step up to which all are flat.
 *
 * No rung that moves is chosen, whichever of them the search takes: its bound is at least |D| - R of the smallest step
 * (bound.c: what smaller steps contradict). Of X = D - c/15 it is that of |X|, and |c|/120 or more. A flat rung beside
 * one that moves has a truncation of |D|/240 or more. So it is enough that all |D| are large beside that R. None of
 * these steps is within those that tell kinks, noise or what a slope's size is.
 *
 * A step beyond 4 2^top is far (bound.c): a value of 0 there nothing confirms, and the search goes on where steps
 * usually are. What is flat so far out is left to it.
 */
#include "batch/batch_beyond.h"

#include <assert.h>
#include <math.h>

#include "numeric/rung_formulas.h"

enum { FIRST_PAIRS = 3 };
static const double clear = 512;             /* of |D| beside R: more than four times 120 */
static const double plausible_noise = 0.01;  /* of the outputs; what is less is not hopeless */
static const double coarsest_unit = 0x1p-24; /* of variables whose steps are all above the finest */

/* The two points of one step. */
typedef struct pair {
  double plus, minus, y_plus, y_minus;
} pair;

/* One of those that were asked for in this round: k = 0 is far away, then come the steps above the first three. */
static pair asked_pair(const gchk_batch *b, size_t place, size_t k) {
  const size_t at = 2 * k * b->asked_width + place, below = at + b->asked_width;
  return (pair){b->asked_value[at], b->asked_value[below], b->asked_loss[at], b->asked_loss[below]};
}

/* The n-th step from the smallest of the first three on. */
static pair pair_of(const gchk_batch *b, size_t place, size_t n) {
  if (n >= FIRST_PAIRS)
    return asked_pair(b, place, n - FIRST_PAIRS + 1);
  const size_t at = 2 * (FIRST_PAIRS - 1 - n) * b->count + b->asked_element[place], below = at + b->count;
  return (pair){b->values[at], b->values[below], b->losses[at], b->losses[below]};
}

static bool is_flat(const pair *p, double x, double y0) {
  return p->plus != x && p->minus != x && p->y_plus == y0 && p->y_minus == y0;
}

static double step_of(const pair *p, double x) {
  return ((p->plus - x) + (x - p->minus)) / 2;
}

/* How many steps are flat, from the smallest on. */
static size_t count_flat(const gchk_batch *b, size_t place, size_t steps, double x) {
  for (size_t n = 0; n < steps; n++) {
    const pair p = pair_of(b, place, n);
    if (!is_flat(&p, x, b->line.y0))
      return n;
  }
  return steps;
}

/* Are all |D| from the n-th step on more than `least`? */
static bool stand_out(const gchk_batch *b, size_t place, size_t n, size_t steps, double x, double v, double least) {
  for (size_t k = n; k < steps; k++) {
    const pair p = pair_of(b, place, k);
    const double difference = v * (p.y_plus - p.y_minus) / (2 * step_of(&p, x));
    const bool is_there = p.plus != x && p.minus != x && isfinite(v * p.y_plus) && isfinite(v * p.y_minus);
    if (!is_there || !(fabs(difference) > least))
      return false;
  }
  return true;
}

/*
 * Does the search go as it is said above? The three steps are where steps usually are, or above, as the largest of them
 * is no less than 2^top; with that, an element that is flat there and not settled yet moves at 1/8 and far away.
 */
static bool is_usual(const gchk_batch *b, size_t e) {
  return b->line.variable_unit <= coarsest_unit && b->top[e] <= b->start[e] + GCHK_RUNG;
}

/* Is the flat step that has the smallest bound, two below the largest of `flat`, beyond 4 2^top? */
static bool is_far(const gchk_batch *b, size_t e, size_t flat) {
  const int64_t smallest = b->start[e] - GCHK_RUNG, chosen = smallest + ((int64_t)flat - FIRST_PAIRS) * GCHK_RUNG;
  return chosen > b->top[e] + GCHK_RUNG;
}

/* Steps from the smallest of the first three to the largest that there is; 0 where not all of them were asked for. */
static size_t count_steps(const gchk_batch *b, size_t e) {
  const int64_t above = (b->highest[e] - b->start[e]) / GCHK_RUNG - 1;
  return above > 0 && above < (int64_t)b->asked_kinds / 2 ? FIRST_PAIRS + (size_t)above : 0;
}

static double error_of(const gchk_batch *b, size_t d) {
  const double size = fabs(b->line.v[d]) * fabs(b->line.y0);
  return gchk_with_underflow(gchk_larger(b->line.output_unit * size, 4 * b->line.sigma[d]), b->line.output_unit,
                             fabs(b->line.v[d]));
}

static bool is_zero(const gchk_batch *b, size_t place, size_t d, size_t flat, size_t steps) {
  const double x = b->x[b->asked_element[place]], v = b->line.v[d], eps = error_of(b, d);
  const pair smallest = pair_of(b, place, 0);
  const double largest_rounding = gchk_rounding_at(eps, step_of(&smallest, x), 0);
  return eps > 0 && eps <= plausible_noise * fabs(v * b->line.y0) && isfinite(largest_rounding) &&
         stand_out(b, place, flat, steps, x, v, clear * largest_rounding);
}

bool gchk_batch_settle_beyond(gchk_batch *b, size_t place) {
  const size_t e = b->asked_element[place], steps = count_steps(b, e);
  if (b->wants[e] != GCHK_WANTS_ALL_LARGER || steps == 0)
    return false;
  const size_t flat = count_flat(b, place, steps, b->x[e]);
  bool settles = is_usual(b, e) && flat < steps && !is_far(b, e, flat);
  for (size_t d = 0; d < b->line.draw_count && settles; d++)
    settles = is_zero(b, place, d, flat, steps);
  if (!settles)
    return false;
  assert(flat >= FIRST_PAIRS); // the largest of the first three is, and D is 0 there
  const pair chosen = pair_of(b, place, flat - FIRST_PAIRS);
  b->state[e] = GCHK_BATCH_SMOOTH;
  b->step[e] = step_of(&chosen, b->x[e]);
  b->hidden[e] = b->row[e] = 0;
  for (size_t d = 0; d < b->line.draw_count; d++) {
    b->value[d][e] = 0;
    b->bound[d][e] = b->rounding[d][e] = gchk_rounding_at(error_of(b, d), b->step[e], 0);
  }
  return true;
}
