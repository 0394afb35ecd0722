/*
 * What happens while a run is under way, one JSON object a line: for editors and dashboards that read as it is written.
 *
 *     {"event": "start", "title": "textbook.yaml", "cases": 24, "seed": 0}
 *     {"event": "progress", "case": "affine", "stage": "differentiate W", "elements": 120, ... }
 *     {"event": "case", "case": "affine", "verdict": "pass", "tensors": [{"name": "W", "verdict": "pass", ...}], ... }
 *     {"event": "end", "verdict": "pass", "exit_code": 0, ... }
 */
#ifndef GRADCHECK_EVENT_H
#define GRADCHECK_EVENT_H

#include <stdio.h>

#include "gradcheck/check.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each writes one line and flushes it. GCHK_IO when that fails. */
GCHK_API gchk_status gchk_event_start(FILE *out, const char *title, size_t cases, uint64_t seed,
                                      gchk_error *error) GCHK_MUST_USE;
GCHK_API gchk_status gchk_event_progress(FILE *out, const gchk_progress *progress, gchk_error *error) GCHK_MUST_USE;
GCHK_API gchk_status gchk_event_end(FILE *out, const gchk_result *result, gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
