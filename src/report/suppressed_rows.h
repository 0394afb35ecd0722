/* What is known to be wrong and left until a day, for every report. */
#ifndef GCHK_REPORT_SUPPRESSED_ROWS_H
#define GCHK_REPORT_SUPPRESSED_ROWS_H

#include <stdbool.h>

#include "core/text.h"
#include "gradcheck/result.h"

/* A suppression of a layer, over all of its cases. */
typedef struct gchk_suppressed {
  const gchk_case_result *owner; /* the first case */
  const gchk_suppression_result *said;
  size_t cases; /* in which there is something that it suppresses, or would */
} gchk_suppressed;

typedef struct gchk_suppressed_list {
  size_t count;
  gchk_suppressed *rows;
} gchk_suppressed_list;

/* In the order of the run. The caller frees rows. False when out of memory. */
bool gchk_list_suppressed(const gchk_result *result, gchk_suppressed_list *list);

/* "stale-state of h in 3 cases, until 2027-03-31 (issue 12)" */
void gchk_put_suppressed(gchk_text *text, const gchk_suppressed *row);

/* Is it to be seen to: its day has passed, or there is nothing that it suppresses? */
bool gchk_suppressed_is_due(const gchk_suppressed *row);

#endif
