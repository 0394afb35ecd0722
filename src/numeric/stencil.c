/*
 * One rung: the outputs at x+h and x-h, and what follows from them and the outputs at x.
 *
 *     a = sum_j v_j (y_j(x+) - y_j(x)),  b = sum_j v_j (y_j(x) - y_j(x-)),  D = (a + b)/(h+ + h-)
 *     s+ = a/h+,  s- = b/h-
 *     R = 2 eps/(h+ + h-) + 4 u64 |D|,   eps = max(u P, 4 sigma) + eta sum_j |v_j|
 *
 * h+ and h- are the steps really taken, which are exact. P is the sum of p_j = |v_j| max(|y_j(x)|, |y_j(x+-h)|). Errors
 * of the outputs, each at most 2 u p_j of a pair, reach a or b with the random signs of v, so their sum exceeds six
 * times the root of the sum of their squares with probability below 2 exp(-18) (Hoeffding, J. Amer. Statist. Assoc. 58,
 * 1963); where there are many outputs this is less than their sum and P is it. eta is the smallest number of the
 * outputs' type: the rounding of what underflows. 4 u64 |D| is the arithmetic of this file.
 *
 * Knows nothing of other rungs.
 */
#include "numeric/stencil.h"

#include <float.h>
#include <math.h>

enum { CHUNK = 64 };
static const double hoeffding = 6;

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

static bool is_equal(const double *y, const double *z, size_t count) {
  for (size_t j = 0; j < count; j++)
    if (!(y[j] == z[j]))
      return false;
  return true;
}

/* P, from the outputs of the sides that are finite (NULL: not), and *weight = sum |v|. */
static double magnitude(const double *v, const double *y0, const double *plus, const double *minus, size_t count,
                        double *weight) {
  double sum = 0, squares = 0, total_weight = 0;
  for (size_t j = 0; j < count; j++) {
    double size = fabs(y0[j]);
    if (plus)
      size = fmax(size, fabs(plus[j]));
    if (minus)
      size = fmax(size, fabs(minus[j]));
    double p = fabs(v[j]) * size;
    sum += p;
    squares += p * p;
    total_weight += fabs(v[j]);
  }
  *weight = total_weight;
  // Beyond these limits the squares have over- or underflowed, in part or as a whole.
  bool has_squares = squares > 0x1p-900 && squares < 0x1p1000;
  return has_squares ? fmin(sum, hoeffding * sqrt(squares)) : sum;
}

/* A side is evaluated where its point is a finite number other than x. */
static gchk_status evaluate_side(const gchk_ladder_state *state, double point, double *y, bool *is_there,
                                 gchk_error *error) {
  const gchk_line *line = state->line;
  *is_there = isfinite(point) && point != line->x;
  return *is_there ? line->evaluate(line->context, point, y, error) : GCHK_OK;
}

static gchk_rung rung_of(const gchk_ladder_state *state, size_t draw, const double *plus, const double *minus,
                         double h_plus, double h_minus, double *size) {
  const gchk_line *line = state->line;
  const double *v = line->v[draw];
  size_t count = line->output_count;
  double a = plus ? gchk_project(v, plus, state->y0, count) : (double)NAN;
  double b = minus ? gchk_project(v, state->y0, minus, count) : (double)NAN;
  if (!isfinite(a))
    plus = NULL;
  if (!isfinite(b))
    minus = NULL;

  double weight;
  double u = line->output_unit;
  double eta = u > 0x1p-50 ? 0x1p-149 : 0x1p-1074;
  double p = *size = magnitude(v, state->y0, plus, minus, count, &weight);
  double eps = fmax(u * p, 4 * line->sigma[draw]) + eta * weight;

  gchk_rung rung = {.step_plus = h_plus, .step_minus = h_minus, .truncation = HUGE_VAL, .bound = HUGE_VAL};
  rung.slope_plus = plus ? a / h_plus : (double)NAN;
  rung.slope_minus = minus ? b / h_minus : (double)NAN;
  rung.difference = plus && minus ? (a + b) / (h_plus + h_minus) : (double)NAN;
  double slope = isfinite(rung.difference) ? rung.difference : plus ? rung.slope_plus : rung.slope_minus;
  rung.rounding = 2 * eps / (h_plus + h_minus) + (isfinite(slope) ? 4 * (DBL_EPSILON / 2) * fabs(slope) : 0);
  return rung;
}

gchk_status gchk_stencil(gchk_ladder_state *state, double h, gchk_rung rungs[GCHK_MAX_DRAWS],
                         double size[GCHK_MAX_DRAWS], bool *is_flat, gchk_error *error) {
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
  for (size_t d = 0; d < line->draw_count; d++)
    rungs[d] = rung_of(state, d, has_plus ? state->plus : NULL, has_minus ? state->minus : NULL, to_plus - line->x,
                       line->x - to_minus, &size[d]);
  return GCHK_OK;
}

gchk_status gchk_stencil_base(gchk_ladder_state *state, gchk_error *error) {
  const gchk_line *line = state->line;
  if (state->base_is_exact)
    return GCHK_OK;
  GCHK_TRY(line->evaluate(line->context, line->x, state->base, error));
  for (size_t d = 0; d < line->draw_count; d++) {
    double shift = gchk_project(line->v[d], state->base, state->y0, line->output_count);
    for (size_t k = 0; k < state->count; k++) {
      gchk_rung *rung = &state->result[d].rungs[k];
      rung->slope_plus -= shift / rung->step_plus;
      rung->slope_minus += shift / rung->step_minus;
    }
  }
  state->y0 = state->base;
  state->base_is_exact = true;
  return GCHK_OK;
}
