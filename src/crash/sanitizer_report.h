/* What a sanitizer's runtime wrote on standard error, told apart from what else a layer writes there. */
#ifndef GCHK_CRASH_SANITIZER_REPORT_H
#define GCHK_CRASH_SANITIZER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { GCHK_REPORT_LINES = 200, GCHK_REPORT_LINE = 512, GCHK_RUNTIME_ERRORS = 10 };

typedef struct gchk_sanitizer_report {
  size_t count;                   /* lines of the first report */
  size_t others;                  /* and those that are not kept */
  bool is_open;                   /* it goes on */
  long pid;                       /* of the process that reports */
  char head[GCHK_REPORT_LINE];    /* "AddressSanitizer: heap-buffer-overflow on address ..."; "" */
  char summary[GCHK_REPORT_LINE]; /* "AddressSanitizer: heap-buffer-overflow /a/b.c:12 in forward"; "" */
  size_t runtime_error_count;     /* UBSan's: all of them, repeated ones too */
  size_t runtime_error_kept;      /* the different ones, up to a limit */
  size_t runtime_error_others;    /* of all: those that are none of these */
  char runtime_errors[GCHK_RUNTIME_ERRORS][GCHK_REPORT_LINE];
  char lines[GCHK_REPORT_LINES][GCHK_REPORT_LINE]; /* the last: gchk_tail_renew leaves them as they are */
} gchk_sanitizer_report;

/* Looks at a line of standard error: `raw` as it was, `clean` as it may be shown. */
void gchk_sanitizer_report_take(gchk_sanitizer_report *report, const char *raw, const char *clean);

#endif
