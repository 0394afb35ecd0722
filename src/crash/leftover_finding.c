/* Processes that a layer started and did not end, as a note: its gradients are judged as they are. */
#include "crash/leftover_finding.h"

#include <string.h>

#include "core/memory.h"
#include "result/finding_codes.h"

gchk_status gchk_report_leftovers(gchk_arena *arena, size_t count, gchk_case_result *result, gchk_error *error) {
  // A list that was read has no room to grow.
  gchk_finding *grown = gchk_arena_alloc(arena, result->finding_count + 1, sizeof *grown);
  const char *text = gchk_arena_printf(arena, "%zu process%s that the layer started %s there after its case; killed",
                                       count, count == 1 ? "" : "es", count == 1 ? "was" : "were");
  if (grown == NULL || text == NULL)
    return gchk_fail_memory(error, "what a layer left behind");
  if (result->finding_count > 0)
    memcpy(grown, result->findings, result->finding_count * sizeof *grown);
  grown[result->finding_count++] =
      (gchk_finding){.code = gchk_code_at(GCHK_CODE_LEAVES_PROCESSES)->name, .text = text, .is_note = true};
  result->findings = grown;
  return GCHK_OK;
}
