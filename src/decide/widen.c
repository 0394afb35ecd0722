/* A wider bound, where it makes g consistent. */
#include "decide/widen.h"

#include "numeric/scatter.h"

gchk_status gchk_widen_by_scatter(gchk_tensor_line *l, double g, const double *v, const gchk_allowance *allowance,
                                  gchk_derivative *derivative, gchk_error *error) {
  double scatter;
  if (gchk_judge(g, derivative, allowance).verdict != GCHK_FAIL)
    return GCHK_OK;
  const gchk_status status = gchk_find_scatter(&l->line, v, derivative, l->space, &scatter, error);
  gchk_tensor_line_restore(l);
  GCHK_TRY(status);
  gchk_derivative wider = *derivative;
  wider.bound += scatter;
  if (scatter > 0 && gchk_judge(g, &wider, allowance).verdict != GCHK_FAIL)
    derivative->bound = wider.bound;
  return GCHK_OK;
}
