/*
 * One element, until it is decided.
 *
 * No element fails on the short ladder: the steps that it took may all be on one side of a structure that others show.
 * And none fails while the whole ladder contradicts itself (contradiction.h), or at a kink of several units, where the
 * interval between the two slopes is not the set of valid values (units.h).
 */
#include "decide/decide.h"

#include <math.h>

#include "decide/confirm.h"
#include "decide/doubt_way.h"
#include "decide/independent.h"
#include "decide/output_look.h"
#include "decide/units.h"
#include "numeric/contradiction.h"

static bool is_finite(const gchk_look *look, size_t draw_count) {
  for (size_t d = 0; d < draw_count; d++)
    if (!isfinite(look->analytic[d]))
      return false;
  return true;
}

/* Draws that fail while some of their steps say that they are right are not known to be wrong. */
static void doubt_contradictions(gchk_look *look, size_t draw_count) {
  for (size_t d = 0; d < draw_count; d++) {
    gchk_judgement *judgement = &look->judgement[d];
    double rounding = look->slack[d] + GCHK_ROUNDING_OF_ANALYTIC * look->allowance[d].unit * fabs(look->analytic[d]);
    if (judgement->verdict == GCHK_FAIL && look->derivative[d].smoothness != GCHK_KINKED &&
        gchk_derivative_is_contradicted(&look->derivative[d], look->analytic[d], rounding)) {
      judgement->verdict = GCHK_INCONCLUSIVE;
      judgement->doubt = GCHK_DOUBT_CONTRADICTION;
    }
  }
  gchk_look_sum_up(look, draw_count);
}

/* The difference that a whole ladder is to judge anew. Kinks and bounds that are too wide need every step. */
static void find_question(const gchk_look *look, size_t draw_count, double question[GCHK_MAX_DRAWS]) {
  for (size_t d = 0; d < draw_count; d++) {
    bool fails = look->judgement[d].verdict == GCHK_FAIL && look->derivative[d].smoothness != GCHK_KINKED;
    bool is_open = !fails && look->judgement[d].verdict >= GCHK_INCONCLUSIVE;
    question[d] = is_open ? HUGE_VAL : fails ? 2 * fabs(look->analytic[d] - look->derivative[d].value) : 0;
  }
}

static gchk_status decide_by_short_ladder(gchk_tensor_line *l, size_t element, gchk_look *look, gchk_error *error) {
  gchk_tensor_line_aim(l, element);
  gchk_look_start(l, element, look);
  GCHK_TRY(gchk_tensor_line_differentiate(l, look->derivative, error));
  gchk_look_judge(look, l->line.draw_count);
  return GCHK_OK;
}

static bool is_to_be_looked_at_again(const gchk_tensor_line *l, const gchk_look *look) {
  return look->verdict > GCHK_KINK && !(l->fixed_step > 0) && is_finite(look, l->line.draw_count);
}

static gchk_status decide_by_whole_ladder(gchk_tensor_line *l, gchk_look *look, double question[GCHK_MAX_DRAWS],
                                          gchk_error *error) {
  const size_t draws = l->line.draw_count;
  look->kind = GCHK_LOOK_WHOLE;
  find_question(look, draws, question);
  GCHK_TRY(gchk_tensor_line_differentiate_whole(l, question, look->derivative, error));
  gchk_look_judge(look, draws);
  if (look->verdict == GCHK_FAIL)
    doubt_contradictions(look, draws);
  return GCHK_OK;
}

gchk_status gchk_decide_by_ladders(gchk_tensor_line *l, size_t element, gchk_look *look, gchk_error *error) {
  double question[GCHK_MAX_DRAWS];
  GCHK_TRY(decide_by_short_ladder(l, element, look, error));
  return is_to_be_looked_at_again(l, look) ? decide_by_whole_ladder(l, look, question, error) : GCHK_OK;
}

// By its whole ladder, and not at a kink: what must stand before it is a failure (confirm.h).
static bool is_to_be_confirmed(const gchk_look *look, size_t draw_count) {
  return look->kind == GCHK_LOOK_WHOLE && look->verdict == GCHK_FAIL && !gchk_look_fails_at_kinks(look, draw_count);
}

gchk_status gchk_keep_by_ladders(void *context, gchk_tensor_line *l, size_t element, gchk_error *error) {
  gchk_look *look = context;
  GCHK_TRY(gchk_decide_by_ladders(l, element, look, error));
  look->is_unconfirmed = l->is_confirmed_later && is_to_be_confirmed(look, l->line.draw_count);
  if (gchk_look_fails_at_kinks(look, l->line.draw_count))
    gchk_look_doubt(look, GCHK_DOUBT_UNITS);
  gchk_look_keep(look, l->tensor, l->line.draw_count, element);
  return GCHK_OK;
}

/* By its ladders, and by what is far away. *question is what the whole one was asked. */
static gchk_status decide_by_all_outputs(gchk_tensor_line *l, size_t element, gchk_look *look,
                                         double question[GCHK_MAX_DRAWS], bool *is_done, gchk_error *error) {
  GCHK_TRY(decide_by_short_ladder(l, element, look, error));
  GCHK_TRY(gchk_ask_independence(l, look, error));
  *is_done = !is_to_be_looked_at_again(l, look);
  if (*is_done)
    return GCHK_OK;
  GCHK_TRY(decide_by_whole_ladder(l, look, question, error));
  return gchk_ask_independence(l, look, error);
}

gchk_status gchk_decide(gchk_tensor_line *l, size_t element, gchk_look *look, gchk_error *error) {
  size_t draws = l->line.draw_count;
  double question[GCHK_MAX_DRAWS] = {0};
  const bool uses_update = l->tensor->uses_update;
  bool is_done, is_left;
  GCHK_TRY(decide_by_all_outputs(l, element, look, question, &is_done, error));
  if (is_done)
    return GCHK_OK;
  const bool is_at_kink = gchk_look_fails_at_kinks(look, draws), asks = is_to_be_confirmed(look, draws);
  const bool is_confirmed_now = asks && !l->is_confirmed_later && gchk_wants_confirmation(l->tensor);
  look->is_unconfirmed = asks && l->is_confirmed_later;
  if (is_confirmed_now || (is_at_kink && !l->is_confirmed_later))
    GCHK_TRY(gchk_doubt_way(l, element, look->derivative[0].step, error));
  if (l->tensor->uses_update != uses_update)
    return gchk_decide(l, element, look, error);
  if (is_confirmed_now)
    GCHK_TRY(gchk_confirm_failure(l, question, look, error));
  // Outputs that are too coarse to move say no more one by one.
  const bool is_absorbed = is_confirmed_now && gchk_look_is_open(look) && look->doubt == GCHK_DOUBT_ROUNDING;
  if ((gchk_look_is_open(look) || is_at_kink) && !is_absorbed)
    GCHK_TRY(gchk_look_at_outputs(l, element, look, &is_left, error));
  if (!is_at_kink || look->verdict != GCHK_FAIL)
    return GCHK_OK;
  bool several;
  GCHK_TRY(gchk_are_several_units(l, look, &several, error));
  if (several)
    gchk_look_doubt(look, GCHK_DOUBT_UNITS);
  return GCHK_OK;
}

gchk_status gchk_decide_in_group(gchk_tensor_line *l, size_t element, gchk_look *look, bool *is_left,
                                 gchk_error *error) {
  double question[GCHK_MAX_DRAWS] = {0};
  bool is_done;
  *is_left = false;
  GCHK_TRY(decide_by_all_outputs(l, element, look, question, &is_done, error));
  if (is_done)
    return GCHK_OK;
  *is_left = look->verdict == GCHK_FAIL;
  return gchk_look_is_open(look) ? gchk_look_at_outputs(l, element, look, is_left, error) : GCHK_OK;
}
