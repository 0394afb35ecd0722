/* The rows of what documents print, in the order of a table, and the words of its columns. */
#include "report/printed_rows.h"

#include <stdlib.h>
#include <string.h>

#include "report/rerun.h"

static size_t count_rows(const gchk_result *result) {
  size_t count = 0;
  for (size_t i = 0; i < result->case_count; i++)
    count += result->cases[i].printed_count;
  return count;
}

bool gchk_has_printed(const gchk_result *result) {
  return count_rows(result) > 0;
}

// By document; then as they stand, in a result the cases and in a case the rows.
static int compare_rows(const void *a, const void *b) {
  const gchk_printed_row *x = a, *y = b;
  const int order = strcmp(x->printed->document, y->printed->document);
  if (order != 0)
    return order;
  if (x->owner != y->owner)
    return x->owner < y->owner ? -1 : 1;
  return (x->printed > y->printed) - (x->printed < y->printed);
}

bool gchk_list_printed(const gchk_result *result, gchk_printed_list *list) {
  const size_t room = count_rows(result);
  *list = (gchk_printed_list){.count = 0};
  if (room == 0)
    return true;
  list->rows = malloc(room * sizeof *list->rows);
  if (list->rows == NULL)
    return false;
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].printed_count; k++)
      list->rows[list->count++] = (gchk_printed_row){&result->cases[i], &result->cases[i].printed[k]};
  qsort(list->rows, list->count, sizeof *list->rows, compare_rows);
  return true;
}

enum { AGREES, DIFFERS, ELSEWHERE, MISPRINT, NOT_COMPARED, FATES };
static const char *const fates[FATES][2] = {{"agrees", "agree"},
                                            {"differs", "differ"},
                                            {"elsewhere", "elsewhere"},
                                            {"misprint", "misprints"},
                                            {"not compared", "not compared"}};

static int fate_of(const gchk_printed_result *printed) {
  if (printed->kind == GCHK_PRINTED_ELSEWHERE)
    return ELSEWHERE;
  if (printed->kind == GCHK_PRINTED_MISPRINT)
    return MISPRINT;
  return printed->verdict == GCHK_PASS ? AGREES : printed->verdict == GCHK_SKIPPED ? NOT_COMPARED : DIFFERS;
}

const char *gchk_printed_word(const gchk_printed_result *printed) {
  return fates[fate_of(printed)][0];
}

void gchk_put_printed_counts(gchk_text *text, const gchk_printed_list *list) {
  size_t counts[FATES] = {0};
  for (size_t i = 0; i < list->count; i++)
    counts[fate_of(list->rows[i].printed)]++;
  gchk_text_format(text, "%zu row%s: ", list->count, list->count == 1 ? "" : "s");
  for (int f = 0; f < FATES; f++)
    gchk_text_format(text, "%s%zu %s", f > 0 ? ", " : "", counts[f], fates[f][counts[f] != 1]);
}

void gchk_put_given(gchk_text *text, const gchk_printed_result *printed) {
  gchk_text_put(text, printed->kind == GCHK_PRINTED_ELSEWHERE ? "–" : printed->gives);
}

void gchk_put_printed_command(gchk_text *text, const gchk_result *result, const gchk_printed_row *row) {
  if (row->printed->kind == GCHK_PRINTED_ELSEWHERE)
    gchk_text_put(text, row->printed->gives);
  else if (row->printed->kind == GCHK_PRINTED_MISPRINT)
    gchk_text_put(text, "–");
  else
    gchk_put_rerun(text, result, &(gchk_row){.owner = row->owner});
}
