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
#include "core/double_bits.h"
#include "numeric/rung_formulas.h"

// These make jumps of flags, which GCC's vectoriser does not undo.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-tree-pre", "no-tree-dominator-opts")
#endif

enum { LANES = 64 };

/* What is the same for all elements, of one draw. */
typedef struct common {
  double y0, v, size_y0, size_v;
  double unit, sigma4, underflow;
  double tolerance;
  double hidden;    /* 2 u |y0| */
  double unrefined; /* bounds up to this are left as they are: all where no start is given */
} common;

static common common_of(const gchk_batch_line *line, size_t draw) {
  const double v = line->v[draw];
  return (common){.y0 = line->y0,
                  .v = v,
                  .size_y0 = fabs(line->y0),
                  .size_v = fabs(v),
                  .unit = line->output_unit,
                  .sigma4 = 4 * line->sigma[draw],
                  .underflow = gchk_underflow_of(line->output_unit) * fabs(v),
                  .tolerance = gchk_tolerance(line->output_unit),
                  .hidden = 2 * line->output_unit * fabs(line->y0),
                  .unrefined = line->start > 0 ? 0 : HUGE_VAL};
}

/* Some elements: their results, and whether each is settled. */
typedef struct lanes {
  double value[LANES], bound[LANES], step[LANES], rounding[LANES], row[LANES], hidden[LANES];
  int64_t is_settled[LANES];
  int64_t is_flat[LANES], is_flat_below[LANES], wants[LANES];
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
  s.is_flat = (y_plus == c->y0) & (y_minus == c->y0) & (h_plus > 0) & (h_minus > 0);
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
  return (check - check == 0) & (rung->step_plus > 0) & (rung->step_minus > 0);
}

/* Three neighbouring rungs, the largest step first, and what lies between them. */
typedef struct trio {
  seen a, b, c;
  double before, change; /* D_a - D_b, D_b - D_c */
  bool resolved_before, resolved;
  double asymmetry_before, asymmetry;
} trio;

static inline trio compare(const seen *a, const seen *b, const seen *c) {
  trio t = {.a = *a, .b = *b, .c = *c};
  t.before = a->rung.difference - b->rung.difference;
  t.change = b->rung.difference - c->rung.difference;
  t.resolved_before = fabs(t.before) > a->rung.rounding + b->rung.rounding;
  t.resolved = fabs(t.change) > b->rung.rounding + c->rung.rounding;
  t.asymmetry_before = gchk_asymmetry(&a->rung, &b->rung);
  t.asymmetry = gchk_asymmetry(&b->rung, &c->rung);
  return t;
}

/* D of the smallest step or X, whichever has the smaller bound. */
typedef struct candidate {
  double value, bound, row;
} candidate;

static inline candidate best_of(const trio *t) {
  const gchk_rung *b = &t->b.rung, *c = &t->c.rung;
  bool converges = !t->resolved | (fabs(t->change) <= fabs(t->before) / 8);
  bool is_smooth = gchk_even_part_falls(t->asymmetry_before, t->asymmetry);
  double even = (is_smooth & converges) ? 0 : t->asymmetry;
  double truncation = gchk_truncation_of(fabs(t->before), fabs(t->change), t->resolved);
  double bound = 2 * truncation + gchk_larger(c->rounding, even);
  double extrapolated = 2 * gchk_extrapolated_truncation(t->before, t->change, truncation) +
                        gchk_larger(gchk_extrapolated_rounding(b->rounding, c->rounding), even);
  bool is_second_order = gchk_is_second_order(t->before, t->change);
  bool is_better = t->resolved_before & t->resolved & is_second_order & (extrapolated < bound);
  candidate best;
  best.value = is_better ? c->difference - t->change / 15 : c->difference;
  best.bound = is_better ? extrapolated : bound;
  best.row = is_better ? t->c.row + (t->c.row - t->b.row) / 15 : t->c.row;
  return best;
}

/* What the rungs leave unexplained, as an error of the outputs. */
static inline double unexplained(double change, double asymmetry, bool is_resolved, double h) {
  return h * gchk_larger(is_resolved ? change : 0, asymmetry);
}

/* Does it fall at once by a factor that no analytic function has? */
static inline bool is_abrupt(const trio *t) {
  double here = unexplained(fabs(t->before), t->asymmetry_before, t->resolved_before, t->b.h);
  double next = unexplained(fabs(t->change), t->asymmetry, t->resolved, t->c.h);
  return here > GCHK_ABRUPT * gchk_larger(next, t->c.rung.rounding * t->c.rung.step_plus);
}

/* A kink at the point, as far as three rungs can tell. */
static inline bool is_kink(const trio *t, bool is_lowest) {
  const gchk_rung *a = &t->a.rung, *b = &t->b.rung, *c = &t->c.rung;
  bool at_last = gchk_is_apart(c), before_last = gchk_is_apart(b);
  bool persists = gchk_kink_persists(b, c), persisted = gchk_kink_persists(a, b);
  bool must_show = gchk_gap_must_show(gchk_even_part(b), c);
  return (at_last & is_lowest & persists) | (!at_last & before_last & persisted & !must_show);
}

static inline double shown_slope(const gchk_rung *rung, bool is_counted) {
  double larger = gchk_larger(fabs(rung->slope_plus), fabs(rung->slope_minus));
  return ((larger > 4 * rung->rounding) & is_counted) ? larger : 0;
}

/* The exponents of some elements' steps. */
typedef struct step_rows {
  const int64_t *start, *usual, *top, *bottom, *lowest, *highest;
} step_rows;

/* Would gchk_differentiate take another step, and of which size? Flags of batch_block.h. */
static inline int64_t wants_of(const common *c, const trio *t, const candidate *best, const step_rows *steps,
                               size_t i) {
  const int64_t start = steps->start[i], usual = steps->usual[i], top = steps->top[i], highest = steps->highest[i];
  bool resolved_low = t->resolved_before | t->resolved | (t->asymmetry_before > 0) | (t->asymmetry > 0);
  double steepest =
      gchk_larger(shown_slope(&t->a.rung, start <= usual), shown_slope(&t->b.rung, start <= usual + GCHK_RUNG));
  steepest = gchk_larger(steepest, shown_slope(&t->c.rung, start <= usual + 2 * GCHK_RUNG));
  bool is_narrow =
      best->bound <= gchk_wanted_bound(c->tolerance, fabs(best->value), best->bound, resolved_low, steepest);
  bool may_be_noise = is_abrupt(t), is_settled = is_narrow & !(may_be_noise & (start <= top + 3 - GCHK_CLOSE));

  // A start that a hint gave is left for smaller steps where truncation rules; a bound that is too wide for others, as
  // far as there are some.
  bool is_truncated = gchk_is_truncated(best->bound, t->c.rung.rounding);
  bool has_smaller = start - 2 * GCHK_RUNG >= steps->lowest[i], has_slope = fabs(best->value) > 3 * best->bound;
  bool has_larger = start + 2 * GCHK_RUNG <= ((has_slope | (top < GCHK_EIGHTH)) ? highest : top);
  bool refines = (best->bound > c->unrefined) & is_truncated;
  bool goes_smaller = has_smaller & ((is_settled & refines) | (!is_settled & resolved_low));
  bool may_go = goes_smaller | has_larger, searches = may_go & !is_settled;
  return (goes_smaller ? GCHK_WANTS_SMALLER : 0) + (searches ? GCHK_WANTS_LARGER : 0);
}

GCHK_CLONES static void settle_three(lanes *to, const common *given, const double *x, const step_rows *given_steps,
                                     const side_rows rows[3], size_t count) {
  const common c = *given;
  const side_rows r0 = rows[0], r1 = rows[1], r2 = rows[2];
  const step_rows steps = *given_steps;
  lanes out;
  for (size_t i = 0; i < count; i++) {
    seen s0 = see(&c, &r0, i, x[i]), s1 = see(&c, &r1, i, x[i]), s2 = see(&c, &r2, i, x[i]);
    trio t = compare(&s0, &s1, &s2);
    candidate best = best_of(&t);
    bool is_far_up = steps.start[i] > steps.usual[i] + 2 * GCHK_RUNG;
    bool grows = is_far_up & t.resolved & (fabs(t.change) > fabs(t.before));
    double largest = gchk_larger(gchk_larger(c.size_v * c.size_y0, s0.size), gchk_larger(s1.size, s2.size));
    bool is_hopeless = gchk_is_hopeless(&s2.rung, largest);
    bool has_kink = is_kink(&t, steps.start[i] - GCHK_RUNG <= steps.bottom[i]);
    int64_t wants = wants_of(&c, &t, &best, &steps, i);
    bool sound0 = is_sound(&s0.rung), sound1 = is_sound(&s1.rung), sound2 = is_sound(&s2.rung);
    bool is_whole = sound0 & sound1 & sound2 & (best.bound - best.bound == 0);

    out.value[i] = best.value;
    out.bound[i] = best.bound;
    out.step[i] = s2.h;
    out.rounding[i] = s2.rung.rounding;
    out.hidden[i] = 0;
    out.row[i] = best.row;
    out.is_flat[i] = s0.is_flat;
    out.is_flat_below[i] = s2.is_flat;
    out.wants[i] = (is_whole & !s0.is_flat & !grows & !is_hopeless & !has_kink) ? wants : 0;
    out.is_settled[i] = is_whole & !s0.is_flat & (wants == 0) & !grows & !is_hopeless & !has_kink;
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
    bool is_flat = s0.is_flat & s1.is_flat, is_smooth = gchk_is_fixed_smooth(twice, rung, truncation, asymmetry);
    bool sound0 = is_sound(twice), sound1 = is_sound(rung);
    out.is_flat[i] = is_flat;
    out.hidden[i] = is_flat ? c.hidden / s0.h : 0;
    out.row[i] = is_flat ? 0 : s1.row;
    out.is_settled[i] = sound0 & sound1 & (bound - bound == 0) & is_smooth;
    out.wants[i] = 0;
  }
  *to = out;
}

/* What one draw leaves open is open, and what it wants is wanted: steps are taken for all draws together. */
static void combine(lanes *all, const lanes *draw, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const bool may_settle = (all->is_settled[i] | all->wants[i]) != 0 && (draw->is_settled[i] | draw->wants[i]) != 0;
    all->wants[i] = may_settle ? all->wants[i] | draw->wants[i] : 0;
    all->is_settled[i] &= draw->is_settled[i];
  }
}

/* Takes over the results of elements `from` on, and of all draws what they come to into the first. */
static void keep(gchk_batch *b, lanes *found, size_t from, size_t count) {
  const size_t bytes = count * sizeof(double);
  for (size_t d = 0; d < b->line.draw_count; d++) {
    memcpy(b->value[d] + from, found[d].value, bytes);
    memcpy(b->bound[d] + from, found[d].bound, bytes);
    memcpy(b->rounding[d] + from, found[d].rounding, bytes);
    if (d > 0)
      combine(found, &found[d], count);
  }
  memcpy(b->step + from, found->step, bytes);
  memcpy(b->hidden + from, found->hidden, bytes);
  memcpy(b->row + from, found->row, bytes);
}

/* Is every output of some elements y0, bit for bit? */
GCHK_CLONES static bool all_stay(const side_rows rows[3], double y0, size_t count) {
  const side_rows r0 = rows[0], r1 = rows[1], r2 = rows[2];
  const uint64_t base = gchk_bits_of(y0);
  uint64_t differ = 0;
  for (size_t i = 0; i < count; i++)
    differ |= (gchk_bits_of(r0.y_plus[i]) ^ base) | (gchk_bits_of(r0.y_minus[i]) ^ base) |
              (gchk_bits_of(r1.y_plus[i]) ^ base) | (gchk_bits_of(r1.y_minus[i]) ^ base) |
              (gchk_bits_of(r2.y_plus[i]) ^ base) | (gchk_bits_of(r2.y_minus[i]) ^ base);
  return differ == 0;
}

static bool has_both(const side_rows *rows, size_t i, double x) {
  return (rows->plus[i] - x > 0) & (x - rows->minus[i] > 0);
}

/* What settle_three finds of elements that all stay: nothing, but whether their points are there. */
static void leave_flat(gchk_batch *b, const side_rows rows[3], size_t from, size_t count) {
  const size_t bytes = count * sizeof(double);
  for (size_t d = 0; d < b->line.draw_count; d++) {
    memset(b->value[d] + from, 0, bytes);
    memset(b->bound[d] + from, 0, bytes);
    memset(b->rounding[d] + from, 0, bytes);
  }
  memset(b->step + from, 0, bytes);
  memset(b->hidden + from, 0, bytes);
  memset(b->row + from, 0, bytes);
  memset(b->state + from, GCHK_BATCH_OPEN, count);
  memset(b->wants + from, 0, count);
  for (size_t i = 0; i < count; i++) {
    b->moves[from + i] = !has_both(&rows[0], i, b->x[from + i]);
    b->is_flat_below[from + i] = has_both(&rows[2], i, b->x[from + i]);
  }
}

void gchk_batch_settle_three(gchk_batch *b) {
  for (size_t from = 0; from < b->count; from += LANES) {
    size_t count = b->count - from < LANES ? b->count - from : LANES;
    const side_rows rows[3] = {rows_of(b, 0, from), rows_of(b, 1, from), rows_of(b, 2, from)};
    if (all_stay(rows, b->line.y0, count)) {
      leave_flat(b, rows, from, count);
      continue;
    }
    lanes found[GCHK_MAX_DRAWS];
    const step_rows steps = {b->start + from,  b->usual + from,  b->top + from,
                             b->bottom + from, b->lowest + from, b->highest + from};
    size_t d = 0;
    do {
      const common c = common_of(&b->line, d);
      settle_three(&found[d], &c, b->x + from, &steps, rows, count);
    } while (++d < b->line.draw_count);
    keep(b, found, from, count);
    for (size_t i = 0; i < count; i++) {
      b->state[from + i] = found->is_settled[i] ? GCHK_BATCH_SMOOTH : GCHK_BATCH_OPEN;
      b->moves[from + i] = !found->is_flat[i];
      b->wants[from + i] = (unsigned char)found->wants[i];
      b->is_flat_below[from + i] = found->is_flat_below[i] != 0;
    }
  }
}

void gchk_batch_settle_fixed(gchk_batch *b) {
  for (size_t from = 0; from < b->count; from += LANES) {
    size_t count = b->count - from < LANES ? b->count - from : LANES;
    const side_rows rows[2] = {rows_of(b, 0, from), rows_of(b, 1, from)};
    lanes found[GCHK_MAX_DRAWS];
    size_t d = 0;
    do {
      const common c = common_of(&b->line, d);
      settle_fixed(&found[d], &c, b->x + from, rows, count);
    } while (++d < b->line.draw_count);
    keep(b, found, from, count);
    for (size_t i = 0; i < count; i++)
      b->state[from + i] = !found->is_settled[i] ? GCHK_BATCH_OPEN
                           : found->is_flat[i]   ? GCHK_BATCH_FLAT
                                                 : GCHK_BATCH_SMOOTH;
  }
}

int64_t gchk_batch_flat_exponent(const gchk_batch *b, size_t element, size_t k) {
  const int64_t top = b->top[element];
  return k == 0 ? top : k == 1 ? gchk_far_exponent(top) : gchk_eighth_exponent(top);
}

/* What is known of some flat elements from the first round, each by its place among those that are asked for. */
typedef struct flat_lanes {
  double x[LANES], first[LANES]; /* first: h at 2^(start+2) */
  int64_t top[LANES], start[LANES], is_flat_below[LANES];
  double step[LANES], rounding[LANES], hidden[LANES]; /* found */
  int64_t is_flat[LANES], is_exact[LANES];
} flat_lanes;

/* Are both points there, with the output that there is at x? */
static inline bool stays(const common *c, const side_rows *rows, size_t i, double x) {
  return (rows->plus[i] != x) & (rows->minus[i] != x) & (rows->y_plus[i] == c->y0) & (rows->y_minus[i] == c->y0);
}

static inline double step_at(const side_rows *rows, size_t i, double x) {
  return ((rows->plus[i] - x) + (x - rows->minus[i])) / 2;
}

/* The largest of the steps that were taken is the one that is chosen. */
GCHK_CLONES static void settle_flat(flat_lanes *l, const common *given, const side_rows rows[3], size_t count) {
  const common c = *given;
  const side_rows at_top = rows[0], far = rows[1], eighth = rows[2];
  const double eps = gchk_larger(c.unit * (c.size_v * c.size_y0), c.sigma4) + c.underflow;
  flat_lanes in = *l, out;
  for (size_t i = 0; i < count; i++) {
    const double x = in.x[i];
    const int64_t top = in.top[i];
    bool is_flat_far = stays(&c, &far, i, x), is_flat_at_top = stays(&c, &at_top, i, x);
    bool is_flat_at_eighth = stays(&c, &eighth, i, x);
    // What moves far away only may move at 1/8 too; where none of these is a second step, a smaller one is.
    bool takes_eighth = !is_flat_far & (top < gchk_eighth_exponent(top));
    bool takes_below = !takes_eighth & (top == in.start[i] + GCHK_RUNG);
    double second = takes_eighth ? step_at(&eighth, i, x) : step_at(&at_top, i, x);
    double h = gchk_larger(in.first[i], second), rounding = gchk_rounding_at(eps, h, 0);
    out.step[i] = h;
    out.rounding[i] = rounding;
    out.hidden[i] = c.hidden / h;
    out.is_flat[i] = is_flat_at_top & (!takes_eighth | is_flat_at_eighth) &
                     (!takes_below | (in.is_flat_below[i] != 0)) & (rounding - rounding == 0);
    out.is_exact[i] = is_flat_far;
  }
  *l = out;
}

/* What the first round says of `count` elements from the j-th on. */
static void look_back(flat_lanes *l, const gchk_batch *b, size_t j, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const size_t e = b->asked_element[j + i];
    l->x[i] = b->x[e];
    l->first[i] = ((b->values[e] - b->x[e]) + (b->x[e] - b->values[b->count + e])) / 2;
    l->top[i] = b->top[e];
    l->start[i] = b->start[e];
    l->is_flat_below[i] = b->is_flat_below[e];
  }
}

/* Of one draw; what one draw does not settle is not settled. */
static void keep_flat(gchk_batch *b, const flat_lanes *l, size_t d, size_t j, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const size_t e = b->asked_element[j + i];
    const bool is_flat = l->is_flat[i] != 0 && (d == 0 || b->state[e] != GCHK_BATCH_OPEN);
    b->value[d][e] = b->row[e] = 0;
    b->bound[d][e] = b->rounding[d][e] = l->rounding[i];
    b->step[e] = l->step[i];
    b->hidden[e] = l->hidden[i];
    b->state[e] = !is_flat ? GCHK_BATCH_OPEN : l->is_exact[i] ? GCHK_BATCH_EXACT_ZERO : GCHK_BATCH_FLAT;
    b->wants[e] = is_flat ? 0 : GCHK_WANTS_ALL_LARGER;
  }
}

void gchk_batch_settle_flat(gchk_batch *b) {
  for (size_t j = 0; j < b->asked_width; j += LANES) {
    size_t count = b->asked_width - j < LANES ? b->asked_width - j : LANES;
    const side_rows rows[3] = {rows_of(b, 0, j), rows_of(b, 1, j), rows_of(b, 2, j)};
    for (size_t d = 0; d < b->line.draw_count; d++) {
      const common c = common_of(&b->line, d);
      flat_lanes l;
      look_back(&l, b, j, count);
      settle_flat(&l, &c, rows, count);
      keep_flat(b, &l, d, j, count);
    }
  }
}
