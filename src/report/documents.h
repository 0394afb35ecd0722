/* The table "document, what it prints, what gradcheck gives" as Markdown. */
#ifndef GCHK_REPORT_DOCUMENTS_H
#define GCHK_REPORT_DOCUMENTS_H

#include "core/text.h"
#include "gradcheck/result.h"

void gchk_documents_report(const gchk_result *result, gchk_text *out);

#endif
