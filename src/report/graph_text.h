/* A computational graph as characters. */
#ifndef GCHK_REPORT_GRAPH_TEXT_H
#define GCHK_REPORT_GRAPH_TEXT_H

#include "core/text.h"
#include "gradcheck/result.h"

/* A list of nodes where the drawing would be wider than `columns` (0: no limit). */
void gchk_graph_text(const gchk_case_result *c, size_t columns, int digits, gchk_text *out);

#endif
