/* The elements of a tensor, in groups. */
#include "decide/decide_groups.h"

#include <math.h>

#include "core/memory.h"
#include "decide/confirm.h"
#include "decide/decide.h"

enum { FEW = 16, MOST = 64 /* elements that are decided by themselves too: at least, and at the most */ };

static gchk_status decide_one(void *context, gchk_tensor_line *part, size_t element, gchk_error *error) {
  gchk_look *look = context;
  GCHK_TRY(gchk_decide_by_ladders(part, element, look, error));
  gchk_look_keep(look, part->tensor, part->line.draw_count, element);
  return GCHK_OK;
}

/* Do the two differences exclude each other? */
static bool is_contradicted(const gchk_tensor_work *tensor, const gchk_look *alone, size_t element, size_t draw) {
  const gchk_derivative *d = &alone->derivative[draw];
  const double bounds = d->bound + tensor->numeric_bound[draw][element];
  return alone->kind != GCHK_LOOK_OUTPUTS && d->smoothness == GCHK_SMOOTH &&
         fabs(d->value - tensor->numeric[draw][element]) > GCHK_ERROR_BARS * bounds;
}

static gchk_status decide_again(gchk_tensor_line *l, gchk_groups *groups, size_t element, gchk_look *look,
                                gchk_error *error) {
  GCHK_TRY(gchk_decide(l, element, look, error));
  for (size_t d = 0; d < l->line.draw_count && gchk_groups_hold(groups); d++)
    if (is_contradicted(l->tensor, look, element, d))
      gchk_groups_give_up(groups, element);
  gchk_look_keep(look, l->tensor, l->line.draw_count, element);
  return GCHK_OK;
}

gchk_status gchk_decide_groups(gchk_tensor_line *l, gchk_groups *groups, gchk_look *look, gchk_error *error) {
  const gchk_tensor_work *tensor = l->tensor;
  const gchk_group_job job = {.attempt = decide_one, .context = look, .is_ladder = true};
  GCHK_TRY(gchk_groups_run(groups, &job, tensor->checked, tensor->checked_count, error));
  size_t again = 0;
  for (size_t k = 0; k < tensor->checked_count && gchk_groups_hold(groups); k++) {
    const size_t element = tensor->checked[k];
    if (tensor->verdict[element] <= GCHK_KINK || again >= MOST || (again >= FEW && !gchk_wants_confirmation(tensor)))
      continue;
    again++;
    GCHK_TRY(decide_again(l, groups, element, look, error));
  }
  return GCHK_OK;
}
