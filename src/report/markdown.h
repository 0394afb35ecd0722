/* Markdown for step summaries and comments. */
#ifndef GCHK_REPORT_MARKDOWN_H
#define GCHK_REPORT_MARKDOWN_H

#include "core/text.h"
#include "gradcheck/result.h"

enum { GCHK_MARKDOWN_BYTES = 60000 };
void gchk_markdown_report(const gchk_result *result, gchk_text *out); /* below GCHK_MARKDOWN_BYTES */

#endif
