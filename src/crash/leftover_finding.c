/* Processes that a layer started and did not end, as a note: its gradients are judged as they are. */
#include "crash/leftover_finding.h"

#include "core/memory.h"
#include "result/findings.h"

gchk_status gchk_report_leftovers(gchk_arena *arena, size_t count, gchk_case_result *result, gchk_error *error) {
  gchk_finding_list list = gchk_finding_list_from(arena, result->findings, result->finding_count);
  (void)gchk_finding_note(&list, GCHK_CODE_LEAVES_PROCESSES,
                          "%zu process%s that the layer started %s there after its case; killed", count,
                          count == 1 ? "" : "es", count == 1 ? "was" : "were");
  if (list.failed)
    return gchk_fail_memory(error, "what a layer left behind");
  result->findings = list.findings;
  result->finding_count = list.count;
  return GCHK_OK;
}
