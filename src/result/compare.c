/* A result against an earlier one, and its summary again. */
#include "gradcheck/report.h"
#include "result/baseline.h"

gchk_status gchk_result_compare(gchk_result *current, const gchk_result *before, const char *file, gchk_error *error) {
  GCHK_TRY(gchk_baseline_compare(current->arena, file, before, current, &current->baseline, error));
  gchk_result_summarise(current);
  return GCHK_OK;
}
