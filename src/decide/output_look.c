/*
 * Every output of an element by itself.
 *
 * The projection of many outputs is smooth within a step only where all of them are: one relu in a hundred that kinks
 * within the steps of float spoils it. Differentiated one by one, the outputs whose bounds are useless are known. They
 * are left out of v, backward is called for what is left of it, v', and
 *
 *     |g' - sum v'_j D_j| <= 3 E',   E' = min(sum |v'_j| E_j, 6 (sum (v'_j E_j)^2)^(1/2))
 *
 * (Hoeffding: the signs of v are random) judges the element by the others, which must be most of what it moves.
 *
 * Outputs that kink at the point itself, each on its own, allow g anywhere in the sum of their intervals.
 */
#include "decide/output_look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "decide/widen.h"
#include "measure/analytic.h"
#include "numeric/per_output.h"
#include "numeric/random_signs.h"

static const double good_enough = 2e-3; /* E' beside the size of the terms: no more is left out than needed for it */
static const double least_part = 0.5;   /* of the terms: what must be left */

typedef struct ranked {
  size_t output;
  double uncertainty;
} ranked;

typedef struct outputs {
  gchk_tensor_line *l;
  gchk_output_derivative *of;   /* one an output */
  size_t *moving, moving_count; /* those that are not flat, which have no part in any sum */
  ranked *order;                /* of those that move, worst first */
  double *v;                    /* with outputs left out */
  bool is_left;                 /* a part of the outputs cannot tell */
  gchk_look *with;              /* the look with outputs left out */
} outputs;

static void release(outputs *o) {
  free(o->of);
  free(o->moving);
  free(o->order);
  free(o->v);
  free(o->with);
}

static gchk_status allocate(outputs *o, gchk_error *error) {
  const size_t count = o->l->line.output_count;
  o->of = gchk_calloc(count, sizeof *o->of);
  o->moving = gchk_calloc(count, sizeof *o->moving);
  o->order = gchk_calloc(count, sizeof *o->order);
  o->v = gchk_calloc(count, sizeof *o->v);
  o->with = gchk_calloc(1, sizeof *o->with);
  if (o->of == NULL || o->moving == NULL || o->order == NULL || o->v == NULL || o->with == NULL)
    return gchk_fail_memory(error, "the outputs of an element");
  return GCHK_OK;
}

/* How much of the sum an output cannot account for. */
static double uncertainty(const gchk_output_derivative *output, double v) {
  if (output->smoothness == GCHK_UNDEFINED || !isfinite(output->value) || !isfinite(output->bound))
    return HUGE_VAL;
  return fabs(v) * output->bound;
}

/* The size of an output's part of the sum, as far as it is known. */
static double size_of(const gchk_output_derivative *output, double v) {
  double slope = fmax(fabs(output->slope_low), fabs(output->slope_high));
  return isfinite(slope) ? fabs(v) * slope : 0;
}

/* Sums over the outputs that are not left out. */
typedef struct sums {
  double value, bound, squares;
  double low, high; /* of the sum of intervals, where outputs kink at the point */
  double size;      /* sum of |terms| */
  bool has_kink;
} sums;

static void add(sums *s, const gchk_output_derivative *output, double v) {
  if (v == 0)
    return;
  double part = uncertainty(output, v);
  s->size += size_of(output, v);
  if (output->smoothness == GCHK_KINKED) {
    double a = v * output->slope_low, b = v * output->slope_high, rounding = fabs(v) * output->rounding;
    s->low += fmin(a, b);
    s->high += fmax(a, b);
    s->value += (a + b) / 2;
    s->bound += rounding;
    s->squares += rounding * rounding;
    s->has_kink = true;
    return;
  }
  s->value += v * output->value;
  s->low += v * output->value;
  s->high += v * output->value;
  s->bound += part;
  s->squares += part * part;
}

static double bound_of(const sums *s) {
  return gchk_with_random_signs(s->bound, s->squares);
}

static sums sum_up(const outputs *o, const double *v) {
  sums s = {0};
  for (size_t i = 0; i < o->moving_count; i++)
    add(&s, &o->of[o->moving[i]], v[o->moving[i]]);
  return s;
}

static int compare_ranked(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->uncertainty != y->uncertainty)
    return x->uncertainty > y->uncertainty ? -1 : 1;
  return (x->output > y->output) - (x->output < y->output);
}

/* Sorts the outputs by what they cannot account for, the worst first. */
static void sort(outputs *o, const double *v) {
  for (size_t i = 0; i < o->moving_count; i++)
    o->order[i] = (ranked){o->moving[i], uncertainty(&o->of[o->moving[i]], v[o->moving[i]])};
  qsort(o->order, o->moving_count, sizeof *o->order, compare_ranked);
}

/*
 * Leaves out as many of the worst outputs as it takes. False where that is too much of them: what is left is no check.
 */
static bool leave_out(outputs *o, const double *v) {
  const size_t moving = o->moving_count;
  memcpy(o->v, v, o->l->line.output_count * sizeof *v);
  sums all = sum_up(o, v), left = all;
  size_t dropped = 0;
  sort(o, v);
  for (size_t k = 0; k < moving && !(bound_of(&left) <= good_enough * left.size); k++) {
    size_t j = o->order[k].output;
    if (o->of[j].smoothness == GCHK_KINKED && isfinite(o->of[j].bound))
      continue;
    o->v[j] = 0;
    dropped++;
    left = sum_up(o, o->v);
  }
  // Where no output moves at all, all of them hide as much as their rounding may.
  return moving > 0 && isfinite(left.bound) && 2 * dropped <= moving &&
         left.size >= least_part * (isfinite(all.size) ? all.size : 0);
}

gchk_status gchk_line_gradient(gchk_tensor_line *l, const double *v, double *gradient, gchk_error *error) {
  gchk_case_work *work = l->work;
  gchk_instance *differenced = work->instance;
  double **gradients = gchk_calloc(work->tensor_count, sizeof *gradients);
  if (gradients == NULL)
    return gchk_fail_memory(error, "the gradient of a tensor");
  for (size_t k = 0; k < work->tensor_count; k++)
    gradients[k] = &work->tensors[k] == l->tensor ? gradient : NULL;
  if (work->single != NULL)
    work->instance = work->single;
  gchk_status status = gchk_analytic_gradients(work, v, gradients, error);
  work->instance = differenced;
  free(gradients);
  return status;
}

/* g for what is left of a draw. */
static gchk_status find_analytic(const outputs *o, size_t element, size_t draw, double *g, gchk_error *error) {
  gchk_tensor_line *l = o->l;
  const size_t all = l->work->output_count, count = l->line.output_count, *place = l->line.place;
  double *v = gchk_calloc(all, sizeof *v), *gradient = gchk_calloc(l->tensor->total, sizeof *gradient);
  const bool has_both = v != NULL && gradient != NULL;
  if (has_both) {
    memcpy(v, l->work->v[draw], all * sizeof *v);
    for (size_t j = 0; j < count; j++)
      v[place == NULL ? j : place[j]] = o->v[j];
  }
  const gchk_status status =
      has_both ? gchk_line_gradient(l, v, gradient, error) : gchk_fail_memory(error, "the outputs of an element");
  if (status == GCHK_OK)
    *g = gradient[element];
  free(v);
  free(gradient);
  return status;
}

/* Scatter is beside the size of all outputs. */
static gchk_status widen(outputs *o, size_t draw, gchk_error *error) {
  gchk_derivative *d = &o->with->derivative[draw];
  const double g = o->with->analytic[draw];
  const gchk_allowance *allowance = &o->with->allowance[draw];
  if (!o->l->is_part)
    return gchk_widen_by_scatter(o->l, g, o->v, allowance, d, error);
  o->is_left = o->is_left || gchk_judge(g, d, allowance).verdict == GCHK_FAIL;
  return GCHK_OK;
}

static gchk_status find_draw(outputs *o, size_t element, size_t draw, bool *is_decided, gchk_error *error) {
  *is_decided = leave_out(o, o->l->line.v[draw]);
  if (!*is_decided)
    return GCHK_OK;
  GCHK_TRY(find_analytic(o, element, draw, &o->with->analytic[draw], error));
  sums s = sum_up(o, o->v);
  double bound = bound_of(&s);
  gchk_derivative *d = &o->with->derivative[draw];
  d->value = s.value;
  d->bound = s.has_kink ? (s.high - s.low) / 2 + bound : bound;
  d->rounding = bound;
  d->slope_low = s.low;
  d->slope_high = s.high;
  d->smoothness = s.has_kink ? GCHK_KINKED : GCHK_SMOOTH;
  d->is_flat = false;
  return widen(o, draw, error);
}

static gchk_status look_at_outputs(outputs *o, size_t element, gchk_look *look, gchk_error *error) {
  gchk_tensor_line *l = o->l;
  bool is_decided;
  GCHK_TRY(allocate(o, error));
  gchk_status status = gchk_differentiate_outputs(&l->line, GCHK_OUTPUTS_ROOM, o->of, &is_decided, error);
  gchk_tensor_line_restore(l);
  GCHK_TRY(status);
  for (size_t j = 0; j < l->line.output_count && is_decided; j++)
    if (!o->of[j].is_flat)
      o->moving[o->moving_count++] = j;
  *o->with = *look;
  o->with->kind = GCHK_LOOK_OUTPUTS;
  // A draw that all outputs together have decided is decided.
  for (size_t d = 0; d < l->line.draw_count && is_decided; d++)
    if (look->judgement[d].verdict > GCHK_KINK)
      GCHK_TRY(find_draw(o, element, d, &is_decided, error));
  if (!l->is_part)
    GCHK_TRY(gchk_instance_forward(l->work->instance, error));
  if (!is_decided || o->is_left)
    return GCHK_OK;
  gchk_look_judge(o->with, l->line.draw_count);
  if (o->with->verdict <= GCHK_KINK) {
    *look = *o->with;
  } else if (o->with->verdict == GCHK_FAIL && look->verdict == GCHK_INCONCLUSIVE) {
    // A single output may hide more from its steps than all together do: a staircase between two treads.
    *look = *o->with;
    look->is_suspected = true;
    gchk_look_doubt(look, GCHK_DOUBT_CONTRADICTION);
  }
  return GCHK_OK;
}

gchk_status gchk_look_at_outputs(gchk_tensor_line *l, size_t element, gchk_look *look, bool *is_left,
                                 gchk_error *error) {
  outputs o = {.l = l};
  const size_t all = l->work->output_count;
  *is_left = false;
  if (all < 2 || (l->work->instance->layer->flags & GCHK_IGNORES_UPSTREAM) != 0)
    return GCHK_OK;
  // What all of them are too many for is no more looked at in parts.
  if (l->is_part && !gchk_outputs_fit(all, GCHK_OUTPUTS_ROOM))
    return GCHK_OK;
  gchk_status status = look_at_outputs(&o, element, look, error);
  *is_left = o.is_left;
  release(&o);
  return status;
}
