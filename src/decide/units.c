/*
 * How many units kink at a point.
 *
 * Where one unit kinks (relu at 0) the function has two slopes near the point, one on either side: a little way off, in
 * whatever direction, the derivative along the element is one of the two. Where several do (a row of zeros under
 * units without bias) each direction switches others of them on, and there are more values than two.
 *
 * So all inputs and parameters are moved a little at random, many times the step that is then taken, and the difference
 * is held against the two slopes. A place where two steps, one four times the other, disagree is too near to a kink,
 * and so is one where the slopes to both sides do: in its middle all steps give the mean of both.
 *
 * Zeros of an input whose values are given stay zeros where the element is not one of its own: along the element they
 * are where they are, and a layer may treat zeros in another way (it leaves them out of its sums).
 *
 * The slopes of several units to both sides may agree by chance, as far as the outputs resolve, and the point looks
 * smooth. Then the derivative nearby is none of them, and mostly not even near. A function that is smooth has nearly
 * the same one.
 */
#include "decide/units.h"

#include <math.h>

#include "core/memory.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "measure/variable.h"
#include "numeric/steps.h"
#include "start/case_instance.h"

enum { MOVES = 32 };
static const double steps_of_a_move = 16; /* a move, over the step that is taken there */
static const double further = 8;          /* a tensor moved more than the element's own */
static const double same = 0.1;           /* of the gap between the slopes */
static const double apart = 0.5;          /* of how far g is beyond both slopes; both are D of a smooth function */
enum { ENOUGH = 6, PART = 4 };            /* places with that slope and none other; one in so many is too many */

typedef struct surroundings {
  gchk_tensor_line *l;
  gchk_snapshot *values; /* at the base point */
  double *plus, *minus;
  double move; /* relative to the scale of each tensor */
  gchk_random random;
} surroundings;

static bool keeps_zeros(const surroundings *s, size_t i) {
  const gchk_case_work *work = s->l->work;
  return i != s->l->tensor->index && work->instance->t[i].role == GCHK_INPUT &&
         gchk_case_fill_of(work->spec, work->instance->layer, i)->kind == GCHK_FILL_VALUES;
}

static void move_tensor(surroundings *s, size_t i, double amount) {
  const gchk_tensor *t = &s->l->work->instance->t[i];
  const bool are_zeros_kept = keeps_zeros(s, i);
  for (size_t e = 0; e < t->count; e++) {
    const double x = gchk_tensor_get(t, t->value, e), moved = x + amount * gchk_random_signed(&s->random);
    if (x != 0 || !are_zeros_kept)
      gchk_tensor_move(t, e, moved);
  }
}

static void move_all(surroundings *s, bool kinked) {
  gchk_instance *instance = s->l->work->instance;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (!gchk_role_is_moved(t->role))
      continue;
    // Two units whose weights point in nearly opposite directions take turns as long as x moves most; biases do not.
    // Not where the function looks smooth: it bends.
    bool is_further = kinked && i != s->l->tensor->index && gchk_random_signed(&s->random) > 0;
    double amount = s->move * (is_further ? further : 1) * gchk_scale_of(0, gchk_root_mean_square(t));
    move_tensor(s, i, amount);
    if (s->l->work->single == NULL)
      gchk_round_tensor(instance, i);
    gchk_make_symmetric(instance, i);
  }
}

static gchk_status outputs_at(surroundings *s, double x, double *y, gchk_error *error) {
  gchk_tensor_line *l = s->l;
  if (!gchk_tensor_holds(l->t, x)) {
    gchk_no_outputs(y, l->line.output_count);
    return GCHK_OK;
  }
  gchk_tensor_line_set(l, x);
  GCHK_TRY(gchk_instance_evaluate(l->work->instance, l->tensor->index, error));
  return gchk_instance_outputs(l->work->instance, y, error);
}

static double project(const double *v, const double *y, const double *z, size_t count) {
  double sum = 0;
  for (size_t j = 0; j < count; j++)
    sum += v[j] * (y[j] - z[j]);
  return sum;
}

/* The central difference along the element at a place. */
static gchk_status slope_at(surroundings *s, double h, double slope[GCHK_MAX_DRAWS], gchk_error *error) {
  const gchk_line *line = &s->l->line;
  double x = gchk_tensor_get(s->l->t, s->l->t->value, s->l->element);
  double up = gchk_step_to(x, h, line->variable_unit), down = gchk_step_to(x, -h, line->variable_unit);
  GCHK_TRY(outputs_at(s, up, s->plus, error));
  GCHK_TRY(outputs_at(s, down, s->minus, error));
  gchk_tensor_line_set(s->l, x);
  for (size_t d = 0; d < line->draw_count; d++)
    slope[d] = project(line->v[d], s->plus, s->minus, line->output_count) / (up - down);
  return GCHK_OK;
}

/* The slope above the place alone, of which slope_at has just been there: another one where the place is on a kink. */
static gchk_status slope_above(surroundings *s, double h, double slope[GCHK_MAX_DRAWS], gchk_error *error) {
  const gchk_line *line = &s->l->line;
  const double x = gchk_tensor_get(s->l->t, s->l->t->value, s->l->element);
  GCHK_TRY(outputs_at(s, x, s->minus, error));
  for (size_t d = 0; d < line->draw_count; d++)
    slope[d] =
        project(line->v[d], s->plus, s->minus, line->output_count) / (gchk_step_to(x, h, line->variable_unit) - x);
  return GCHK_OK;
}

static bool is_near(double a, double b, double tolerance) {
  return fabs(a - b) <= tolerance;
}

/* What one place says: a slope that is neither of the two; one of them; or nothing. */
typedef enum answer { TELLS_NOTHING, ONE_OF_TWO, ANOTHER } answer;

static bool is_kinked(const gchk_derivative *derivative) {
  return derivative->smoothness == GCHK_KINKED;
}

/* How far a slope may be from one of the two: no further than would make up for half of what g is off by. */
static double tolerance_of(double g, const gchk_derivative *kink) {
  double off = fmax(kink->slope_low - g, g - kink->slope_high);
  return is_kinked(kink) ? fmin(same * (kink->slope_high - kink->slope_low), apart * off) : apart * off;
}

static gchk_status ask(surroundings *s, const gchk_look *look, answer *said, gchk_error *error) {
  const gchk_line *line = &s->l->line;
  double near[GCHK_MAX_DRAWS] = {0}, nearer[GCHK_MAX_DRAWS] = {0}, above[GCHK_MAX_DRAWS] = {0};
  double h = s->move * line->scale / steps_of_a_move;
  GCHK_TRY(slope_at(s, h, near, error));
  GCHK_TRY(slope_at(s, h / 4, nearer, error));
  GCHK_TRY(slope_above(s, h / 4, above, error));
  *said = TELLS_NOTHING;
  for (size_t d = 0; d < line->draw_count; d++) {
    const gchk_derivative *kink = &look->derivative[d];
    double tolerance = tolerance_of(look->analytic[d], kink);
    if (look->judgement[d].verdict != GCHK_FAIL || !is_near(near[d], nearer[d], tolerance / 2) ||
        !is_near(nearer[d], above[d], tolerance / 2))
      continue;
    bool is_one = is_near(near[d], kink->slope_low, tolerance) || is_near(near[d], kink->slope_high, tolerance);
    *said = is_one && *said != ANOTHER ? ONE_OF_TWO : ANOTHER;
  }
  return GCHK_OK;
}

/* What the places around a point said. */
typedef struct survey {
  size_t same, others;
} survey;

/* Of two units every other place may have the slope that both seem to have. */
static bool is_settled(const survey *s, bool kinked) {
  return kinked ? s->others > 0 : s->same >= ENOUGH && s->others == 0;
}

static bool are_several(const survey *s, bool kinked) {
  return kinked ? s->others > 0 || 2 * s->same < MOVES : s->others > 0 && PART * s->others >= s->same + s->others;
}

static gchk_status look_around(surroundings *s, const gchk_look *look, bool kinked, survey *found, gchk_error *error) {
  gchk_instance *instance = s->l->work->instance;
  for (int k = 0; k < MOVES && !is_settled(found, kinked); k++) {
    answer said = TELLS_NOTHING;
    move_all(s, kinked);
    gchk_status status = ask(s, look, &said, error);
    gchk_snapshot_restore(s->values, instance);
    if (status == GCHK_NO_MEMORY)
      return status;
    found->same += said == ONE_OF_TWO;
    found->others += said == ANOTHER;
  }
  return gchk_instance_forward(instance, error);
}

double gchk_way_around(const gchk_tensor_line *l) {
  return cbrt(l->line.output_unit);
}

gchk_status gchk_are_several_units(gchk_tensor_line *l, const gchk_look *look, bool *several, gchk_error *error) {
  gchk_case_work *work = l->work;
  const bool kinked = gchk_look_fails_at_kinks(look, l->line.draw_count);
  survey found = {0};
  *several = false;
  // An intermediate value cannot be evaluated at another point: forward writes it anew.
  if (gchk_instance_is_inner_value(work->instance, l->tensor->index))
    return GCHK_OK;
  surroundings s = {.l = l,
                    .plus = l->space,
                    .minus = l->space + work->output_count,
                    .move = gchk_way_around(l),
                    .random = gchk_random_seeded(l->element)};
  s.values = gchk_snapshot_new(work->instance, GCHK_SNAPSHOT_VALUES);
  if (s.values == NULL)
    return gchk_fail_memory(error, "the surroundings of a kink");
  gchk_status status = look_around(&s, look, kinked, &found, error);
  *several = are_several(&found, kinked);
  gchk_snapshot_free(s.values);
  return status;
}
