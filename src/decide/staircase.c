/*
 * Looking for stairs.
 *
 * At places spread over the range the outputs are compared, bit for bit, with those a very small step further: on a
 * staircase they are the same at nearly all places. And from place to place they differ somewhere by far more than
 * rounding: what is flat because a sum swallows the element goes up by units of its last digit. And where they differ
 * is one place, flat on either side of it: what is saturated to the left and to the right goes from one to the other
 * through values in between, and what overflows is not flat before it does.
 */
#include "decide/staircase.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "measure/variable.h"
#include "start/case_instance.h"

enum { PLACES = 24, MOST_STEEP = 2 };
static const double beside = 0x1p-10;      // of a whole number
static const double small_step = 0x1p-16;  // of the range
static const double smallest_jump = 0x1p8; // units of the largest output

typedef struct walk {
  gchk_case_work *work;
  const gchk_tensor *t;
  size_t element;
  double low, high;
  double *here, *next, *before;
  double jump; // what counts as one
} walk;

static gchk_status outputs_at(const walk *w, double x, double *y, bool *are_there, gchk_error *error) {
  gchk_instance *instance = w->work->instance;
  gchk_tensor_set(w->t, w->t->value, w->element, x);
  gchk_status status = gchk_instance_forward(instance, NULL);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(instance, y, NULL);
  *are_there = status == GCHK_OK;
  for (size_t j = 0; j < w->work->output_count; j++)
    *are_there = *are_there && isfinite(y[j]);
  return status == GCHK_NO_MEMORY ? gchk_fail_memory(error, "outputs") : GCHK_OK;
}

static bool is_same(const walk *w, const double *a, const double *b) {
  return memcmp(a, b, w->work->output_count * sizeof *a) == 0;
}

static bool is_jump(const walk *w, const double *a, const double *b) {
  for (size_t j = 0; j < w->work->output_count; j++)
    if (fabs(a[j] - b[j]) > w->jump)
      return true;
  return false;
}

static void include(walk *w, double low, double high) {
  w->low = fmin(w->low, low);
  w->high = fmax(w->high, high);
}

// What the tensor holds, and what its fill might have given it.
static void find_range(walk *w, const gchk_fill *fill) {
  const bool is_set = fill->a != 0 || fill->b != 0;
  const double deviation = fill->b > 0 ? fill->b : 1;
  w->low = HUGE_VAL;
  w->high = -HUGE_VAL;
  for (size_t e = 0; e < w->t->count; e++) {
    double x = gchk_tensor_get(w->t, w->t->value, e);
    include(w, x, x);
  }
  if (fill->kind == GCHK_FILL_DEFAULT || fill->kind == GCHK_FILL_NORMAL)
    include(w, fill->a - 2 * deviation, fill->a + 2 * deviation);
  else if (fill->kind == GCHK_FILL_UNIFORM)
    include(w, is_set ? fill->a : -1, is_set ? fill->b : 1);
  else if (fill->kind == GCHK_FILL_POSITIVE)
    include(w, is_set ? fill->a : 0.5, is_set ? fill->b : 2);
}

static double largest_difference(const walk *w, const double *a, const double *b) {
  double largest = 0;
  for (size_t j = 0; j < w->work->output_count; j++)
    largest = fmax(largest, fabs(a[j] - b[j]));
  return largest;
}

// Between two places with a jump in between: is all of it at one place, flat before and after? Leaves w->here behind.
static gchk_status find_jump(walk *w, double low, double high, bool *is_jumping, gchk_error *error) {
  enum { HALVINGS = 64 };
  const double beside_it = (w->high - w->low) * small_step;
  bool is_there, is_flat = true;
  *is_jumping = false;
  for (int k = 0; k < HALVINGS; k++) {
    const double middle = low / 2 + high / 2;
    gchk_tensor_set(w->t, w->t->value, w->element, middle);
    const double held = gchk_tensor_get(w->t, w->t->value, w->element);
    if (held <= low || held >= high)
      break;
    GCHK_TRY(outputs_at(w, held, w->here, &is_there, error));
    if (!is_there)
      return GCHK_OK;
    if (largest_difference(w, w->here, w->before) > largest_difference(w, w->here, w->next)) {
      high = held;
      memcpy(w->next, w->here, w->work->output_count * sizeof *w->here);
    } else {
      low = held;
      memcpy(w->before, w->here, w->work->output_count * sizeof *w->here);
    }
  }
  *is_jumping = is_jump(w, w->before, w->next);
  for (int side = 0; side < 2 && *is_jumping && is_flat; side++) {
    GCHK_TRY(outputs_at(w, side == 0 ? low - beside_it : high + beside_it, w->here, &is_there, error));
    is_flat = is_there && is_same(w, w->here, side == 0 ? w->before : w->next);
  }
  *is_jumping = *is_jumping && is_flat;
  return GCHK_OK;
}

static gchk_status walk_range(walk *w, bool *is_staircase, gchk_error *error) {
  // No place is at a round number, where jumps like to be.
  static const double shift = 0.381966;
  const double width = w->high - w->low;
  size_t steep = 0, jumps = 0;
  double jump_after = w->low;
  for (int k = 0; k < PLACES && steep <= MOST_STEEP; k++) {
    double x = w->low + width * (k + shift) / PLACES;
    bool is_here, is_next;
    GCHK_TRY(outputs_at(w, x, w->here, &is_here, error));
    GCHK_TRY(outputs_at(w, x + width * small_step, w->next, &is_next, error));
    if (!is_here || !is_next)
      return GCHK_OK;
    steep += !is_same(w, w->here, w->next);
    if (k > 0 && is_jump(w, w->here, w->before)) {
      jumps++;
      jump_after = x - width / PLACES;
    }
    double *swapped = w->before;
    w->before = w->here;
    w->here = swapped;
  }
  if (steep > MOST_STEEP || jumps == 0)
    return GCHK_OK;
  bool is_low, is_high;
  GCHK_TRY(outputs_at(w, jump_after, w->before, &is_low, error));
  GCHK_TRY(outputs_at(w, jump_after + width / PLACES, w->next, &is_high, error));
  return is_low && is_high ? find_jump(w, jump_after, jump_after + width / PLACES, is_staircase, error) : GCHK_OK;
}

/*
 * Just behind the beginning of a whole step and just before its end the outputs are the same, and in the next one they
 * are others. A step begins at a whole number, which is what a cast makes of a real, or half before one, where rounding
 * changes. Further from it there may be anything that turns there by chance: the largest of a row is another.
 */
static gchk_status walk_integers(walk *w, double begin, bool *jump_at_integers, gchk_error *error) {
  enum { MOST = 6 };
  double first = floor(w->low) + begin, last = fmin(ceil(w->high), first + MOST);
  size_t steps = 0, jumps = 0;
  *jump_at_integers = false;
  for (int step = 0; step < MOST && first + step < last; step++) {
    bool is_here, is_next;
    const double m = first + step;
    const double left = fmax(m + beside, w->low), right = fmin(m + 1 - beside, w->high);
    if (right - left < 0.25)
      continue;
    GCHK_TRY(outputs_at(w, left, w->here, &is_here, error));
    GCHK_TRY(outputs_at(w, right, w->next, &is_next, error));
    if (!is_here || !is_next || !is_same(w, w->here, w->next))
      return GCHK_OK;
    jumps += steps > 0 && !is_same(w, w->here, w->before);
    memcpy(w->before, w->here, w->work->output_count * sizeof *w->before);
    steps++;
  }
  *jump_at_integers = jumps > 0;
  return GCHK_OK;
}

gchk_status gchk_look_for_stairs(gchk_case_work *work, const gchk_tensor_work *tensor, size_t element,
                                 gchk_staircase *found, gchk_error *error) {
  const gchk_tensor *t = &work->instance->t[tensor->index];
  const double x = gchk_tensor_get(t, t->value, element);
  walk w = {.work = work, .t = t, .element = element};
  *found = (gchk_staircase){.is_staircase = false};
  w.here = gchk_arena_alloc(work->scratch, work->output_count, sizeof *w.here);
  w.next = gchk_arena_alloc(work->scratch, work->output_count, sizeof *w.next);
  w.before = gchk_arena_alloc(work->scratch, work->output_count, sizeof *w.before);
  if (w.here == NULL || w.next == NULL || w.before == NULL)
    return gchk_fail_memory(error, "outputs");
  for (size_t j = 0; j < work->output_count; j++)
    w.jump = fmax(w.jump, fabs(work->y[j]));
  w.jump *= smallest_jump * gchk_output_unit(work->instance);
  find_range(&w, gchk_case_fill_of(work->spec, work->instance->layer, tensor->index));
  if (!(w.low < w.high && isfinite(w.high - w.low)))
    return GCHK_OK;
  gchk_status status = walk_range(&w, &found->is_staircase, error);
  for (int halves = 0; halves < 2 && status == GCHK_OK && found->is_staircase && !found->jumps_at_integers; halves++)
    status = walk_integers(&w, halves * 0.5 - 1, &found->jumps_at_integers, error);
  gchk_tensor_set(t, t->value, element, x);
  return status;
}
