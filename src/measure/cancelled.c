/* What rounding leaves of terms that cancel. */
#include "measure/cancelled.h"

#include <math.h>

#include "core/memory.h"
#include "core/statistics.h"

static bool is_cancelled(const gchk_tensor_work *tensor, size_t d) {
  static const double times = 64; // slack is no measure of terms to within a factor of some
  return tensor->terms[d] > times * tensor->largest[d] && isfinite(tensor->terms[d]);
}

bool gchk_tensor_is_cancelled(const gchk_case_work *work, const gchk_tensor_work *tensor) {
  for (size_t d = 0; d < work->draw_count; d++)
    if (!is_cancelled(tensor, d))
      return false;
  return true;
}

// The median, which a few ill-conditioned elements do not move.
static gchk_status raise_slack(gchk_case_work *work, const double *g, double *slack, size_t count, gchk_error *error) {
  double *room = gchk_arena_unset(work->scratch, count, sizeof *room);
  if (room == NULL)
    return gchk_fail_memory(error, "slack");
  size_t finite = 0;
  for (size_t e = 0; e < count; e++)
    if (isfinite(slack[e]))
      room[finite++] = slack[e];
  const double least = finite > 0 ? gchk_select_quantile(room, room, finite, 0.5) : 0;
  for (size_t e = 0; e < count; e++)
    slack[e] = g[e] == 0 && slack[e] < least ? least : slack[e];
  return GCHK_OK;
}

gchk_status gchk_allow_cancelled(gchk_case_work *work, gchk_error *error) {
  for (size_t k = 0; k < work->tensor_count; k++) {
    gchk_tensor_work *tensor = &work->tensors[k];
    for (size_t d = 0; d < work->draw_count; d++)
      if (is_cancelled(tensor, d))
        GCHK_TRY(raise_slack(work, tensor->analytic[d], tensor->slack[d], tensor->total, error));
  }
  return GCHK_OK;
}
