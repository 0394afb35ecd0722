/* Running members of families and counting what came of them. */
#include "numeric/families_trial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noise_at.h"
#include "numeric/differentiate.h"
#include "numeric/noise.h"

enum { PERTURBATIONS = 4 };
static const double slack_factor = 8;       /* times the largest change under perturbations by a unit */
static const double rounding_of_single = 4; /* units of float, beside a double twin */
static const double many_units = 1024;
static const double factors[GCHK_MUTATIONS] = {-1, 0, 2, 1.1, 1.01, 1.001};

static const double unit32 = 0x1p-24, unit64 = 0x1p-53;

/* One element under test: the function in its types, the upstream gradients, and room to work in. */
typedef struct element {
  const family *of;
  const family_member *member;
  bool is_single; /* what is differenced is float */
  bool has_twin;
  double x;
  size_t calls, strange_calls;
  size_t draw_count;
  double fault; /* factor of the backward under test */
  family_in_float in32;
  double v[GCHK_MAX_DRAWS][FAMILY_OUTPUTS];
  double y0[FAMILY_OUTPUTS], plus[FAMILY_OUTPUTS], minus[FAMILY_OUTPUTS];
  float narrow[FAMILY_OUTPUTS];
  quad wide[FAMILY_OUTPUTS];
  double space[16 * FAMILY_OUTPUTS];
} element;

static void values(element *e, double x, double *y) {
  if (!e->is_single) {
    e->of->value_double(&e->member->in, x, y);
    return;
  }
  e->of->value_float(&e->in32, (float)x, e->narrow);
  for (size_t j = 0; j < e->in32.outputs; j++)
    y[j] = (double)e->narrow[j];
}

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  (void)error;
  element *e = context;
  e->calls++;
  e->strange_calls += isfinite(x) ? 0 : 1;
  values(e, x, y);
  return GCHK_OK;
}

/* Signed weights of one half to two, floats; 1 for a scalar output. */
static void draw_upstream(element *e) {
  size_t count = e->member->in.outputs;
  e->draw_count = count == 1 ? 1 : GCHK_MAX_DRAWS;
  for (size_t d = 0; d < e->draw_count; d++)
    for (size_t j = 0; j < count; j++) {
      double u = noise_at(e->x + (double)d, j);
      e->v[d][j] = count == 1 ? 1 : (double)(float)copysign(0.5 + 1.5 * fabs(u), u);
    }
}

static quad exact_of(element *e, size_t draw, bool through_float) {
  family_in_quad in;
  family_in_to_quad(&in, &e->member->in, through_float);
  e->of->slope_quad(&in, (quad)e->x, e->wide);
  quad sum = 0;
  for (size_t j = 0; j < in.outputs; j++)
    sum += (quad)e->v[draw][j] * e->wide[j];
  return sum;
}

/* What a backward pass computes, from inputs and upstream gradient as they stand here. */
static float backward_float(const family *of, const family_in_float *in, float x, const float *y, const float *v) {
  if (of->backward_float)
    return of->backward_float(in, x, y, v);
  float dy[FAMILY_OUTPUTS], sum = 0;
  of->slope_float(in, x, dy);
  for (size_t j = 0; j < in->outputs; j++)
    sum += v[j] * dy[j];
  return sum;
}

static double backward_double(const family *of, const family_in_double *in, double x, const double *y,
                              const double *v) {
  if (of->backward_double)
    return of->backward_double(in, x, y, v);
  double dy[FAMILY_OUTPUTS], sum = 0;
  of->slope_double(in, x, dy);
  for (size_t j = 0; j < in->outputs; j++)
    sum += v[j] * dy[j];
  return sum;
}

/* How the values that a gradient reads are moved for it: by so much of themselves, in float or in double. */
typedef struct motion {
  double amount;
  bool to_float;     /* the moved values are floats */
  bool moves_stored; /* and so are the outputs that backward reads */
  uint64_t seed;
} motion;

/* a moved to either side, at least to its neighbour. */
static double moved(double a, motion *by) {
  bool up = family_bits(&by->seed) >> 63;
  double to = a * (1 + (up ? by->amount : -by->amount));
  if (by->to_float)
    return (double)(float)to != a || a == 0 ? (double)(float)to
                                            : (double)nextafterf((float)a, up ? HUGE_VALF : -HUGE_VALF);
  return to != a || a == 0 ? to : nextafter(a, up ? HUGE_VAL : -HUGE_VAL);
}

/*
 * What backward computes for one draw, in float or in double, at values that are moved unless `by` is NULL. The fault
 * is in the float one where there is one, and not in its twin.
 */
static double gradient(element *e, bool in_float, size_t draw, const motion *by) {
  family_in_double in = e->member->in;
  size_t count = in.outputs;
  double x = e->x, v[FAMILY_OUTPUTS], y[FAMILY_OUTPUTS];
  motion at = by ? *by : (motion){0};
  memcpy(v, e->v[draw], count * sizeof v[0]);
  if (by) {
    x = moved(x, &at);
    for (size_t i = 0; i < in.data; i++)
      in.p[i] = moved(in.p[i], &at);
    for (size_t j = 0; j < count; j++)
      v[j] = moved(v[j], &at);
  }
  if (!in_float) {
    e->of->value_double(&in, x, y);
    for (size_t j = 0; by && by->moves_stored && j < count; j++)
      y[j] = moved(y[j], &at);
    return (e->has_twin ? 1 : e->fault) * backward_double(e->of, &in, x, y, v);
  }
  family_in_float in32;
  float y32[FAMILY_OUTPUTS], v32[FAMILY_OUTPUTS];
  family_in_to_float(&in32, &in);
  e->of->value_float(&in32, (float)x, y32);
  for (size_t j = 0; j < count; j++)
    v32[j] = (float)v[j];
  return e->fault * (double)backward_float(e->of, &in32, (float)x, y32, v32);
}

/* The largest change of the gradient under a few motions. */
static double largest_change(element *e, bool in_float, size_t draw, motion by) {
  double here = gradient(e, in_float, draw, NULL), largest = 0;
  for (size_t p = 0; p < PERTURBATIONS; p++) {
    by.seed = 0x243f6a8885a308d3u + draw * PERTURBATIONS + p;
    largest = fmax(largest, fabs(gradient(e, in_float, draw, &by) - here));
  }
  return isfinite(largest) ? largest : HUGE_VAL;
}

/*
 * The largest change of what the float backward loses beside the double one. A move by a unit leaves the roundings of a
 * long sum as they are, for its terms move by less than a unit of the sum; so this moves by many, and what the
 * gradient itself changes by goes out with the double one. A float backward that is wrong by a factor gains nothing.
 */
static double largest_change_of_loss(element *e, size_t draw) {
  double here = gradient(e, true, draw, NULL) - gradient(e, false, draw, NULL), largest = 0;
  motion by = {.amount = many_units * unit32, .to_float = true};
  for (size_t p = 0; p < PERTURBATIONS; p++) {
    by.seed = 0x13198a2e03707344u + draw * PERTURBATIONS + p;
    double there = gradient(e, true, draw, &by) - gradient(e, false, draw, &by);
    largest = fmax(largest, fabs(there - here));
  }
  return isfinite(largest) ? largest : HUGE_VAL;
}

/* What a right backward may differ by, which no difference of one variable shows. */
static double slack_of(element *e, family_type type, size_t draw, double g) {
  if (type == FAMILY_F64)
    return slack_factor * largest_change(e, false, draw, (motion){.amount = unit64});
  double single = largest_change(e, true, draw, (motion){.amount = unit32, .to_float = true});
  if (type == FAMILY_F32)
    return slack_factor * single;
  double twin = largest_change(e, false, draw, (motion){.amount = unit32, .moves_stored = true});
  double loss = largest_change_of_loss(e, draw);
  return slack_factor * fmax(fmax(single, twin), loss) + rounding_of_single * unit32 * fabs(g);
}

/* At how many outputs do the slopes to both sides stay apart, at the two smallest steps? */
static size_t kinked_outputs(element *e, const gchk_derivative *d) {
  size_t count = e->member->in.outputs, kinked = 0;
  bool is_apart[FAMILY_OUTPUTS];
  for (size_t k = 0; k < 2 && d->rung_count >= 2; k++) {
    const gchk_rung *rung = &d->rungs[d->rung_count - 1 - k];
    double unit = e->is_single ? unit32 : unit64;
    values(e, e->x + rung->step_plus, e->plus);
    values(e, e->x - rung->step_minus, e->minus);
    for (size_t j = 0; j < count; j++) {
      double up = (e->plus[j] - e->y0[j]) / rung->step_plus, down = (e->y0[j] - e->minus[j]) / rung->step_minus;
      bool apart = fabs(up - down) > 16 * unit * fabs(e->y0[j]) / rung->step_plus + 1e-3 * (fabs(up) + fabs(down));
      is_apart[j] = apart && (k == 0 || is_apart[j]);
      kinked += k == 1 && is_apart[j];
    }
  }
  return kinked;
}

/*
 * The verdict of one draw with the slack beside its bound, as a layer's element gets it. At a kink of several outputs
 * the interval of the projected slopes is not the set of what is right, and nothing is called wrong.
 */
static gchk_judgement judge(double g, const gchk_derivative *of, double slack, double unit, double largest,
                            bool has_several_kinks) {
  const gchk_allowance allowance = {.unit = unit, .largest = largest, .slack = slack};
  gchk_judgement judgement = gchk_judge(g, of, &allowance);
  if (judgement.verdict == GCHK_FAIL && of->smoothness == GCHK_KINKED && has_several_kinks)
    judgement.verdict = GCHK_INCONCLUSIVE;
  return judgement;
}

/* One way to differentiate the element, for all draws. */
typedef struct pass {
  gchk_derivative derivative[GCHK_MAX_DRAWS];
  bool has_several_kinks;
} pass;

/* g times a factor: the worse verdict of the draws, and is it resolved in one of them? */
static gchk_verdict judge_draws(const element *e, const family_result *result, const pass *by, double unit,
                                double factor, bool *is_resolved) {
  gchk_verdict verdict = GCHK_PASS;
  *is_resolved = false;
  for (size_t d = 0; d < e->draw_count; d++) {
    // A backward that is wrong by a factor has its slack grow with it.
    double slack = result->slack[d] * fmax(1, fabs(factor));
    gchk_judgement one =
        judge(factor * result->g[d], &by->derivative[d], slack, unit, fabs(result->g[d]), by->has_several_kinks);
    verdict = gchk_verdict_worse(verdict, one.verdict);
    *is_resolved = *is_resolved || one.resolution == GCHK_RESOLVED;
  }
  *is_resolved = *is_resolved && verdict == GCHK_PASS;
  return verdict;
}

static void differentiate(element *e, const gchk_line *line, const gchk_ladder *ladder, pass *to) {
  if (gchk_differentiate(line, ladder, e->space, to->derivative, NULL) != GCHK_OK)
    abort();
  to->has_several_kinks = false;
  for (size_t d = 0; d < e->draw_count; d++)
    if (to->derivative[d].smoothness == GCHK_KINKED)
      to->has_several_kinks = to->has_several_kinks || kinked_outputs(e, &to->derivative[d]) > 1;
}

/* The step that the first element of the tensor settles on. */
static double learnt_start(element *e, const gchk_line *line) {
  if (isnan(e->member->teacher))
    return 0;
  gchk_line first = *line;
  gchk_ladder ladder = {.seek_best = true};
  pass settled;
  double y0[FAMILY_OUTPUTS];
  first.x = e->member->teacher;
  first.scale = fmax(fabs(first.x), line->scale);
  values(e, first.x, y0);
  first.y0 = y0;
  differentiate(e, &first, &ladder, &settled);
  const gchk_derivative *d = &settled.derivative[0];
  return d->smoothness == GCHK_SMOOTH && !d->is_flat && d->step > 0 ? d->step : 0;
}

static bool is_covered(const gchk_derivative *d, quad exact) {
  if (d->smoothness == GCHK_UNDEFINED)
    return true;
  if (d->smoothness == GCHK_KINKED)
    return (double)exact >= d->slope_low - 2 * d->rounding && (double)exact <= d->slope_high + 2 * d->rounding;
  return fabs((double)((quad)d->value - exact)) <= d->bound;
}

static void judge_all(element *e, family_result *result, const pass *brief, const pass *whole, double unit) {
  bool is_resolved;
  result->verdict = judge_draws(e, result, brief, unit, 1, &result->is_resolved);
  bool unused;
  result->is_split = result->verdict <= GCHK_KINK && judge_draws(e, result, whole, unit, 1, &unused) == GCHK_FAIL;
  const pass *by = brief;
  if (result->verdict > GCHK_KINK) {
    result->verdict = judge_draws(e, result, whole, unit, 1, &result->is_resolved);
    by = whole;
  }
  memcpy(result->derivative, by->derivative, sizeof result->derivative);
  for (size_t m = 0; m < GCHK_MUTATIONS; m++) {
    gchk_verdict verdict = judge_draws(e, result, brief, unit, factors[m], &is_resolved);
    if (verdict > GCHK_KINK)
      verdict = judge_draws(e, result, whole, unit, factors[m], &is_resolved);
    result->caught[m] = verdict == GCHK_FAIL;
    result->passed[m] = is_resolved;
  }
}

static void set_gradients(element *e, family_result *result, family_type type) {
  result->digits = HUGE_VAL;
  for (size_t d = 0; d < e->draw_count; d++) {
    // The exact one rounded, unless the family says how its backward computes or float is held against its twin.
    quad exact = exact_of(e, d, type == FAMILY_F32);
    bool is_computed = e->of->backward_double || type == FAMILY_TWIN;
    double g = is_computed ? gradient(e, type != FAMILY_F64, d, NULL) : e->fault * (double)exact;
    result->g[d] = type == FAMILY_F64 ? g : (double)(float)g;
    result->exact[d] = (double)exact;
    result->slack[d] = slack_of(e, type, d, result->g[d]);
  }
}

void family_trial_of_fault(family_result *result, const family *of, const family_member *member, family_type type,
                           double fault) {
  element *e = calloc(1, sizeof *e);
  if (e == NULL)
    abort();
  memset(result, 0, sizeof *result);
  e->of = of;
  e->member = member;
  e->is_single = type == FAMILY_F32;
  e->has_twin = type == FAMILY_TWIN;
  e->fault = fault;
  e->x = member->x;
  family_in_to_float(&e->in32, &member->in);
  draw_upstream(e);
  values(e, e->x, e->y0);
  double scale = fmax(fabs(e->x), member->scale), unit = e->is_single ? unit32 : unit64;
  gchk_line line = {
      .evaluate = evaluate,
      .context = e,
      .output_count = member->in.outputs,
      .x = e->x,
      .scale = scale > 0 ? scale : 1,
      .variable_unit = unit,
      .output_unit = unit,
      .y0 = e->y0,
      .y0_is_exact = true,
      .draw_count = e->draw_count,
      .v = {e->v[0], e->v[1]},
  };
  result->draw_count = e->draw_count;
  result->v[0] = e->v[0][0];
  set_gradients(e, result, type);
  if (gchk_measure_noise(&line, e->space, line.sigma, NULL, NULL) != GCHK_OK)
    abort();
  result->noise_cost = e->calls;
  gchk_ladder brief_ladder = {.start = learnt_start(e, &line)}, whole_ladder = {.whole = true};
  pass brief, whole;
  e->calls = 0;
  differentiate(e, &line, &brief_ladder, &brief);
  result->short_cost = e->calls;
  differentiate(e, &line, &whole_ladder, &whole);
  judge_all(e, result, &brief, &whole, type == FAMILY_F64 ? unit64 : unit32);
  result->strange_calls = e->strange_calls;
  for (size_t d = 0; d < e->draw_count; d++) {
    const gchk_derivative *derivative = &result->derivative[d];
    result->is_covered[d] = is_covered(derivative, exact_of(e, d, type == FAMILY_F32));
    if (result->g[d] != 0)
      result->digits = fmin(result->digits, -log10(derivative->bound / fabs(result->g[d])));
  }
  free(e);
}

void family_trial(family_result *result, const family *of, const family_member *member, family_type type) {
  family_trial_of_fault(result, of, member, type, 1);
}

double family_phi_value(void *context, double x) {
  const family_phi *phi = context;
  element *e = calloc(1, sizeof *e);
  if (e == NULL)
    abort();
  e->of = phi->of;
  e->member = phi->member;
  e->is_single = phi->type == FAMILY_F32;
  e->x = phi->member->x;
  family_in_to_float(&e->in32, &phi->member->in);
  draw_upstream(e);
  values(e, x, e->plus);
  double sum = 0;
  for (size_t j = 0; j < phi->member->in.outputs; j++)
    sum += e->v[0][j] * e->plus[j];
  free(e);
  return phi->type == FAMILY_F32 ? (double)(float)sum : sum;
}
