/* What a sanitizer reported of a case that came to its end, as findings. */
#include "crash/sanitizer_findings.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "result/finding_codes.h"

static bool add(gchk_arena *arena, gchk_case_result *result, const char *text, bool is_note) {
  gchk_finding *finding = &result->findings[result->finding_count];
  *finding = (gchk_finding){.code = gchk_code_at(GCHK_CODE_SANITIZER_REPORT)->name,
                            .text = gchk_arena_strdup(arena, text),
                            .is_note = is_note};
  result->finding_count += finding->text != NULL;
  return finding->text != NULL;
}

gchk_status gchk_report_sanitizer(gchk_arena *arena, const gchk_tail *tail, const gchk_sanitizers *sanitizers,
                                  bool has_memory_error, gchk_case_result *result, gchk_error *error) {
  const gchk_sanitizer_report *report = &tail->report;
  const bool has_error = report->count > 0 && (has_memory_error || sanitizers->threads);
  const size_t notes = sanitizers->undefined ? report->runtime_error_kept : 0;
  if (!has_error && notes == 0)
    return GCHK_OK;
  // A list that was read has no room to grow.
  enum { SUMMARY = 1, OTHERS = 1 };
  gchk_finding *grown = gchk_arena_alloc(arena, result->finding_count + SUMMARY + notes + OTHERS, sizeof *grown);
  if (grown == NULL)
    return gchk_fail_memory(error, "what a sanitizer reported");
  if (result->finding_count > 0)
    memcpy(grown, result->findings, result->finding_count * sizeof *grown);
  result->findings = grown;
  bool is_whole = true;
  if (has_error) {
    is_whole = add(arena, result, report->summary[0] != '\0' ? report->summary : report->head, !has_memory_error);
    if (has_memory_error && result->verdict < GCHK_FAIL)
      result->verdict = GCHK_FAIL;
  }
  for (size_t i = 0; i < notes && is_whole; i++)
    is_whole = add(arena, result, report->runtime_errors[i], true);
  if (is_whole && notes > 0 && report->runtime_error_others > 0) {
    char text[128];
    (void)snprintf(text, sizeof text, "and %zu more lines of runtime errors, at other places than these %zu",
                   report->runtime_error_others, notes);
    is_whole = add(arena, result, text, true);
  }
  return is_whole ? GCHK_OK : gchk_fail_memory(error, "what a sanitizer reported");
}
