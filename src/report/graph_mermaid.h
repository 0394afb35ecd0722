/* A computational graph in the language of Mermaid. */
#ifndef GCHK_REPORT_GRAPH_MERMAID_H
#define GCHK_REPORT_GRAPH_MERMAID_H

#include "core/text.h"
#include "gradcheck/result.h"

/* `digits` as in gchk_graph_words. */
void gchk_graph_mermaid(const gchk_case_result *c, int digits, gchk_text *out);

#endif
