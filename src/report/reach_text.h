/* Which branches layers took, in the text report. */
#ifndef GCHK_REPORT_REACH_TEXT_H
#define GCHK_REPORT_REACH_TEXT_H

#include "report/text_parts.h"

/* A line for each layer that was compiled with coverage callbacks, and the branches of backward that no case took. */
void gchk_text_reach(const gchk_text_writer *w);

#endif
