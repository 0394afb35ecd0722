/* The sentence about a whole run. */
#ifndef GCHK_REPORT_SENTENCE_H
#define GCHK_REPORT_SENTENCE_H

#include "core/text.h"
#include "gradcheck/result.h"

void gchk_put_sentence(gchk_text *text, const gchk_result *result);     /* what the run's verdict means */
void gchk_put_interruption(gchk_text *text, const gchk_result *result); /* of one that is not complete: how far */

#endif
