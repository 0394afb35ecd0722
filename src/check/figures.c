/*
 * Of many elements: a block of them at a time, as arrays of what each adds. Sums are added one element after the other,
 * in their order; a block that adds nothing is passed over.
 */
#include "check/figures.h"

#include <math.h>

#include "check/figure_terms.h"
#include "core/double_bits.h"
#include "core/memory.h"
#include "core/statistics.h"
#include "decide/tally.h"

static bool is_judged(const gchk_tensor_work *w, size_t e) {
  return w->verdict[e] == GCHK_PASS || w->verdict[e] >= GCHK_FAIL;
}

/*
 * What an undecided element is off by, nobody knows, and at a kink there is no one slope to be off from. With a fixed
 * step the figures are the documents': those of every difference at that step, whatever it is worth.
 */
static bool any_judged(const gchk_tensor_work *w) {
  if (w->has_fixed_step)
    return false;
  for (size_t k = 0; k < w->checked_count; k++)
    if (is_judged(w, w->checked[k]))
      return true;
  return false;
}

/* Arrays of the elements of a block that are not all of a tensor's. */
typedef struct gathered {
  double analytic[GCHK_FIGURE_BLOCK], numeric[GCHK_FIGURE_BLOCK];
  double bound[GCHK_FIGURE_BLOCK], numeric_bound[GCHK_FIGURE_BLOCK];
  uint64_t judged[GCHK_FIGURE_BLOCK];
} gathered;

static gchk_figure_block block_at(const gchk_tensor_work *w, size_t draw, bool judged_only, size_t from, gathered *g) {
  const double *uncertain = w->numeric_bound[draw];
  const size_t left = w->checked_count - from, count = left < GCHK_FIGURE_BLOCK ? left : GCHK_FIGURE_BLOCK;
  for (size_t i = 0; i < count; i++)
    g->judged[i] = !judged_only || is_judged(w, w->checked[from + i]) ? UINT64_MAX : 0;
  if (w->checked_count == w->total)
    return (gchk_figure_block){w->analytic[draw] + from,
                               w->numeric[draw] + from,
                               w->bound[draw] + from,
                               uncertain != NULL ? uncertain + from : NULL,
                               g->judged,
                               count};
  for (size_t i = 0; i < count; i++) {
    const size_t e = w->checked[from + i];
    g->analytic[i] = w->analytic[draw][e];
    g->numeric[i] = w->numeric[draw][e];
    g->bound[i] = gchk_element_bound(w, draw, e);
    g->numeric_bound[i] = uncertain != NULL ? uncertain[e] : (double)NAN;
  }
  return (gchk_figure_block){g->analytic, g->numeric, g->bound, g->numeric_bound, g->judged, count};
}

typedef struct sums {
  double difference, bound, gd, gg, dd;
} sums;

static void add_terms(sums *s, const gchk_figure_terms *terms, size_t count) {
  sums own = *s;
  for (size_t i = 0; i < count; i++) {
    own.difference += terms->difference[i];
    own.bound += terms->bound[i];
    own.gd += terms->gd[i];
    own.gg += terms->gg[i];
    own.dd += terms->dd[i];
  }
  *s = own;
}

/* Appends the numbers among them. */
static size_t append_numbers(const double *x, size_t count, double *to, size_t at) {
  for (size_t i = 0; i < count; i++) { // without a branch: what is none is written over
    to[at] = x[i];
    at += x[i] == x[i];
  }
  return at;
}

/* Values of which medians are wanted. */
typedef struct collected {
  double *bounds, *parts; // room for one more than are checked; NULL: none are asked for
  size_t bound_count, part_count;
} collected;

static sums sum_up(const gchk_tensor_work *w, size_t draw, gchk_figure_most *most, collected *c) {
  const bool judged_only = any_judged(w);
  sums s = {0};
  gathered room;
  gchk_figure_terms terms;
  double part[GCHK_FIGURE_BLOCK];
  *most = (gchk_figure_most){0};
  for (size_t from = 0; from < w->checked_count; from += GCHK_FIGURE_BLOCK) {
    const gchk_figure_block block = block_at(w, draw, judged_only, from, &room);
    gchk_find_figure_terms(&block, &terms, most);
    if (most->any != 0)
      add_terms(&s, &terms, block.count);
    if (c->bounds == NULL)
      continue;
    c->bound_count = append_numbers(terms.known_bound, block.count, c->bounds, c->bound_count);
    gchk_find_uncertain_parts(&block, part);
    c->part_count = append_numbers(part, block.count, c->parts, c->part_count);
  }
  return s;
}

static gchk_difference mean_of(const sums *s, const gchk_figure_most *most) {
  const size_t compared = (size_t)most->compared;
  if (compared == 0)
    return (gchk_difference){.mean = (double)NAN, .bound = (double)NAN};
  return (gchk_difference){
      .compared = compared, .mean = s->difference / (double)compared, .bound = s->bound / (double)compared};
}

gchk_difference gchk_mean_difference(const gchk_tensor_work *w, size_t draw) {
  gchk_figure_most most;
  const sums s = sum_up(w, draw, &most, &(collected){.bounds = NULL});
  return mean_of(&s, &most);
}

static double digits_of(double part) {
  return part > 0 ? fmin(17, -log10(part)) : 17;
}

// How many digits are verified of half of the elements: the logarithm of the median, or of the two in the middle.
static double median_digits(double *parts, size_t count) {
  double two[2];
  if (count == 0)
    return (double)NAN;
  gchk_select_two(parts, parts, count, (count - 1) / 2, two);
  return count % 2 == 0 ? 0.5 * digits_of(two[1]) + 0.5 * digits_of(two[0]) : digits_of(two[0]);
}

/* `room` is for one more than are checked. */
static double median_step(const gchk_tensor_work *w, double *room) {
  size_t count = 0;
  if (w->checked_count == w->total && gchk_are_numbers(w->step, w->total))
    return gchk_select_quantile(w->step, room, w->total, 0.5);
  for (size_t k = 0; k < w->checked_count; k++)
    count = append_numbers(&w->step[w->checked[k]], 1, room, count);
  return gchk_select_quantile(room, room, count, 0.5);
}

// Of the first draw the upstream gradient is 1 for a scalar: its figures are the documents' figures.
bool gchk_describe_figures(gchk_case_work *work, const gchk_tensor_work *w, size_t draw, gchk_tensor_result *r) {
  collected c = {.bounds = gchk_arena_unset(work->scratch, w->checked_count + 1, sizeof(double)),
                 .parts = gchk_arena_unset(work->scratch, w->checked_count + 1, sizeof(double))};
  if (c.bounds == NULL || c.parts == NULL)
    return false;
  gchk_figure_most most;
  const sums s = sum_up(w, draw, &most, &c);
  const gchk_difference mean = mean_of(&s, &most);
  const bool is_empty = mean.compared == 0, has_nan = !is_empty && isnan(mean.mean);
  r->draw = draw;
  r->mean_abs_diff = mean.mean;
  r->bound_mean = mean.bound;
  r->max_abs_diff = is_empty ? (double)NAN : has_nan ? (double)INFINITY : gchk_double_of(most.difference);
  r->max_rel_diff = is_empty ? (double)NAN : has_nan ? (double)INFINITY : gchk_double_of(most.relative);
  // Rounding of three long sums must not take it beyond 1.
  r->cosine = s.gg > 0 && s.dd > 0 ? fmax(-1, fmin(s.gd / (sqrt(s.gg) * sqrt(s.dd)), 1)) : (double)NAN;
  r->bound_max = is_empty ? (double)NAN : gchk_double_of(most.bound);
  r->bound_median = gchk_select_quantile(c.bounds, c.bounds, c.bound_count, 0.5);
  r->digits = median_digits(c.parts, c.part_count);
  r->step = median_step(w, c.bounds);
  return true;
}
