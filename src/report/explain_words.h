/* An explanation in plain sentences. */
#ifndef GCHK_REPORT_EXPLAIN_WORDS_H
#define GCHK_REPORT_EXPLAIN_WORDS_H

#include "core/text.h"
#include "gradcheck/explain.h"

/* The upstream gradient that decided: the first whose verdict is that of the whole. */
const gchk_explained_draw *gchk_telling_draw(const gchk_explanation *x);

/* "In short: ...", a few sentences. */
void gchk_put_in_short(gchk_text *out, const gchk_explanation *x);

#endif
