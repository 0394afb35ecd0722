/* Lists of findings while they are made. */
#ifndef GCHK_RESULT_FINDINGS_H
#define GCHK_RESULT_FINDINGS_H

#include "core/arena.h"
#include "result/finding_codes.h"

/* A growing list of findings in an arena. A failed allocation drops the finding and sets `failed`. */
typedef struct gchk_finding_list {
  gchk_arena *arena;
  gchk_finding *findings;
  size_t count;
  bool failed;
} gchk_finding_list;

/* A list that begins with `count` findings from elsewhere, whose array has no room to grow: it is copied. */
gchk_finding_list gchk_finding_list_from(gchk_arena *arena, const gchk_finding *findings, size_t count);

/*
 * Appends a finding with a printf sentence, and returns it for gchk_finding_number and _text; NULL when out of
 * memory.
 */
gchk_finding *gchk_finding_add(gchk_finding_list *list, gchk_code code, const char *format, ...) GCHK_PRINTF(3, 4);
gchk_finding *gchk_finding_note(gchk_finding_list *list, gchk_code code, const char *format, ...) GCHK_PRINTF(3, 4);
void gchk_finding_number(gchk_finding_list *list, gchk_finding *finding, const char *key, double number);
void gchk_finding_text(gchk_finding_list *list, gchk_finding *finding, const char *key, const char *format, ...)
    GCHK_PRINTF(4, 5);

#endif
