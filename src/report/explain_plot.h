/* The steps of an explanation as a picture of characters: log step against log error. */
#ifndef GCHK_REPORT_EXPLAIN_PLOT_H
#define GCHK_REPORT_EXPLAIN_PLOT_H

#include "core/text.h"
#include "gradcheck/explain.h"

/* At most 100 columns of ASCII; nothing where fewer than three steps have a finite error. */
void gchk_put_step_plot(gchk_text *out, const gchk_explained_draw *draw);

#endif
