/*
 * Reports: a result as text, JSON, JUnit, HTML or Markdown. Nothing is computed here that the result does not hold.
 */
#ifndef GRADCHECK_REPORT_H
#define GRADCHECK_REPORT_H

#include <stdio.h>

#include "gradcheck/result.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gchk_format { GCHK_TEXT, GCHK_JSON, GCHK_JUNIT, GCHK_HTML, GCHK_MARKDOWN } gchk_format;

typedef struct gchk_report_options {
  bool color;    /* text: ANSI colours beside the words */
  int verbosity; /* text: -1 only what is wrong and the summary, 0 a line a tensor, 1 findings of passing ones too */
  bool strict;   /* JUnit: inconclusive is a failure */
  const char *stylesheet; /* HTML: link this file instead of a style element; NULL: one self-contained file */
} gchk_report_options;

/* Writes `result` to `out`. `options` may be NULL. GCHK_IO when writing fails, GCHK_NO_MEMORY. */
GCHK_API gchk_status gchk_report_write(const gchk_result *result, gchk_format format,
                                       const gchk_report_options *options, FILE *out, gchk_error *error) GCHK_MUST_USE;

/* The same into the file `path`, under a temporary name until it is whole; "-" is standard output. */
GCHK_API gchk_status gchk_report_save(const gchk_result *result, gchk_format format, const gchk_report_options *options,
                                      const char *path, gchk_error *error) GCHK_MUST_USE;

/* The text report without colour, for a quick look. */
GCHK_API void gchk_print(const gchk_result *result, FILE *out);

/* The failure blocks of the text report as a string that the caller frees; NULL when nothing failed or out of memory. */
GCHK_API char *gchk_failure_text(const gchk_result *result);

/* Reads a result that was written as JSON. GCHK_IO, or GCHK_INVALID with file:line:column. */
GCHK_API gchk_status gchk_result_read(const char *path, gchk_result **result, gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
