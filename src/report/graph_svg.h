/* A computational graph as an svg element. */
#ifndef GCHK_REPORT_GRAPH_SVG_H
#define GCHK_REPORT_GRAPH_SVG_H

#include "core/text.h"
#include "gradcheck/result.h"

/* With presentation attributes and the classes of the HTML report. `id` starts the ids that it needs. */
void gchk_graph_svg(const gchk_case_result *c, const char *id, int digits, gchk_text *out);

#endif
