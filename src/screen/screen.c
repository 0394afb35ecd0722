/*
 * Screening by signed random directions, and bisection.
 *
 *     r_i = +-[0.5, 2] at random,   residual = sum_i g_i r_i - D_r,   consistent: |residual| <= 3 E + rounding
 *
 * rounding has three parts. The analytic values: a part of |g_i r_i| each, with random signs, so at most six times the
 * root of the sum of their squares (Hoeffding), or their sum if that is less. The slack of each, likewise. The steps:
 * x_i + t r_i is rounded to x_i's type, so the direction that was taken differs from r by up to u (|x_i| + 2 h)/h in
 * each element.
 *
 * Of a subset that failed, the left half is differentiated along the same r; the right half's residual is what remains,
 * with the bounds added. A half that fails is split in turn, down to single elements, which are culprits to be checked
 * on their own. Depth first, so that the culprits come in ascending order.
 *
 * A second direction finds what cancels along the first: mistakes e_i of several elements with sum e_i r_i = 0. The
 * noise of the outputs is measured along the first; there is no more of it along another, or along a part of one.
 */
#include "screen/screen.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "gradcheck/random.h"
#include "measure/judge.h"
#include "numeric/differentiate.h"
#include "numeric/noise.h"
#include "numeric/random_signs.h"

static const double smallest_weight = 0.5; /* of r_i */
enum { DEPTH = 8 * sizeof(size_t), DIRECTIONS = 2 };

/* What is known of the elements first .. end-1. */
typedef struct subset {
  size_t first, end;
  double residual[GCHK_MAX_DRAWS];
  double allowed[GCHK_MAX_DRAWS]; /* what of it the bounds explain */
} subset;

typedef struct run {
  const gchk_screen *screen;
  double *direction;
  double *space;
  gchk_screening *result;
} run;

typedef struct on_line {
  const run *self;
  size_t first, count;
} on_line;

static gchk_status evaluate_line(void *context, double t, double *y, gchk_error *error) {
  const on_line *here = context;
  const gchk_screen *screen = here->self->screen;
  return screen->evaluate(screen->context, here->first, here->self->direction + here->first, here->count, t, y, error);
}

/* sum g_i r_i over the subset, and how much of it rounding may be at the step h. */
static double project(const run *self, const subset *part, size_t draw, double h, double *rounding) {
  const gchk_screen *screen = self->screen;
  double sum = 0, correction = 0, sizes = 0, squares = 0, steps = 0, slacks = 0, slack_squares = 0;
  for (size_t i = part->first; i < part->end; i++) {
    double term = screen->g[draw][i] * self->direction[i], next = sum + term;
    correction += fabs(sum) >= fabs(term) ? (sum - next) + term : (term - next) + sum;
    sum = next;
    sizes += fabs(term);
    squares += term * term;
    steps += fabs(screen->g[draw][i]) * (fabs(screen->x[i]) + 2 * h);
    double slack = fmax(screen->slack[draw] != NULL ? screen->slack[draw][i] : 0, screen->left_of_zero[draw]);
    slack *= fabs(self->direction[i]);
    slacks += slack;
    slack_squares += slack * slack;
  }
  *rounding = screen->gradient_rounding * gchk_with_random_signs(sizes, squares) + screen->variable_unit * steps / h +
              gchk_with_random_signs(slacks, slack_squares);
  return sum + correction;
}

static gchk_line line_along(const run *self, on_line *here) {
  const gchk_screen *screen = self->screen;
  gchk_line line = {
      .evaluate = evaluate_line,
      .context = here,
      .output_count = screen->output_count,
      .x = 0,
      .scale = screen->scale,
      .variable_unit = screen->variable_unit,
      .output_unit = screen->output_unit,
      .y0 = screen->y0,
      .y0_is_exact = screen->y0_is_exact,
      .draw_count = screen->draw_count,
  };
  for (size_t d = 0; d < screen->draw_count; d++) {
    line.v[d] = screen->v[d];
    line.sigma[d] = self->result->sigma[d];
  }
  if (screen->use_noise != NULL)
    screen->use_noise(screen->context, self->result->sigma, &line);
  return line;
}

/* Differentiates along the direction of one subset. *is_known: every draw has a bound. */
static gchk_status measure(run *self, subset *part, bool *is_known, gchk_derivative *derivative, gchk_error *error) {
  const gchk_screen *screen = self->screen;
  on_line here = {self, part->first, part->end - part->first};
  const gchk_line line = line_along(self, &here);
  const gchk_ladder ladder = {0};
  GCHK_TRY(gchk_differentiate(&line, &ladder, self->space, derivative, error));
  self->result->direction_count++;
  *is_known = true;
  for (size_t d = 0; d < screen->draw_count; d++) {
    const gchk_derivative *found = &derivative[d];
    if (found->smoothness == GCHK_KINKED || !isfinite(found->value) || !isfinite(found->bound)) {
      *is_known = false;
      continue;
    }
    double rounding;
    part->residual[d] = project(self, part, d, found->step, &rounding) - found->value;
    part->allowed[d] = GCHK_ERROR_BARS * found->bound + rounding;
  }
  return GCHK_OK;
}

static bool is_consistent(const gchk_screen *screen, const subset *part) {
  for (size_t d = 0; d < screen->draw_count; d++)
    if (!(fabs(part->residual[d]) <= part->allowed[d]))
      return false;
  return true;
}

/* The right half of `whole`, from what is known of the whole and of its left half. */
static subset remainder_of(const gchk_screen *screen, const subset *whole, const subset *left) {
  subset right = {.first = left->end, .end = whole->end};
  for (size_t d = 0; d < screen->draw_count; d++) {
    right.residual[d] = whole->residual[d] - left->residual[d];
    right.allowed[d] = whole->allowed[d] + left->allowed[d];
  }
  return right;
}

static gchk_status bisect(run *self, const subset *whole, size_t *culprits, size_t capacity,
                          gchk_derivative *derivative, gchk_error *error) {
  gchk_screening *result = self->result;
  // At each depth at most one right half waits.
  subset waiting[DEPTH + 1];
  size_t depth = 0;
  waiting[depth++] = *whole;
  while (depth > 0) {
    subset part = waiting[--depth];
    if (part.end - part.first == 1) {
      if (result->culprit_count == capacity) {
        result->has_more = true;
        return GCHK_OK;
      }
      culprits[result->culprit_count++] = part.first;
      continue;
    }
    subset left = {.first = part.first, .end = part.first + (part.end - part.first) / 2};
    bool is_known;
    GCHK_TRY(measure(self, &left, &is_known, derivative, error));
    if (!is_known) {
      result->has_more = true;
      continue;
    }
    subset right = remainder_of(self->screen, &part, &left);
    bool left_is_good = is_consistent(self->screen, &left), right_is_good = is_consistent(self->screen, &right);
    // Both just within their bounds: the mistake is too small to be divided.
    result->has_more = result->has_more || (left_is_good && right_is_good);
    if (!right_is_good)
      waiting[depth++] = right;
    if (!left_is_good)
      waiting[depth++] = left;
  }
  return GCHK_OK;
}

/* A screening that would not have seen an error as large as this has seen nothing. */
static double largest_gradient(const gchk_screen *screen) {
  double largest = 0;
  for (size_t d = 0; d < screen->draw_count; d++)
    for (size_t i = 0; i < screen->element_count; i++)
      if (isfinite(screen->g[d][i]))
        largest = fmax(largest, fabs(screen->g[d][i]));
  return largest;
}

/* The figures of the draw that is furthest from its bound; what the more sensitive direction shows. */
static void report(run *self, const subset *whole, const gchk_derivative *derivative, double *worst) {
  gchk_screening *result = self->result;
  const gchk_screen *screen = self->screen;
  double detectable = 0;
  for (size_t d = 0; d < screen->draw_count; d++) {
    const double ratio = whole->allowed[d] > 0 ? fabs(whole->residual[d]) / whole->allowed[d] : HUGE_VAL;
    const double excess = isnan(ratio) ? HUGE_VAL : ratio;
    if (excess > *worst) {
      *worst = excess;
      result->numeric = derivative[d].value;
      result->analytic = whole->residual[d] + derivative[d].value;
      result->bound = derivative[d].bound;
    }
    // Whatever the residual is already, an error beyond twice the allowance shows.
    detectable = fmax(detectable, 2 * whole->allowed[d] / smallest_weight);
  }
  result->detectable = fmin(result->detectable, detectable);
}

static void note_off(gchk_screening *result, const subset *whole, bool is_known, size_t draw_count) {
  for (size_t d = 0; d < draw_count; d++) {
    const double off = fabs(whole->residual[d]) + whole->allowed[d];
    result->off[d] = is_known && !isnan(off) ? fmax(result->off[d], off) : HUGE_VAL;
  }
}

static gchk_status measure_noise(run *self, gchk_error *error) {
  on_line here = {self, 0, self->screen->element_count};
  const gchk_line line = line_along(self, &here);
  bool is_smooth[GCHK_MAX_DRAWS] = {false};
  GCHK_TRY(gchk_measure_noise(&line, self->space, self->result->sigma, is_smooth, error));
  self->result->is_noise_known = true;
  for (size_t d = 0; d < self->screen->draw_count; d++)
    self->result->is_noise_known = self->result->is_noise_known && is_smooth[d];
  return GCHK_OK;
}

/* Along all directions, until one shows an element that is wrong. */
static gchk_status screen_whole(run *self, size_t *culprits, size_t capacity, gchk_derivative *derivative,
                                gchk_error *error) {
  gchk_screening *result = self->result;
  const size_t n = self->screen->element_count;
  gchk_random random = gchk_random_seeded(self->screen->seed);
  double worst = -1;
  for (int number = 0; number < DIRECTIONS; number++) {
    for (size_t i = 0; i < n; i++)
      self->direction[i] = gchk_random_signed(&random);
    if (number == 0)
      GCHK_TRY(measure_noise(self, error));
    subset whole = {.first = 0, .end = n};
    bool is_known;
    GCHK_TRY(measure(self, &whole, &is_known, derivative, error));
    note_off(result, &whole, is_known, self->screen->draw_count);
    if (!is_known || result->verdict == GCHK_FAIL)
      continue;
    report(self, &whole, derivative, &worst);
    if (!is_consistent(self->screen, &whole)) {
      result->verdict = GCHK_FAIL;
      GCHK_TRY(bisect(self, &whole, culprits, capacity, derivative, error));
      if (result->culprit_count > 0)
        return GCHK_OK;
    }
  }
  if (result->verdict != GCHK_FAIL && result->detectable <= result->largest)
    result->verdict = GCHK_PASS;
  return GCHK_OK;
}

gchk_status gchk_screen_tensor(const gchk_screen *screen, size_t *culprits, size_t capacity, gchk_screening *result,
                               gchk_error *error) {
  *result = (gchk_screening){.verdict = GCHK_INCONCLUSIVE,
                             .largest = largest_gradient(screen),
                             .analytic = (double)NAN,
                             .numeric = (double)NAN,
                             .bound = HUGE_VAL,
                             .detectable = HUGE_VAL};
  if (screen->element_count == 0)
    return GCHK_OK;
  gchk_status status = GCHK_OK;
  run self = {.screen = screen, .result = result};
  gchk_derivative *derivative = gchk_calloc(GCHK_MAX_DRAWS, sizeof(*derivative));
  self.direction = gchk_calloc(screen->element_count, sizeof(*self.direction));
  self.space = gchk_calloc(gchk_differentiate_space(screen->output_count), sizeof(*self.space));
  if (!derivative || !self.direction || !self.space)
    status = gchk_fail_memory(error, "screening a tensor");
  else
    status = screen_whole(&self, culprits, capacity, derivative, error);
  free(self.space);
  free(self.direction);
  free(derivative);
  return status;
}
