/*
 * One rung: the outputs at x+h and x-h, and what follows from them and the outputs at x.
 *
 *     a = sum_j v_j (y_j(x+) - y_j(x)),  b = sum_j v_j (y_j(x) - y_j(x-)),  D = (a + b)/(h+ + h-)
 *     s+ = a/h+,  s- = b/h-
 *     R = 2 eps/(h+ + h-) + 4 u64 |D|,   eps = max(u P, 4 sigma) + eta sum_j |v_j|
 *
 * h+ and h- are the steps really taken, which are exact. P is the sum of p_j = |v_j| max(|y_j(x)|, |y_j(x+-h)|) over
 * the outputs that differ, at any rung so far, from what they were before: an output that does not depend on x adds no
 * rounding, however large it is. Where no output moves it is the sum over all, for then rounding hides any that does.
 * Errors of the outputs, each at most 2 u p_j of a pair, reach a or b with the random signs of v: where there are many
 * outputs, what they come to (random_signs.h) is less than their sum, and P is it. eta is the smallest number of the
 * outputs' type: the rounding of what underflows. 4 u64 |D| is the arithmetic of this file.
 *
 * Knows nothing of other rungs.
 */
#include "numeric/stencil.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "numeric/random_signs.h"
#include "numeric/rung_formulas.h"

enum { CHUNK = 64 };

/* Neumaier's compensated sum. */
typedef struct running_sum {
  double sum, correction;
} running_sum;

static void add(running_sum *total, double term) {
  double sum = total->sum + term;
  total->correction += fabs(total->sum) >= fabs(term) ? (total->sum - sum) + term : (term - sum) + total->sum;
  total->sum = sum;
}

/* An infinite sum has a NaN for its correction; either way it is not finite. */
static double sum_of(const running_sum *total) {
  return total->sum + total->correction;
}

double gchk_project(const double *v, const double *y, const double *z, size_t count) {
  running_sum total = {0, 0};
  for (size_t start = 0; start < count; start += CHUNK) {
    size_t end = count - start > CHUNK ? start + CHUNK : count;
    double part = 0;
    for (size_t j = start; j < end; j++)
      part += v[j] * (y[j] - z[j]);
    add(&total, part);
  }
  return sum_of(&total);
}

double gchk_line_project(const gchk_line *line, const double *v, const double *y, const double *z) {
  const size_t count = line->output_count, *place = line->place;
  if (place == NULL)
    return gchk_project(v, y, z, count);
  running_sum total = {0, 0};
  for (size_t start = 0, end; start < count; start = end) {
    double part = 0;
    for (end = start; end < count && place[end] / CHUNK == place[start] / CHUNK; end++)
      part += v[end] * (y[end] - z[end]);
    add(&total, part);
  }
  return sum_of(&total);
}

static void add_size(gchk_output_sizes *sizes, double v, double size) {
  double p = fabs(v) * size;
  sizes->sum += p;
  sizes->squares += p * p;
  sizes->weight += fabs(v);
}

static bool is_equal(const double *y, const double *z, size_t count) {
  for (size_t j = 0; j < count; j++)
    if (!(y[j] == z[j]))
      return false;
  return true;
}

static void add_all(gchk_output_sizes sizes[GCHK_MAX_DRAWS], const gchk_line *line) {
  for (size_t d = 0; d < line->draw_count; d++)
    for (size_t j = 0; j < line->output_count; j++)
      add_size(&sizes[d], line->v[d][j], fabs(line->y0[j]));
}

gchk_all_outputs gchk_stencil_all_outputs(const gchk_line *line) {
  gchk_all_outputs all = {.largest = gchk_largest_output(line, line->y0)};
  add_all(all.sizes, line);
  return all;
}

double gchk_largest_output(const gchk_line *line, const double *y) {
  double largest = line->all != NULL ? line->all->largest : 0;
  for (size_t j = 0; j < line->output_count; j++)
    largest = fmax(largest, fabs(y[j]));
  return largest;
}

void gchk_stencil_begin(gchk_ladder_state *state, const gchk_line *line, gchk_derivative *result, double *space) {
  size_t m = line->output_count;
  memset(state, 0, offsetof(gchk_ladder_state, exponent));
  state->line = line;
  state->result = result;
  state->plus = space;
  state->minus = space + m;
  state->base = space + 2 * m;
  state->reference = space + 3 * m;
  state->earlier = space + 4 * m;
  state->moved = (unsigned char *)(space + 5 * m);
  state->y0 = line->y0;
  state->base_is_exact = line->y0_is_exact;
  state->tolerance = gchk_tolerance(line->output_unit);
  memset(state->moved, 0, m);
  if (line->all != NULL)
    memcpy(state->whole, line->all->sizes, sizeof state->whole);
  else
    add_all(state->whole, line);
}

/* P of one set of sizes. */
static double magnitude(const gchk_output_sizes *sizes) {
  return gchk_with_random_signs(sizes->sum, sizes->squares);
}

/* R at a step whose outputs have these sizes. */
static double rounding_of(const gchk_line *line, double sigma, const gchk_output_sizes *sizes, double h, double slope) {
  const double eps = fmax(line->output_unit * magnitude(sizes), 4 * sigma);
  return gchk_rounding_at(gchk_with_underflow(eps, line->output_unit, sizes->weight), h, slope);
}

/* Fills both R of a rung. */
static void round_rung(const gchk_ladder_state *state, size_t draw, gchk_rung *rung, const gchk_output_sizes *sizes) {
  const gchk_line *line = state->line;
  const gchk_output_sizes *here = state->has_moved ? sizes : &state->whole[draw];
  double slope = isfinite(rung->difference)   ? rung->difference
                 : isfinite(rung->slope_plus) ? rung->slope_plus
                                              : rung->slope_minus;
  double h = (rung->step_plus + rung->step_minus) / 2;
  rung->rounding_alone = rounding_of(line, line->sigma[draw], here, h, isfinite(slope) ? slope : 0);
  rung->rounding = fmax(rung->rounding_alone, state->learned[draw] / h);
}

double gchk_stencil_still_rounding(const gchk_line *line, double y, double h) {
  gchk_output_sizes sizes = {0, 0, 0};
  add_size(&sizes, 1, fabs(y));
  return rounding_of(line, 0, &sizes, h, 0);
}

double gchk_stencil_size(const gchk_ladder_state *state, size_t draw, size_t k) {
  return magnitude(state->has_moved ? &state->sizes[draw][k] : &state->whole[draw]);
}

double gchk_stencil_whole_size(const gchk_ladder_state *state, size_t draw) {
  return magnitude(&state->whole[draw]);
}

void gchk_stencil_round_again(gchk_ladder_state *state) {
  state->changes++;
  for (size_t d = 0; d < state->line->draw_count; d++)
    for (size_t k = 0; k < state->count; k++)
      round_rung(state, d, &state->result[d].rungs[k], &state->sizes[d][k]);
}

/*
 * Marks the outputs of a side that differ from what they were before. y0 is what they are compared with, unless it came
 * another way than these.
 */
static bool note_moved(gchk_ladder_state *state, const double *y) {
  const gchk_line *line = state->line;
  if (!line->y0_is_exact && !state->has_reference) {
    memcpy(state->reference, y, line->output_count * sizeof *y);
    state->has_reference = true;
  }
  const double *before = line->y0_is_exact ? line->y0 : state->reference;
  bool is_new = false;
  for (size_t j = 0; j < line->output_count; j++) {
    if (y[j] == before[j] || state->moved[j])
      continue;
    state->moved[j] = 1;
    is_new = true;
    // At the rungs before, it was what it is at x.
    for (size_t d = 0; d < line->draw_count; d++)
      for (size_t k = 0; k < state->count; k++)
        add_size(&state->sizes[d][k], line->v[d][j], fabs(line->y0[j]));
  }
  state->has_moved = state->has_moved || is_new;
  return is_new;
}

/* A side is evaluated where its point is a finite number other than x. */
static gchk_status evaluate_side(const gchk_ladder_state *state, double point, double *y, bool *is_there,
                                 gchk_error *error) {
  const gchk_line *line = state->line;
  *is_there = isfinite(point) && point != line->x;
  return *is_there ? line->evaluate(line->context, point, y, error) : GCHK_OK;
}

/* Of the outputs that moved, from the sides that are finite (NULL: not). */
static gchk_output_sizes sizes_of(const gchk_ladder_state *state, size_t draw, const double *plus,
                                  const double *minus) {
  const double *v = state->line->v[draw];
  gchk_output_sizes sizes = {0, 0, 0};
  for (size_t j = 0; j < state->line->output_count; j++) {
    if (!state->moved[j])
      continue;
    double size = fabs(state->y0[j]);
    if (plus)
      size = fmax(size, fabs(plus[j]));
    if (minus)
      size = fmax(size, fabs(minus[j]));
    add_size(&sizes, v[j], size);
  }
  return sizes;
}

static gchk_rung rung_of(const gchk_ladder_state *state, size_t draw, const double *plus, const double *minus,
                         double h_plus, double h_minus, gchk_output_sizes *sizes) {
  const double *v = state->line->v[draw];
  double a = plus ? gchk_line_project(state->line, v, plus, state->y0) : (double)NAN;
  double b = minus ? gchk_line_project(state->line, v, state->y0, minus) : (double)NAN;
  plus = isfinite(a) ? plus : NULL;
  minus = isfinite(b) ? minus : NULL;
  *sizes = sizes_of(state, draw, plus, minus);
  gchk_rung rung = {.step_plus = h_plus, .step_minus = h_minus, .truncation = HUGE_VAL, .bound = HUGE_VAL};
  rung.slope_plus = plus ? a / h_plus : (double)NAN;
  rung.slope_minus = minus ? b / h_minus : (double)NAN;
  rung.difference = plus && minus ? (a + b) / (h_plus + h_minus) : (double)NAN;
  round_rung(state, draw, &rung, sizes);
  return rung;
}

gchk_status gchk_stencil(gchk_ladder_state *state, double h, gchk_rung rungs[GCHK_MAX_DRAWS],
                         gchk_output_sizes sizes[GCHK_MAX_DRAWS], bool *is_flat, gchk_error *error) {
  const gchk_line *line = state->line;
  double to_plus = gchk_step_to(line->x, h, line->variable_unit);
  double to_minus = gchk_step_to(line->x, -h, line->variable_unit);
  bool has_plus, has_minus;
  GCHK_TRY(evaluate_side(state, to_plus, state->plus, &has_plus, error));
  GCHK_TRY(evaluate_side(state, to_minus, state->minus, &has_minus, error));

  // Outputs that are equal on both sides but not to y0 may differ from it only because y0 came another way.
  if (!state->base_is_exact && has_plus && has_minus && is_equal(state->plus, state->minus, line->output_count) &&
      !is_equal(state->plus, state->y0, line->output_count))
    GCHK_TRY(gchk_stencil_base(state, error));
  *is_flat = has_plus && has_minus && is_equal(state->plus, state->y0, line->output_count) &&
             is_equal(state->minus, state->y0, line->output_count);
  bool is_new = has_plus && note_moved(state, state->plus);
  is_new = (has_minus && note_moved(state, state->minus)) || is_new;
  if (is_new)
    gchk_stencil_round_again(state);
  // Beyond the largest number there is no step to divide by.
  double h_plus = isfinite(to_plus) ? to_plus - line->x : h, h_minus = isfinite(to_minus) ? line->x - to_minus : h;
  for (size_t d = 0; d < line->draw_count; d++)
    rungs[d] =
        rung_of(state, d, has_plus ? state->plus : NULL, has_minus ? state->minus : NULL, h_plus, h_minus, &sizes[d]);
  return GCHK_OK;
}

gchk_status gchk_stencil_is_flat_at(gchk_ladder_state *state, double h, bool *is_flat, gchk_error *error) {
  const gchk_line *line = state->line;
  *is_flat = true;
  for (int side = 1; side >= -1 && *is_flat; side -= 2) {
    bool is_there;
    GCHK_TRY(evaluate_side(state, gchk_step_to(line->x, side * h, line->variable_unit), state->plus, &is_there, error));
    *is_flat = is_there && is_equal(state->plus, state->y0, line->output_count);
  }
  state->taken = 0;
  return GCHK_OK;
}

gchk_status gchk_stencil_base(gchk_ladder_state *state, gchk_error *error) {
  const gchk_line *line = state->line;
  if (state->base_is_exact)
    return GCHK_OK;
  GCHK_TRY(line->evaluate(line->context, line->x, state->base, error));
  for (size_t d = 0; d < line->draw_count; d++) {
    double shift = gchk_line_project(line, line->v[d], state->base, state->y0);
    for (size_t k = 0; k < state->count; k++) {
      gchk_rung *rung = &state->result[d].rungs[k];
      rung->slope_plus -= shift / rung->step_plus;
      rung->slope_minus += shift / rung->step_minus;
    }
  }
  state->changes++;
  state->y0 = state->base;
  state->base_is_exact = true;
  return GCHK_OK;
}
