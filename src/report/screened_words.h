/* Which cases were screened by themselves, and how much a sample sees, in words that every report has. */
#ifndef GCHK_REPORT_SCREENED_WORDS_H
#define GCHK_REPORT_SCREENED_WORDS_H

#include "core/text.h"
#include "gradcheck/result.h"

/* A sentence; nothing where every case was checked as it was asked for. */
void gchk_put_screened(gchk_text *text, const gchk_result *result);

/* A sentence that says what the "sampled: 86.6 %" of tensors is; nothing where none was sampled. */
void gchk_put_sampled(gchk_text *text, const gchk_result *result);

#endif
