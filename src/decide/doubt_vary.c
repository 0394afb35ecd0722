/* Leaving a vary that is not to be believed. */
#include "decide/doubt_vary.h"

#include "decide/pilot.h"
#include "lines/update_audit.h"

/* Noise, and the step to start at, are what vary said. */
static gchk_status begin_again(gchk_tensor_line *l, gchk_error *error) {
  gchk_tensor_line_leave_vary(l);
  l->tensor->has_pilot = false;
  l->tensor->start = 0;
  return gchk_pilot(l, NULL, error);
}

gchk_status gchk_doubt_vary(gchk_tensor_line *l, size_t element, double step, gchk_error *error) {
  bool agrees = true;
  if (!l->varies || !(step > 0))
    return GCHK_OK;
  GCHK_TRY(gchk_audit_vary_at(l->work, l->tensor, element, step, &agrees, error));
  return agrees ? GCHK_OK : begin_again(l, error);
}
