/*
 * Treads.
 *
 * Where forward rounds an intermediate value coarsely beside what is then done to it (p = 1 - 1e-7 under log(1 - p),
 * the sum 1 + 1e-7 under log), its outputs are a staircase that no rounding of the outputs explains: bit for bit the
 * same, or a smooth sum of other terms, within a step, and a jump at the edge. Differences within a tread agree with
 * each other to the last bit, and know nothing of the slope that the stairs have.
 *
 * So where g is not D, the way out from x is walked on both sides, as long as
 *
 *     r(h) = phi(x + h) - phi(x) - h D,   |r(h)| <= |g - D| h/4,
 *
 * and where that ends the place is bisected, or the larger change in it. A kink or a curve leaves less and less
 * between the two ends, a jump J all of it. What follows must be a tread again: a function that continues with a slope
 * of its own behind its jump (hardshrink) is no staircase. The jump must be one that rounding may make, and be worth
 * the difference,
 *
 *     |g - D| d <= 8 |J|,   d the width of the tread, as far as its edges are known,
 *
 * and then nothing within the treads speaks against g. A slight difference may be the slope of one term among many,
 * which bend more than it jumps: so r is then taken at equispaced places, and where it moves as it does not on both
 * sides of that is bisected.
 */
#include "numeric/treads.h"

#include <math.h>

#include "numeric/expect.h"
#include "numeric/stencil.h"
#include "numeric/steps.h"

enum { WIDENINGS = 12, BISECTIONS = 14, AHEAD = 3 /* of those */, SMALLER = 2, CELLS = 24 };
static const double quiet = 0.25;            /* of |g - D| h: the function is still what D says */
static const double ratio = 4;               /* of one step to the next */
static const double farthest = 64;           /* times s */
static const double narrowed = 1.0 / 512;    /* what bisection must come to, to tell a jump from a slope */
static const double concentrated = 1.0 / 16; /* of the change, left there: one of some treads */
static const double beyond[] = {1.0 / 16, 1.0 / 64};
static const double worth = 8;                  /* |g - D| d over |J| */
static const double slight = 0.3;               /* of g or D: what one term of many makes up for */
static const double spacings[] = {0.5, 1.4, 4}; /* times the chosen step, to look for that */
static const double plausible_noise = 0.02;     /* of the outputs that move: such a term's jump */
static const double plausible_jump = 0.1;       /* of the outputs that move */
static const double plausible_units = 64;       /* or of an intermediate value of size 1 */

typedef struct walker {
  const gchk_line *line;
  const double *v;
  double *y, *base;
  double slope;    /* D */
  double question; /* |g - D| */
  double size;     /* sum |v_j| max(|y_j|, |y_j(x)|) of the outputs that differ from those at x, where it was last */
  double weight;   /* sum |v_j| of them */
} walker;

/* Two distances from x on one side, and r there. */
typedef struct interval {
  double low, r_low, high, r_high;
} interval;

/* One edge: r jumps between two neighbouring places. */
typedef struct edge {
  double distance, jump, size, weight;
} edge;

static gchk_status outputs_at(const walker *w, double x, double *y, gchk_error *error) {
  return w->line->evaluate(w->line->context, x, y, error);
}

/* r at a signed h; NaN where there is no such number. */
static gchk_status remainder_at(walker *w, double h, double *r, gchk_error *error) {
  const gchk_line *line = w->line;
  double x = gchk_step_to(line->x, h, line->variable_unit);
  *r = (double)NAN;
  if (!isfinite(x))
    return GCHK_OK;
  GCHK_TRY(outputs_at(w, x, w->y, error));
  w->size = w->weight = 0;
  for (size_t j = 0; j < line->output_count; j++) {
    if (w->y[j] == w->base[j])
      continue;
    w->size += fabs(w->v[j]) * fmax(fabs(w->y[j]), fabs(w->base[j]));
    w->weight += fabs(w->v[j]);
  }
  *r = gchk_project(w->v, w->y, w->base, line->output_count) - w->slope * (x - line->x);
  return GCHK_OK;
}

static bool is_quiet(const walker *w, double h, double r) {
  return fabs(r) <= quiet * w->question * h;
}

/* Where r is quiet, and the next step where it is not; false: there is no such place. */
static gchk_status bracket(walker *w, int side, double start, interval *in, bool *is_found, gchk_error *error) {
  double limit = farthest * fmax(w->line->scale, fabs(w->line->x));
  gchk_expected expected = {.count = 0};
  *is_found = false;
  in->low = start;
  gchk_expected_add(&expected, w->line, side * start);
  for (int k = 0; k < WIDENINGS && ldexp(start, 2 * k + 2) <= limit; k++)
    gchk_expected_add(&expected, w->line, side * ldexp(start, 2 * k + 2));
  GCHK_TRY(gchk_expect(&expected, w->line, error));
  GCHK_TRY(remainder_at(w, side * in->low, &in->r_low, error));
  for (int k = 0; k < SMALLER && !is_quiet(w, in->low, in->r_low); k++) {
    in->low /= ratio;
    GCHK_TRY(remainder_at(w, side * in->low, &in->r_low, error));
  }
  if (!is_quiet(w, in->low, in->r_low))
    return GCHK_OK;
  for (int k = 0; k < WIDENINGS && ratio * in->low <= limit; k++) {
    in->high = ratio * in->low;
    GCHK_TRY(remainder_at(w, side * in->high, &in->r_high, error));
    if (!isfinite(in->r_high))
      return GCHK_OK;
    *is_found = !is_quiet(w, in->high, in->r_high);
    if (*is_found)
      return GCHK_OK;
    in->low = in->high;
    in->r_low = in->r_high;
  }
  return GCHK_OK;
}

/* Where bisection may ask next, `depth` times. */
static void expect_middles(const walker *w, int side, double low, double high, int depth, gchk_expected *expected) {
  const double middle = low + (high - low) / 2;
  if (depth == 0)
    return;
  gchk_expected_add(expected, w->line, side * middle);
  expect_middles(w, side, low, middle, depth - 1, expected);
  expect_middles(w, side, middle, high, depth - 1, expected);
}

/*
 * Halves the interval until it is as narrow as the variable's type allows: to where r leaves what is quiet, or (loud
 * is 0) towards the larger change. Is what is left a jump?
 */
static gchk_status bisect(walker *w, int side, interval *in, double loud, bool *is_jump, gchk_error *error) {
  const interval whole = *in;
  double finest = 2 * gchk_spacing_at(fabs(w->line->x) + in->high, w->line->variable_unit);
  for (int k = 0; k < BISECTIONS && in->high - in->low > finest; k++) {
    double middle = in->low + (in->high - in->low) / 2, r;
    gchk_expected expected = {.count = 0};
    if (k % AHEAD == 0)
      expect_middles(w, side, in->low, in->high, AHEAD, &expected);
    GCHK_TRY(gchk_expect(&expected, w->line, error));
    GCHK_TRY(remainder_at(w, side * middle, &r, error));
    bool is_further = loud > 0 ? fabs(r) <= loud : fabs(in->r_high - r) >= fabs(r - in->r_low);
    if (is_further) {
      in->low = middle;
      in->r_low = r;
    } else {
      in->high = middle;
      in->r_high = r;
    }
  }
  double left = fabs(in->r_high - in->r_low);
  double least = loud > 0 ? loud : concentrated * fabs(whole.r_high - whole.r_low);
  *is_jump = in->high - in->low <= narrowed * (whole.high - whole.low) && left >= least;
  return GCHK_OK;
}

/* The first jump on one side; or, where many small ones come first, the largest of the next. It is 0 where none is. */
static gchk_status find_edge(walker *w, int side, double start, edge *found, gchk_error *error) {
  interval whole;
  bool is_there;
  *found = (edge){.jump = 0};
  GCHK_TRY(bracket(w, side, start, &whole, &is_there, error));
  if (!is_there)
    return GCHK_OK;
  found->size = w->size;
  found->weight = w->weight;
  interval in = whole;
  GCHK_TRY(bisect(w, side, &in, quiet * w->question * whole.low, &is_there, error));
  if (!is_there) {
    in.high = whole.high;
    in.r_high = whole.r_high;
    GCHK_TRY(bisect(w, side, &in, 0, &is_there, error));
  }
  found->distance = in.high;
  found->jump = is_there ? in.r_high - in.r_low : 0;
  return GCHK_OK;
}

/*
 * The place among equispaced ones where r moves least as it does to both sides of it, if it is a jump that is left
 * there when it is bisected.
 */
static gchk_status scan(walker *w, double spacing, edge *found, gchk_error *error) {
  double r[CELLS + 1], most = 0;
  size_t best = 0;
  gchk_expected expected = {.count = 0};
  *found = (edge){.jump = 0};
  for (size_t i = 0; i <= CELLS; i++)
    gchk_expected_add(&expected, w->line, ((double)i - CELLS / 2) * spacing);
  GCHK_TRY(gchk_expect(&expected, w->line, error));
  for (size_t i = 0; i <= CELLS; i++)
    GCHK_TRY(remainder_at(w, ((double)i - CELLS / 2) * spacing, &r[i], error));
  for (size_t i = 1; i + 2 <= CELLS; i++) {
    double stands_out = fabs(r[i + 1] - r[i] - (r[i] - r[i - 1] + r[i + 2] - r[i + 1]) / 2);
    if (!isfinite(stands_out))
      return GCHK_OK;
    if (stands_out > most) {
      most = stands_out;
      best = i;
    }
  }
  if (best == 0)
    return GCHK_OK;
  double low = ((double)best - CELLS / 2) * spacing, high = low + spacing;
  double around = (r[best] - r[best - 1] + r[best + 2] - r[best + 1]) / (2 * spacing);
  interval in = {low, r[best] - around * low, high, r[best + 1] - around * high};
  bool is_jump;
  w->slope += around;
  GCHK_TRY(bisect(w, 1, &in, 0, &is_jump, error));
  w->slope -= around;
  double jump = in.r_high - in.r_low;
  *found = (edge){.distance = fmax(fabs(in.low), fabs(in.high)),
                  .jump = is_jump && fabs(jump) >= most / 2 ? jump : 0,
                  .size = w->size,
                  .weight = w->weight};
  return GCHK_OK;
}

/* May rounding make such a jump, and is it worth what g and D differ by over the width of its tread? */
static bool is_worth(const walker *w, const gchk_derivative *derivative, double plausible, double width,
                     const edge *e) {
  double noise = 4 * derivative->rounding * derivative->step;
  double most = fmax(plausible * e->size, plausible_units * w->line->output_unit * e->weight);
  double jump = fabs(e->jump);
  return jump > noise && jump <= most && w->question * width <= worth * jump;
}

/* Is what follows the edge a tread again, and not a slope of its own? */
static gchk_status has_tread(walker *w, int side, const edge *e, double width, bool *is_tread, gchk_error *error) {
  double at, r;
  *is_tread = false;
  GCHK_TRY(remainder_at(w, side * e->distance, &at, error));
  for (size_t k = 0; k < sizeof beyond / sizeof beyond[0] && !*is_tread; k++) {
    double way = beyond[k] * width;
    if (way < 4 * gchk_spacing_at(fabs(w->line->x) + e->distance, w->line->variable_unit))
      break;
    GCHK_TRY(remainder_at(w, side * (e->distance + way), &r, error));
    *is_tread = fabs(r - at) <= quiet * fabs(e->jump) * beyond[k];
  }
  return GCHK_OK;
}

/* Do steps larger than the chosen one see anything else, or do none see anything? */
static bool may_be_on_a_tread(const gchk_derivative *derivative, double question) {
  bool differs = derivative->is_flat;
  for (size_t k = 0; k < derivative->chosen; k++) {
    const gchk_rung *rung = &derivative->rungs[k];
    double plus = fabs(rung->slope_plus - derivative->value), minus = fabs(rung->slope_minus - derivative->value);
    differs = differs || fmax(plus, minus) > quiet * question;
  }
  return differs;
}

/*
 * Outputs that are all 0, and stay so however far one goes: log(sum) of a sum that is 1 in float. What one rounding of
 * a number of size 1 hides is no evidence.
 */
static bool is_hidden_by_zero(const walker *w, const gchk_derivative *derivative) {
  double weight = 0;
  for (size_t j = 0; j < w->line->output_count; j++) {
    if (w->base[j] != 0)
      return false;
    weight += fabs(w->v[j]);
  }
  double reach = fmax(w->line->scale, 1);
  return derivative->is_flat && w->question * reach <= plausible_units * w->line->output_unit * weight;
}

/* Jumps that make up for most of the slope: those next to x, with a tread behind. */
static gchk_status find_large(walker *w, const gchk_derivative *derivative, bool *are_there, gchk_error *error) {
  edge edges[2];
  double width = 0;
  for (size_t i = 0; i < 2; i++) {
    GCHK_TRY(find_edge(w, i == 0 ? 1 : -1, derivative->step, &edges[i], error));
    width += edges[i].jump != 0 ? edges[i].distance : 0;
  }
  for (size_t i = 0; i < 2 && !*are_there; i++)
    if (is_worth(w, derivative, plausible_jump, width, &edges[i]))
      GCHK_TRY(has_tread(w, i == 0 ? 1 : -1, &edges[i], width, are_there, error));
  return GCHK_OK;
}

/* Those of one term among many, which the bending of the others hides from a walk. */
static gchk_status find_small(walker *w, const gchk_derivative *derivative, bool *are_there, gchk_error *error) {
  for (size_t i = 0; i < sizeof spacings / sizeof spacings[0] && !*are_there; i++) {
    edge found;
    GCHK_TRY(scan(w, spacings[i] * derivative->step, &found, error));
    *are_there = is_worth(w, derivative, plausible_noise, found.distance, &found);
  }
  return GCHK_OK;
}

gchk_status gchk_find_treads(const gchk_line *line, size_t draw, const gchk_derivative *derivative, double g,
                             double *space, bool *are_there, gchk_error *error) {
  walker w = {.line = line,
              .v = line->v[draw],
              .y = space,
              .base = space + line->output_count,
              .slope = derivative->value,
              .question = fabs(g - derivative->value)};
  *are_there = false;
  if (!isfinite(w.question) || !(derivative->step > 0))
    return GCHK_OK;
  bool is_slight = w.question < slight * fmax(fabs(g), fabs(derivative->value));
  if (!is_slight && !may_be_on_a_tread(derivative, w.question))
    return GCHK_OK;
  GCHK_TRY(outputs_at(&w, line->x, w.base, error));
  if (is_hidden_by_zero(&w, derivative)) {
    *are_there = true;
    return GCHK_OK;
  }
  if (is_slight)
    GCHK_TRY(find_small(&w, derivative, are_there, error));
  return *are_there ? GCHK_OK : find_large(&w, derivative, are_there, error);
}
