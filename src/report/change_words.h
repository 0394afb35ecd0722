/* What changed against a baseline. */
#ifndef GCHK_REPORT_CHANGE_WORDS_H
#define GCHK_REPORT_CHANGE_WORDS_H

#include "core/text.h"
#include "gradcheck/result.h"

/* "mean difference 1e-10 -> 2e-09"; of what vanished also what it may be called now, as an option of the command. */
void gchk_put_change(gchk_text *text, const gchk_change *change);

#endif
