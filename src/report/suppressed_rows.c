#include "report/suppressed_rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static int compare_said(const gchk_suppressed *a, const gchk_suppressed *b) {
  const char *const x[] = {a->owner->target, a->owner->layer, a->said->finding,
                           a->said->tensor,  a->said->until,  a->said->reason};
  const char *const y[] = {b->owner->target, b->owner->layer, b->said->finding,
                           b->said->tensor,  b->said->until,  b->said->reason};
  int order = 0;
  for (size_t i = 0; i < sizeof x / sizeof x[0] && order == 0; i++)
    order = strcmp(x[i], y[i]);
  return order;
}

// Those of a result's cases stand in two arrays, of cases and of suppressions, in the order of the run.
static int compare_order(const gchk_suppressed *a, const gchk_suppressed *b) {
  const int by_case = (a->owner > b->owner) - (a->owner < b->owner);
  return by_case != 0 ? by_case : (a->said > b->said) - (a->said < b->said);
}

static int by_what_is_said(const void *a, const void *b) {
  const int order = compare_said(a, b);
  return order != 0 ? order : compare_order(a, b);
}

static int by_order(const void *a, const void *b) {
  return compare_order(a, b);
}

bool gchk_list_suppressed(const gchk_result *result, gchk_suppressed_list *list) {
  size_t most = 0, count = 0;
  for (size_t i = 0; i < result->case_count; i++)
    most += result->cases[i].suppression_count;
  *list = (gchk_suppressed_list){.rows = gchk_calloc(most, sizeof *list->rows)};
  if (list->rows == NULL)
    return false;
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].suppression_count; k++) {
      const gchk_suppression_result *said = &result->cases[i].suppressions[k];
      list->rows[count++] = (gchk_suppressed){.owner = &result->cases[i], .said = said, .cases = said->count > 0};
    }
  qsort(list->rows, count, sizeof *list->rows, by_what_is_said);
  for (size_t i = 0; i < count; i++) {
    gchk_suppressed *last = list->count > 0 ? &list->rows[list->count - 1] : NULL;
    if (last == NULL || compare_said(last, &list->rows[i]) != 0) {
      list->rows[list->count++] = list->rows[i];
      continue;
    }
    last->cases += list->rows[i].cases;
  }
  qsort(list->rows, list->count, sizeof *list->rows, by_order);
  return true;
}

bool gchk_suppressed_is_due(const gchk_suppressed *row) {
  return row->said->is_over || row->cases == 0;
}

void gchk_put_suppressed(gchk_text *text, const gchk_suppressed *row) {
  const gchk_suppression_result *said = row->said;
  gchk_text_format(text, "%s%s%s ", said->finding, *said->tensor != '\0' ? " of " : "", said->tensor);
  if (row->cases == 0)
    gchk_text_put(text, "is not found any more, and needs no suppression");
  else
    gchk_text_format(text, "in %zu case%s, %s %s", row->cases, row->cases == 1 ? "" : "s",
                     said->is_over ? "which counts since the day has passed:" : "until", said->until);
  gchk_text_format(text, " (%s)", said->reason);
}
