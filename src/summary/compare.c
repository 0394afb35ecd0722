/* A result against an earlier one, and its summary again. */
#include "core/arena.h"
#include "core/memory.h"
#include "gradcheck/report.h"
#include "result/baseline.h"

gchk_status gchk_baseline_validate(const gchk_result *before, const char *file, gchk_error *error) {
  if (before->complete)
    return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID,
                   "%s: is of a run that %s after %zu cases, and no baseline: what was not checked then "
                   "cannot be seen to get worse; save one from a run that came to its end",
                   file, gchk_result_ending(before), before->case_count);
}

gchk_status gchk_result_compare(gchk_result *current, const gchk_result *before, const char *file, gchk_error *error) {
  GCHK_TRY(gchk_baseline_validate(before, file, error));
  GCHK_TRY(gchk_baseline_compare(current->arena, file, before, current, &current->baseline, error));
  gchk_result_summarise(current);
  return gchk_arena_has_failed(current->arena) ? gchk_fail_memory(error, "the comparison with the baseline") : GCHK_OK;
}
