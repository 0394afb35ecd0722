/*
 * What a failure must stand before it is one.
 *
 * The bound of an element comes from how differences at a few steps agree. They may agree by chance: two kinks on
 * either side of a step, slopes of several units that are the same to both sides; and on a tread of a staircase they
 * all agree, with nothing. Chance does not come twice: what is wrong is wrong by other steps too, and nearby.
 */
#include "decide/confirm.h"

#include <math.h>

#include "decide/absorbed.h"
#include "decide/far_slack.h"
#include "decide/units.h"
#include "decide/widen.h"
#include "numeric/treads.h"

/* Of g or D, and of the largest gradient, in ways: a mistake that the function's bending nearby does not hide. */
static const double gross = 25, gross_of_largest = 8;

enum { ENOUGH = 8 /* confirmed failures, and as many for each that was not */ };

static bool fails_smoothly(const gchk_look *look, size_t draw) {
  return look->judgement[draw].verdict == GCHK_FAIL && look->derivative[draw].smoothness != GCHK_KINKED;
}

/* Does g pass there, with a difference that the first bound had excluded? A wider bound alone says nothing. */
static bool is_contradicted(const gchk_look *look, size_t draw, const gchk_derivative *between) {
  const gchk_derivative *first = &look->derivative[draw];
  const gchk_judgement other = gchk_judge(look->analytic[draw], between, &look->allowance[draw]);
  bool is_elsewhere = !(fabs(between->value - first->value) <= first->bound);
  return other.verdict != GCHK_FAIL && (is_elsewhere || between->smoothness == GCHK_KINKED);
}

/* Do the steps in between fail every draw that fails? */
static gchk_status ask_between(gchk_tensor_line *l, const double *question, gchk_look *look, gchk_error *error) {
  gchk_derivative between[GCHK_MAX_DRAWS];
  GCHK_TRY(gchk_tensor_line_differentiate_between(l, question, between, error));
  for (size_t d = 0; d < l->line.draw_count; d++) {
    if (fails_smoothly(look, d) && is_contradicted(look, d, &between[d]))
      gchk_look_doubt(look, GCHK_DOUBT_CONTRADICTION);
  }
  return GCHK_OK;
}

/* Is g consistent with a bound that has what steps in no ratio scatter by? Then that is the bound. */
static gchk_status ask_scatter(gchk_tensor_line *l, gchk_look *look, gchk_error *error) {
  for (size_t d = 0; d < l->line.draw_count; d++) {
    if (!fails_smoothly(look, d))
      continue;
    GCHK_TRY(
        gchk_widen_by_scatter(l, look->analytic[d], l->line.v[d], &look->allowance[d], &look->derivative[d], error));
    look->judgement[d] = gchk_judge(look->analytic[d], &look->derivative[d], &look->allowance[d]);
  }
  gchk_look_sum_up(look, l->line.draw_count);
  return GCHK_OK;
}

static gchk_status ask_treads(gchk_tensor_line *l, gchk_look *look, gchk_error *error) {
  gchk_status status = GCHK_OK;
  bool are_there = false;
  for (size_t d = 0; d < l->line.draw_count && status == GCHK_OK && !are_there; d++)
    if (fails_smoothly(look, d))
      status = gchk_find_treads(&l->line, d, &look->derivative[d], look->analytic[d], l->space, &are_there, error);
  gchk_tensor_line_restore(l);
  if (status == GCHK_OK && are_there)
    gchk_look_doubt(look, GCHK_DOUBT_TREADS);
  return status;
}

/*
 * On one tread of a value in between, the steps know all other ways of the function to the last bit. Is g what two
 * larger steps say that are neighbours, and does one of them exclude what the smaller ones say?
 */
static bool agrees_farther(const gchk_look *look, size_t draw) {
  enum { ENOUGH_STEPS = 2 };
  const gchk_derivative *d = &look->derivative[draw];
  size_t run = 0;
  bool excludes = false;
  for (size_t k = 0; k < d->chosen && !(run >= ENOUGH_STEPS && excludes); k++) {
    const gchk_rung *r = &d->rungs[k];
    const bool agrees = isfinite(r->bound) && fabs(look->analytic[draw] - r->difference) <= r->bound;
    run = agrees ? run + 1 : 0;
    excludes = agrees && (excludes || fabs(d->value - r->difference) > GCHK_ERROR_BARS * r->bound);
  }
  return run >= ENOUGH_STEPS && excludes;
}

static void ask_farther(const gchk_tensor_line *l, gchk_look *look) {
  const double coarse = 0x1p-40; // no value of double in between is rounded so that it shows
  for (size_t d = 0; d < l->line.draw_count; d++)
    if (l->line.output_unit > coarse && fails_smoothly(look, d) && agrees_farther(look, d))
      gchk_look_doubt(look, GCHK_DOUBT_TREADS);
}

static bool is_gross(const gchk_tensor_line *l, const gchk_look *look) {
  for (size_t d = 0; d < l->line.draw_count; d++) {
    double g = look->analytic[d], value = look->derivative[d].value;
    double of_both = gross * fmax(fabs(g), fabs(value)), of_largest = gross_of_largest * look->allowance[d].largest;
    double least = gchk_way_around(l) * fmax(of_both, of_largest);
    if (fails_smoothly(look, d) && !(fabs(g - value) >= least))
      return false;
  }
  return true;
}

static gchk_status ask(gchk_tensor_line *l, const double *question, gchk_look *look, gchk_error *error) {
  GCHK_TRY(gchk_doubt_absorbed(l, look, error));
  if (look->verdict == GCHK_FAIL)
    GCHK_TRY(ask_between(l, question, look, error));
  if (look->verdict == GCHK_FAIL)
    GCHK_TRY(ask_scatter(l, look, error));
  if (look->verdict == GCHK_FAIL)
    GCHK_TRY(gchk_ask_far_slack(l, look, error));
  if (look->verdict == GCHK_FAIL)
    ask_farther(l, look);
  if (look->verdict == GCHK_FAIL)
    GCHK_TRY(ask_treads(l, look, error));
  if (look->verdict != GCHK_FAIL || !is_gross(l, look))
    return gchk_instance_forward(l->work->instance, error);
  bool several;
  GCHK_TRY(gchk_are_several_units(l, look, &several, error));
  if (several)
    gchk_look_doubt(look, GCHK_DOUBT_UNITS);
  return GCHK_OK;
}

bool gchk_wants_confirmation(const gchk_tensor_work *tensor) {
  return !tensor->wants_no_confirmation && tensor->confirmed < ENOUGH * (1 + tensor->doubted);
}

void gchk_want_no_confirmation(gchk_tensor_work *tensor) {
  tensor->wants_no_confirmation = true;
}

gchk_status gchk_confirm_failure(gchk_tensor_line *l, const double *question, gchk_look *look, gchk_error *error) {
  GCHK_TRY(ask(l, question, look, error));
  if (look->verdict == GCHK_FAIL)
    l->tensor->confirmed++;
  else
    l->tensor->doubted++;
  return GCHK_OK;
}
