/*
 * The standard error of a child: passed on line by line, in a form that no terminal and no CI server obeys, and its
 * last lines kept.
 */
#ifndef GCHK_CRASH_STDERR_TAIL_H
#define GCHK_CRASH_STDERR_TAIL_H

#include "core/text.h"
#include "crash/sanitizer_report.h"

enum { GCHK_TAIL_LINES = 30, GCHK_TAIL_LINE = GCHK_REPORT_LINE, GCHK_TAIL_PIECE = 4096 };

typedef struct gchk_tail {
  char piece[GCHK_TAIL_PIECE + 1]; /* the line that is not at its end yet, or its rest */
  size_t length;
  bool is_inside;                                 /* earlier pieces of this line were passed on */
  char previous;                                  /* the last character that was passed on of this line */
  char raw[GCHK_TAIL_LINE], line[GCHK_TAIL_LINE]; /* the line's start, and as it may be shown */
  size_t count;                                   /* lines there were in all */
  char lines[GCHK_TAIL_LINES][GCHK_TAIL_LINE];    /* the last of them: line k at k % GCHK_TAIL_LINES */
  gchk_sanitizer_report report;
} gchk_tail;

/* Takes `count` bytes; what can be shown is written to the descriptor `relay` (-1: none). */
void gchk_tail_take(gchk_tail *tail, const char *bytes, size_t count, int relay);
void gchk_tail_end(gchk_tail *tail, int relay); /* the last line may lack its end */

/* Of the lines that are kept: how many, and the index-th, the oldest first. */
size_t gchk_tail_kept(const gchk_tail *tail);
const char *gchk_tail_line(const gchk_tail *tail, size_t index);

/*
 * Appends `count` bytes in a form that nobody obeys: visible (text.h), tabs as they are, and commands of CI servers
 * ("::error::" at the start of a line, "##vso[" anywhere) with one character spelled out.
 */
void gchk_text_harmless(gchk_text *out, const char *bytes, size_t count, bool starts_line, char previous);

#endif
