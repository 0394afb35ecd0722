/* The elements of a tensor, in groups. */
#include "decide/decide_groups.h"

#include <math.h>

#include "core/memory.h"
#include "decide/confirm.h"
#include "decide/decide.h"

enum { FAILED = 16, OPEN = 64 /* elements of a tensor that are decided by themselves too */ };

/* Do the two differences exclude each other? */
static bool is_contradicted(const gchk_tensor_work *tensor, const gchk_look *alone, size_t element, size_t draw) {
  const gchk_derivative *d = &alone->derivative[draw];
  const double bounds = d->bound + tensor->numeric_bound[draw][element];
  return alone->kind != GCHK_LOOK_OUTPUTS && d->smoothness == GCHK_SMOOTH &&
         fabs(d->value - tensor->numeric[draw][element]) > GCHK_ERROR_BARS * bounds;
}

/* What an element's gradient was said to be before it was decided by itself, which may be of fewer outputs. */
typedef struct said_before {
  size_t element;
  double analytic[GCHK_MAX_DRAWS], slack[GCHK_MAX_DRAWS];
} said_before;

/* Those that were decided by themselves as well. */
typedef struct checked_again {
  size_t failed, open;
  said_before *before;
  size_t count;
} checked_again;

static gchk_status note_before(checked_again *again, const gchk_tensor_line *l, size_t element, gchk_error *error) {
  again->before = gchk_arena_append(l->work->scratch, again->before, again->count, sizeof *again->before);
  if (again->before == NULL)
    return gchk_fail_memory(error, "elements that are decided again");
  said_before *before = &again->before[again->count++];
  before->element = element;
  for (size_t d = 0; d < l->line.draw_count; d++) {
    before->analytic[d] = l->tensor->analytic[d][element];
    before->slack[d] = l->tensor->slack[d][element];
  }
  return GCHK_OK;
}

/* As if none had been decided. */
static void forget(const checked_again *again, const gchk_tensor_line *l) {
  for (size_t i = 0; i < again->count; i++)
    for (size_t d = 0; d < l->line.draw_count; d++) {
      l->tensor->analytic[d][again->before[i].element] = again->before[i].analytic[d];
      l->tensor->slack[d][again->before[i].element] = again->before[i].slack[d];
    }
}

static gchk_status decide_again(gchk_tensor_line *l, gchk_groups *groups, size_t element, checked_again *again,
                                gchk_look *look, gchk_error *error) {
  GCHK_TRY(note_before(again, l, element, error));
  GCHK_TRY(gchk_decide(l, element, look, error));
  for (size_t d = 0; d < l->line.draw_count && gchk_groups_hold(groups); d++)
    if (is_contradicted(l->tensor, look, element, d))
      gchk_groups_give_up(groups, element);
  gchk_look_keep(look, l->tensor, l->line.draw_count, element);
  return GCHK_OK;
}

/* Is an element that does not pass in its group to be decided by itself? */
static bool is_wanted(const gchk_tensor_work *tensor, size_t element, checked_again *again) {
  if (tensor->verdict[element] == GCHK_FAIL)
    return again->failed++ < FAILED || gchk_wants_confirmation(tensor);
  return tensor->verdict[element] > GCHK_KINK && again->open++ < OPEN;
}

gchk_status gchk_decide_groups(gchk_tensor_line *l, gchk_groups *groups, gchk_look *look, gchk_error *error) {
  const gchk_tensor_work *tensor = l->tensor;
  const gchk_line_job job = {.attempt = gchk_keep_by_ladders, .context = look, .is_ladder = true};
  checked_again again = {0};
  GCHK_TRY(gchk_groups_run(groups, &job, tensor->checked, tensor->checked_count, error));
  for (size_t k = 0; k < tensor->checked_count && gchk_groups_hold(groups); k++)
    if (is_wanted(tensor, tensor->checked[k], &again))
      GCHK_TRY(decide_again(l, groups, tensor->checked[k], &again, look, error));
  if (!gchk_groups_hold(groups))
    forget(&again, l);
  return GCHK_OK;
}
