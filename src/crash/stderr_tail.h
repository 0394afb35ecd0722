/*
 * The standard error of a child: shown line by line, each with the name of whose it is and in a form that no terminal
 * and no CI server obeys, up to a limit and not at all where nobody reads; and its last lines kept.
 */
#ifndef GCHK_CRASH_STDERR_TAIL_H
#define GCHK_CRASH_STDERR_TAIL_H

#include "core/text.h"
#include "crash/sanitizer_report.h"

enum { GCHK_TAIL_LINES = 30, GCHK_TAIL_LINE = GCHK_REPORT_LINE, GCHK_TAIL_PIECE = 2048 };

/* What is shown of one child: this many lines, of so many bytes together. The rest is counted. */
enum { GCHK_SHOWN_LINES = 200, GCHK_SHOWN_BYTES = 32768 };

/* Where lines are shown, and whose they are. A descriptor that takes nothing is waited for, but not for long. */
typedef struct gchk_relay {
  int fd; /* -1: nowhere */
  const char *whose;
} gchk_relay;

typedef struct gchk_tail {
  char piece[GCHK_TAIL_PIECE + 1];             /* the start of the line that is not at its end yet */
  size_t length, cut;                          /* of the piece; bytes of the line beyond it */
  size_t count;                                /* lines there were in all */
  char lines[GCHK_TAIL_LINES][GCHK_TAIL_LINE]; /* the last of them: line k at k % GCHK_TAIL_LINES */
  size_t shown_lines, shown_bytes;
  size_t left_out_lines, left_out_bytes; /* that were to be shown and were not */
  int waited_ms;
  gchk_sanitizer_report report; /* the last, see there */
} gchk_tail;

/* One of which nothing was taken, which the caller frees; NULL when out of memory. And one that is to be so again. */
gchk_tail *gchk_tail_new(void);
void gchk_tail_renew(gchk_tail *tail);

/* Takes `count` bytes. What is shown is whole lines: nobody's line is within another's. */
void gchk_tail_take(gchk_tail *tail, const char *bytes, size_t count, const gchk_relay *relay);

/* The last line may lack its end; and how much was left out is said. */
void gchk_tail_end(gchk_tail *tail, const gchk_relay *relay);

/* Of the lines that are kept: how many, and the index-th, the oldest first. */
size_t gchk_tail_kept(const gchk_tail *tail);
const char *gchk_tail_line(const gchk_tail *tail, size_t index);

#endif
