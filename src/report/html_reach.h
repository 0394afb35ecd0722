/* Which branches layers took, in the HTML report. */
#ifndef GCHK_REPORT_HTML_REACH_H
#define GCHK_REPORT_HTML_REACH_H

#include "core/text.h"
#include "gradcheck/result.h"

/* Of layers that were compiled with coverage callbacks; nothing where there are none. */
void gchk_html_reach(const gchk_result *result, gchk_text *out);

#endif
