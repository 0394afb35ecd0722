/* The HTML section "Suppressed": what is known to be wrong, and left until a day. */
#ifndef GCHK_REPORT_HTML_SUPPRESSED_H
#define GCHK_REPORT_HTML_SUPPRESSED_H

#include "core/text.h"
#include "gradcheck/result.h"

bool gchk_has_suppressed(const gchk_result *result);

/* Nothing where nothing is suppressed. */
void gchk_html_suppressed(const gchk_result *result, gchk_text *out);

#endif
