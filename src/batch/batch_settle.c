/*
 * What differentiate.c, stencil.c, bound.c and kink.c make of the rungs of one element with one output, for arrays of
 * elements, where the rungs are the first three, or two flat ones, or those of a fixed step. Written case by case: with
 * three neighbouring rungs only the smallest step has a truncation, so that the candidates are its D and its X; none is
 * far; no noise can be learnt.
 *
 * Loops work on a few elements at once and in arrays of their own, so that compilers see that nothing overlaps. What a
 * NaN is in comes out as not settled.
 */
#include "batch/batch_settle.h"

#include <math.h>
#include <string.h>

#include "core/clones.h"
#include "numeric/rung_formulas.h"

enum { LANES = 64 };

/* What is the same for all elements. */
typedef struct common {
  double y0, v, size_y0, size_v;
  double unit, sigma4, underflow;
  double tolerance;
  double hidden; /* 2 u |y0| */
  bool has_start;
} common;

static common common_of(const gchk_batch_line *line) {
  return (common){.y0 = line->y0,
                  .v = line->v,
                  .size_y0 = fabs(line->y0),
                  .size_v = fabs(line->v),
                  .unit = line->output_unit,
                  .sigma4 = 4 * line->sigma,
                  .underflow = gchk_underflow_of(line->output_unit) * fabs(line->v),
                  .tolerance = gchk_tolerance(line->output_unit),
                  .hidden = 2 * line->output_unit * fabs(line->y0),
                  .has_start = line->start > 0};
}

/* Some elements: their results, and whether each is settled. */
typedef struct lanes {
  double value[LANES], bound[LANES], step[LANES], rounding[LANES], row[LANES], hidden[LANES];
  int64_t is_settled[LANES];
  int64_t is_flat[LANES], is_flat_below[LANES];
} lanes;

/* Points and outputs of one rung of these elements. */
typedef struct side_rows {
  const double *plus, *minus, *y_plus, *y_minus;
} side_rows;

static side_rows rows_of(const gchk_batch *b, size_t pair, size_t from) {
  size_t at = 2 * pair * b->asked_width + from;
  const double *value = b->asked_value + at, *loss = b->asked_loss + at;
  return (side_rows){value, value + b->asked_width, loss, loss + b->asked_width};
}

/* One rung, and what more its points say. */
typedef struct seen {
  gchk_rung rung;
  double h;    /* (h+ + h-)/2 */
  double size; /* p = |v| max |y| */
  double row;  /* (y+ - y-)/(h+ + h-) */
  bool is_flat;
} seen;

static inline seen see(const common *c, const side_rows *rows, size_t i, double x) {
  double y_plus = rows->y_plus[i], y_minus = rows->y_minus[i];
  double h_plus = rows->plus[i] - x, h_minus = x - rows->minus[i], both = h_plus + h_minus;
  double a = c->v * (y_plus - c->y0), b = c->v * (c->y0 - y_minus);
  seen s;
  s.h = both / 2;
  s.size = c->size_v * gchk_larger(gchk_larger(c->size_y0, fabs(y_plus)), fabs(y_minus));
  s.row = (y_plus - y_minus) / both;
  s.is_flat = (y_plus == c->y0) && (y_minus == c->y0) && (h_plus > 0) && (h_minus > 0);
  s.rung.step_plus = h_plus;
  s.rung.step_minus = h_minus;
  s.rung.slope_plus = a / h_plus;
  s.rung.slope_minus = b / h_minus;
  s.rung.difference = (a + b) / both;
  double eps = gchk_larger(c->unit * s.size, c->sigma4) + c->underflow;
  s.rung.rounding = gchk_rounding_at(eps, s.h, s.rung.difference);
  return s;
}

/* Are both points there, and both slopes finite? */
static inline bool is_sound(const gchk_rung *rung) {
  double check = rung->slope_plus + rung->slope_minus + rung->difference + rung->rounding;
  return (check - check == 0) && (rung->step_plus > 0) && (rung->step_minus > 0);
}

static inline double shown_slope(const gchk_rung *rung) {
  double larger = gchk_larger(fabs(rung->slope_plus), fabs(rung->slope_minus));
  return larger > 4 * rung->rounding ? larger : 0;
}

/* What the rungs leave unexplained, as an error of the outputs. */
static inline double unexplained(double change, double asymmetry, bool is_resolved, double h) {
  return h * gchk_larger(is_resolved ? change : 0, asymmetry);
}

/* A kink at the point, as far as three rungs can tell. */
static inline bool is_kink(const gchk_rung *a, const gchk_rung *b, const gchk_rung *c, bool is_lowest) {
  bool at_last = gchk_is_apart(c), in_between = !at_last && gchk_is_apart(b);
  return (at_last && is_lowest && gchk_kink_persists(b, c)) ||
         (in_between && gchk_kink_persists(a, b) && !gchk_gap_must_show(gchk_even_part(b), c));
}

GCHK_CLONES static void settle_three(lanes *to, const common *given, const double *x, const int64_t *start,
                                     const int64_t *usual, const int64_t *top, const int64_t *bottom,
                                     const int64_t *lowest, const int64_t *highest, const side_rows rows[3],
                                     size_t count) {
  const common c = *given;
  const side_rows r0 = rows[0], r1 = rows[1], r2 = rows[2];
  lanes out;
  for (size_t i = 0; i < count; i++) {
    seen s0 = see(&c, &r0, i, x[i]), s1 = see(&c, &r1, i, x[i]), s2 = see(&c, &r2, i, x[i]);
    const gchk_rung *a = &s0.rung, *b = &s1.rung, *d = &s2.rung;
    double before = a->difference - b->difference, change = b->difference - d->difference;
    bool resolved_before = fabs(before) > a->rounding + b->rounding;
    bool resolved = fabs(change) > b->rounding + d->rounding;
    double asymmetry_before = gchk_asymmetry(a, b), asymmetry = gchk_asymmetry(b, d);
    double largest = gchk_larger(gchk_larger(c.size_v * c.size_y0, s0.size), gchk_larger(s1.size, s2.size));

    bool converges = !resolved || (fabs(change) <= fabs(before) / 8);
    double even = gchk_even_part_falls(asymmetry_before, asymmetry) && converges ? 0 : asymmetry;
    double truncation = gchk_truncation_of(fabs(before), fabs(change), resolved);
    bool grows = (start[i] - GCHK_RUNG > usual[i] + GCHK_RUNG) && resolved && (fabs(change) > fabs(before));
    double bound = 2 * truncation + gchk_larger(d->rounding, even);
    double extrapolated_bound = 2 * gchk_extrapolated_truncation(before, change, truncation) +
                                gchk_larger(gchk_extrapolated_rounding(b->rounding, d->rounding), even);
    bool extrapolates =
        resolved_before && resolved && gchk_is_second_order(before, change) && (extrapolated_bound < bound);
    double value = extrapolates ? d->difference - change / 15 : d->difference;
    bound = extrapolates ? extrapolated_bound : bound;

    double left = unexplained(fabs(before), asymmetry_before, resolved_before, s1.h);
    double next = unexplained(fabs(change), asymmetry, resolved, s2.h);
    bool is_abrupt =
        (left > GCHK_ABRUPT * gchk_larger(next, d->rounding * d->step_plus)) && (start[i] <= top[i] + 3 - GCHK_CLOSE);
    bool resolved_low = resolved_before || resolved || (asymmetry_before > 0) || (asymmetry > 0);
    double steepest = start[i] - GCHK_RUNG <= usual[i] + GCHK_RUNG ? shown_slope(d) : 0;
    steepest = gchk_larger(steepest, start[i] <= usual[i] + GCHK_RUNG ? shown_slope(b) : 0);
    steepest = gchk_larger(steepest, start[i] <= usual[i] ? shown_slope(a) : 0);
    bool is_narrow = bound <= gchk_wanted_bound(c.tolerance, fabs(value), bound, resolved_low, steepest);
    // A start that a hint gave is left for smaller steps where truncation rules; a bound that is too wide for others,
    // as far as there are some.
    bool has_slope = fabs(value) > 3 * bound, has_smaller = start[i] - 2 * GCHK_RUNG >= lowest[i];
    bool has_larger = start[i] + 2 * GCHK_RUNG <= (has_slope || (top[i] < GCHK_EIGHTH) ? highest[i] : top[i]);
    bool goes_on = is_narrow && !is_abrupt ? c.has_start && gchk_is_truncated(bound, d->rounding) && has_smaller
                                           : (resolved_low && has_smaller) || has_larger;

    out.value[i] = value;
    out.bound[i] = bound;
    out.step[i] = s2.h;
    out.rounding[i] = d->rounding;
    out.hidden[i] = 0;
    out.row[i] = extrapolates ? s2.row + (s2.row - s1.row) / 15 : s2.row;
    out.is_flat[i] = s0.is_flat;
    out.is_flat_below[i] = s2.is_flat;
    out.is_settled[i] = !s0.is_flat && is_sound(a) && is_sound(b) && is_sound(d) && !goes_on && !grows &&
                        !gchk_is_hopeless(d, largest) && !is_kink(a, b, d, start[i] - GCHK_RUNG <= bottom[i]) &&
                        (bound - bound == 0);
  }
  *to = out;
}

GCHK_CLONES static void settle_fixed(lanes *to, const common *given, const double *x, const side_rows rows[2],
                                     size_t count) {
  const common c = *given;
  const side_rows r0 = rows[0], r1 = rows[1];
  lanes out;
  for (size_t i = 0; i < count; i++) {
    seen s0 = see(&c, &r0, i, x[i]), s1 = see(&c, &r1, i, x[i]);
    const gchk_rung *twice = &s0.rung, *rung = &s1.rung;
    double truncation = gchk_fixed_truncation(twice, rung), asymmetry = gchk_fixed_asymmetry(twice, rung);
    double bound = 2 * truncation + gchk_larger(rung->rounding, asymmetry);
    out.value[i] = rung->difference;
    out.bound[i] = bound;
    out.step[i] = s1.h;
    out.rounding[i] = rung->rounding;
    out.is_flat[i] = s0.is_flat && s1.is_flat;
    out.hidden[i] = out.is_flat[i] ? c.hidden / s0.h : 0;
    out.row[i] = out.is_flat[i] ? 0 : s1.row;
    out.is_settled[i] = is_sound(twice) && is_sound(rung) && (bound - bound == 0) &&
                        gchk_is_fixed_smooth(twice, rung, truncation, asymmetry);
  }
  *to = out;
}

/* Takes over the results of elements `from` on. */
static void keep(gchk_batch *b, const lanes *found, size_t from, size_t count) {
  memcpy(b->value + from, found->value, count * sizeof *b->value);
  memcpy(b->bound + from, found->bound, count * sizeof *b->bound);
  memcpy(b->step + from, found->step, count * sizeof *b->step);
  memcpy(b->rounding + from, found->rounding, count * sizeof *b->rounding);
  memcpy(b->hidden + from, found->hidden, count * sizeof *b->hidden);
  memcpy(b->row + from, found->row, count * sizeof *b->row);
}

void gchk_batch_settle_three(gchk_batch *b) {
  const common c = common_of(&b->line);
  for (size_t from = 0; from < b->count; from += LANES) {
    size_t count = b->count - from < LANES ? b->count - from : LANES;
    const side_rows rows[3] = {rows_of(b, 0, from), rows_of(b, 1, from), rows_of(b, 2, from)};
    lanes found;
    settle_three(&found, &c, b->x + from, b->start + from, b->usual + from, b->top + from, b->bottom + from,
                 b->lowest + from, b->highest + from, rows, count);
    keep(b, &found, from, count);
    for (size_t i = 0; i < count; i++) {
      b->state[from + i] = found.is_settled[i] ? GCHK_BATCH_SMOOTH : GCHK_BATCH_OPEN;
      b->moves[from + i] = !found.is_flat[i];
      b->is_flat_below[from + i] = found.is_flat_below[i] != 0;
    }
  }
}

void gchk_batch_settle_fixed(gchk_batch *b) {
  const common c = common_of(&b->line);
  for (size_t from = 0; from < b->count; from += LANES) {
    size_t count = b->count - from < LANES ? b->count - from : LANES;
    const side_rows rows[2] = {rows_of(b, 0, from), rows_of(b, 1, from)};
    lanes found;
    settle_fixed(&found, &c, b->x + from, rows, count);
    keep(b, &found, from, count);
    for (size_t i = 0; i < count; i++)
      b->state[from + i] = !found.is_settled[i] ? GCHK_BATCH_OPEN
                           : found.is_flat[i]   ? GCHK_BATCH_FLAT
                                                : GCHK_BATCH_SMOOTH;
  }
}

int64_t gchk_batch_flat_exponent(const gchk_batch *b, size_t element, size_t k) {
  const int64_t top = b->top[element];
  return k == 0 ? top : k == 1 ? gchk_far_exponent(top) : gchk_eighth_exponent(top);
}

/* Did it not move at the j-th element's points of pair `pair`? */
static bool is_flat_at(const gchk_batch *b, size_t pair, size_t j, double x) {
  side_rows rows = rows_of(b, pair, j);
  return *rows.plus != x && *rows.minus != x && *rows.y_plus == b->line.y0 && *rows.y_minus == b->line.y0;
}

static double step_at(const gchk_batch *b, size_t pair, size_t j, double x) {
  side_rows rows = rows_of(b, pair, j);
  return ((*rows.plus - x) + (x - *rows.minus)) / 2;
}

/* Flat elements: 0, and the rounding of the largest step that was taken. */
void gchk_batch_settle_flat(gchk_batch *b) {
  const common c = common_of(&b->line);
  const double eps = gchk_larger(c.unit * (c.size_v * c.size_y0), c.sigma4) + c.underflow;
  for (size_t j = 0; j < b->asked_width; j++) {
    const size_t e = b->asked_element[j];
    const double x = b->x[e];
    bool is_flat_far = is_flat_at(b, 1, j, x);
    // What moves far away only may move at 1/8 too; where none of these is a second step, a smaller one is.
    bool takes_eighth = !is_flat_far && b->top[e] < gchk_eighth_exponent(b->top[e]);
    bool takes_below = !takes_eighth && b->top[e] == b->start[e] + GCHK_RUNG;
    bool is_flat =
        is_flat_at(b, 0, j, x) && (!takes_eighth || is_flat_at(b, 2, j, x)) && (!takes_below || b->is_flat_below[e]);

    double first = ((b->values[e] - x) + (x - b->values[b->count + e])) / 2;
    double h = gchk_larger(first, step_at(b, takes_eighth ? 2 : 0, j, x));
    b->value[e] = b->row[e] = 0;
    b->bound[e] = b->rounding[e] = gchk_rounding_at(eps, h, 0);
    b->step[e] = h;
    b->hidden[e] = c.hidden / h;
    if (is_flat && isfinite(b->bound[e]))
      b->state[e] = is_flat_far ? GCHK_BATCH_EXACT_ZERO : GCHK_BATCH_FLAT;
  }
}
