/* A result against an earlier one, and its summary again. */
#include "core/arena.h"
#include "core/memory.h"
#include "gradcheck/report.h"
#include "result/baseline.h"

gchk_status gchk_result_compare(gchk_result *current, const gchk_result *before, const char *file, gchk_error *error) {
  GCHK_TRY(gchk_baseline_compare(current->arena, file, before, current, &current->baseline, error));
  gchk_result_summarise(current);
  return gchk_arena_has_failed(current->arena) ? gchk_fail_memory(error, "the comparison with the baseline") : GCHK_OK;
}
