/* What a sanitizer reported of a case that came to its end, as findings. */
#include "crash/sanitizer_findings.h"

#include "core/memory.h"
#include "result/findings.h"

gchk_status gchk_report_sanitizer(gchk_arena *arena, const gchk_tail *tail, const gchk_sanitizers *sanitizers,
                                  bool has_memory_error, gchk_case_result *result, gchk_error *error) {
  const gchk_sanitizer_report *report = &tail->report;
  const bool has_error = report->count > 0 && (has_memory_error || sanitizers->threads);
  const size_t notes = sanitizers->undefined ? report->runtime_error_kept : 0;
  if (!has_error && notes == 0)
    return GCHK_OK;
  gchk_finding_list list = gchk_finding_list_from(arena, result->findings, result->finding_count);
  const char *head = report->summary[0] != '\0' ? report->summary : report->head;
  if (has_error && has_memory_error)
    (void)gchk_finding_add(&list, GCHK_CODE_SANITIZER_REPORT, "%s", head);
  else if (has_error)
    (void)gchk_finding_note(&list, GCHK_CODE_SANITIZER_REPORT, "%s", head);
  for (size_t i = 0; i < notes; i++)
    (void)gchk_finding_note(&list, GCHK_CODE_SANITIZER_REPORT, "%s", report->runtime_errors[i]);
  if (notes > 0 && report->runtime_error_others > 0)
    (void)gchk_finding_note(&list, GCHK_CODE_SANITIZER_REPORT,
                            "and %zu more lines of runtime errors, at other places than these %zu",
                            report->runtime_error_others, notes);
  if (list.failed)
    return gchk_fail_memory(error, "what a sanitizer reported");
  result->findings = list.findings;
  result->finding_count = list.count;
  if (has_error && has_memory_error && result->verdict < GCHK_FAIL)
    result->verdict = GCHK_FAIL;
  return GCHK_OK;
}
