/* Counting the elements of a tensor by what became of them. */
#include "measure/tally.h"

bool gchk_is_zero_element(const gchk_tensor_work *tensor, size_t draw_count, size_t element) {
  for (size_t d = 0; d < draw_count; d++)
    if (tensor->analytic[d][element] != 0)
      return false;
  return true;
}

void gchk_tally_tensor(gchk_tensor_work *tensor, size_t draw_count) {
  gchk_tally *tally = &tensor->tally;
  *tally = (gchk_tally){.worst = GCHK_PASS};
  for (size_t k = 0; k < tensor->checked_count; k++) {
    size_t e = tensor->checked[k];
    tally->worst = gchk_verdict_worse(tally->worst, (gchk_verdict)tensor->verdict[e]);
    if (tensor->verdict[e] == GCHK_PASS) {
      tally->exact_zero += tensor->resolution[e] == GCHK_EXACT_ZERO;
      tally->flat += tensor->resolution[e] == GCHK_FLAT;
      tally->unresolved += tensor->resolution[e] == GCHK_UNRESOLVED;
    }
    if (gchk_is_zero_element(tensor, draw_count, e))
      continue;
    tally->nonzero++;
    for (size_t m = 0; m < GCHK_MUTATIONS; m++)
      tally->caught[m] += (tensor->caught[e] >> m) & 1U;
  }
}
