/* Arguments of commands that reports offer. */
#ifndef GCHK_REPORT_QUOTED_H
#define GCHK_REPORT_QUOTED_H

#include "core/text.h"

/* One argument of a POSIX shell; bytes that are not plain text as $'\xNN'. */
void gchk_put_quoted(gchk_text *text, const char *argument);

#endif
