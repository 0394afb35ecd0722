/*
 * Scatter.
 *
 * Truncation is known from how D changes between two steps or three. Where many kinks lie within the steps (a sum over
 * pairs, a sort) D changes by chance, and may agree with itself by chance where no smaller step tells: in float the
 * rounding of those that pass no kink is more than what is asked. But a smooth function has, with S = s+ - s-,
 *
 *     D(h') = a + b h'^2,   S(h') = c h' + e h'^3      both by h_k and 4 h_k
 *
 * but for terms of higher order, which the bound of the rung has. So both are taken at steps in no ratio to those, and
 *
 *     scatter = max(|D(h') - expected|, |S(h') - expected|/2) - eps/h' - eps/h_k
 *
 * is what the bound lacks. Agreement by chance does not come nine times; and of a kink so near that no step passes it
 * S has all of its gap, D half of it.
 */
#include "numeric/scatter.h"

#include "numeric/expect.h"
#include "numeric/stencil.h"
#include "numeric/steps.h"

static const double parts[] = {0.27, 0.36, 0.52, 0.7, 1.23, 1.57, 1.98, 2.51, 3.19}; /* of the chosen step */
enum { PARTS = sizeof parts / sizeof parts[0] };
static const double before = 4;    /* the step of the rung before, likewise */
static const double telling = 0.5; /* of the bound */
static const double noisy = 0.5;   /* of an R that is four times the noise that was measured */

typedef struct sample {
  double h, difference, even; /* NaN: there is none */
} sample;

static gchk_status sample_at(const gchk_line *line, const double *v, double h, double *space, sample *taken,
                             gchk_error *error) {
  const double up = gchk_step_to(line->x, h, line->variable_unit);
  const double down = gchk_step_to(line->x, -h, line->variable_unit);
  const size_t count = line->output_count;
  const double *base = space;
  double *plus = space + count, *minus = plus + count;
  *taken = (sample){h, (double)NAN, (double)NAN};
  if (!isfinite(up) || !isfinite(down) || !(up > line->x) || !(line->x > down))
    return GCHK_OK;
  GCHK_TRY(line->evaluate(line->context, up, plus, error));
  GCHK_TRY(line->evaluate(line->context, down, minus, error));
  const double a = gchk_project(v, plus, base, count) / (up - line->x);
  const double b = gchk_project(v, base, minus, count) / (line->x - down);
  taken->difference = gchk_project(v, plus, minus, count) / (up - down);
  taken->even = a - b;
  return GCHK_OK;
}

/* A smooth function that two samples are of: D in h^2, S in h and h^3; NaN where one of them is. */
typedef struct model {
  double difference, bend;
  double first, third;
} model;

static model model_of(const sample *here, const sample *larger) {
  const double square = here->h * here->h, squares = larger->h * larger->h - square;
  const double slope = here->even / here->h, larger_slope = larger->even / larger->h;
  model m = {.bend = (larger->difference - here->difference) / squares, .third = (larger_slope - slope) / squares};
  m.difference = here->difference - m.bend * square;
  m.first = slope - m.third * square;
  return m;
}

/* How far a sample is from the model; 0 where that is not known. */
static double off_by(const model *m, const sample *s) {
  const double square = s->h * s->h;
  const double off = fabs(s->difference - m->difference - m->bend * square);
  const double even_off = fabs(s->even - s->h * (m->first + m->third * square)) / 2;
  return isfinite(off) && isfinite(even_off) ? fmax(off, even_off) : 0;
}

/* R h: of it, half where it is measured noise; all where it is the rounding of the outputs, which two may have. */
static double noise_of(const gchk_line *line, const double *v, const double *y, const gchk_derivative *derivative) {
  const double eps = derivative->rounding * derivative->step;
  double size = 0;
  for (size_t j = 0; j < line->output_count; j++)
    size += fabs(v[j] * y[j]);
  return fmax(noisy * eps, fmin(eps, line->output_unit * size));
}

static gchk_status tell_steps(const gchk_line *line, double step, gchk_error *error) {
  gchk_expected expected = {.count = 0};
  gchk_expected_add_pair(&expected, line, step);
  gchk_expected_add_pair(&expected, line, before * step);
  for (size_t i = 0; i < PARTS; i++)
    gchk_expected_add_pair(&expected, line, parts[i] * step);
  return gchk_expect(&expected, line, error);
}

gchk_status gchk_find_scatter(const gchk_line *line, const double *v, const gchk_derivative *derivative, double *space,
                              double *scatter, gchk_error *error) {
  const double h = derivative->step;
  double most = 0;
  sample here, larger;
  *scatter = 0;
  if (derivative->smoothness != GCHK_SMOOTH || !(h > 0) || !isfinite(h))
    return GCHK_OK;
  GCHK_TRY(tell_steps(line, h, error));
  GCHK_TRY(line->evaluate(line->context, line->x, space, error)); // as those beside it
  GCHK_TRY(sample_at(line, v, h, space, &here, error));
  GCHK_TRY(sample_at(line, v, before * h, space, &larger, error));
  const model smooth = model_of(&here, &larger);
  const double noise = noise_of(line, v, space, derivative);
  for (size_t i = 0; i < PARTS; i++) {
    sample taken;
    GCHK_TRY(sample_at(line, v, parts[i] * h, space, &taken, error));
    most = fmax(most, off_by(&smooth, &taken) - noise / h - noise / taken.h);
  }
  *scatter = most > telling * derivative->bound ? most : 0;
  return GCHK_OK;
}
