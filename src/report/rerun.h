/* The commands that reports offer: run it again, explain this element. */
#ifndef GCHK_REPORT_RERUN_H
#define GCHK_REPORT_RERUN_H

#include "core/text.h"
#include "report/result_rows.h"

/* The command that explains an element (the worst one), or runs the case again where there is no tensor. */
void gchk_put_rerun(gchk_text *text, const gchk_result *result, const gchk_row *row);

/* The command that runs the row's case in the process of a debugger, which `debugger` starts. */
void gchk_put_debug(gchk_text *text, const gchk_result *result, const gchk_row *row, const char *debugger);

/* The command that explains one element of the row's tensor. */
void gchk_put_explain(gchk_text *text, const gchk_result *result, const gchk_row *row, size_t flat);

/* The command that runs it all again; "" for a check that was made from a program. */
void gchk_put_rerun_all(gchk_text *text, const gchk_result *result);

#endif
