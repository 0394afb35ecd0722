/* Which cases were screened by themselves, in words that every report has. */
#ifndef GCHK_REPORT_SCREENED_WORDS_H
#define GCHK_REPORT_SCREENED_WORDS_H

#include "core/text.h"
#include "gradcheck/result.h"

/* A sentence; nothing where every case was checked as it was asked for. */
void gchk_put_screened(gchk_text *text, const gchk_result *result);

#endif
