/* Leaving an update, or a vary, that is not to be believed. */
#include "decide/doubt_way.h"

#include "decide/pilot.h"
#include "lines/update_audit.h"

/* Noise, and the step to start at, are what the other way said. */
static gchk_status begin_again(gchk_tensor_line *l, gchk_error *error) {
  gchk_tensor_line_go_by_forward(l);
  l->tensor->has_pilot = false;
  l->tensor->start = 0;
  return gchk_pilot(l, NULL, error);
}

gchk_status gchk_doubt_way(gchk_tensor_line *l, size_t element, double step, gchk_error *error) {
  bool agrees = true;
  if (!(step > 0) || gchk_instance_is_inner_value(l->work->instance, l->tensor->index))
    return GCHK_OK;
  if (l->varies)
    GCHK_TRY(gchk_audit_vary_at(l->work, l->tensor, element, step, &agrees, error));
  else if (l->snapshot != NULL)
    GCHK_TRY(gchk_audit_update_at(l->work, l->tensor, l->snapshot, element, step, &agrees, error));
  return agrees ? GCHK_OK : begin_again(l, error);
}
