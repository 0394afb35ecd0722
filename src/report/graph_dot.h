/* A computational graph for Graphviz. */
#ifndef GCHK_REPORT_GRAPH_DOT_H
#define GCHK_REPORT_GRAPH_DOT_H

#include "core/text.h"
#include "gradcheck/result.h"

void gchk_graph_dot(const gchk_case_result *c, int digits, gchk_text *out);

#endif
