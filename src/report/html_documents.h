/* The HTML section of what documents print; nothing where no case has such rows. */
#ifndef GCHK_REPORT_HTML_DOCUMENTS_H
#define GCHK_REPORT_HTML_DOCUMENTS_H

#include "core/text.h"
#include "gradcheck/result.h"

void gchk_html_documents(const gchk_result *result, gchk_text *out);

#endif
