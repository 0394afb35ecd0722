/* What stands in the nodes and at the edges of a computational graph, in every way of drawing it.
 *
 * Nodes are layers, and on each edge stand the forward value above and the gradient below; numbers up to four elements,
 * otherwise shape, mean and largest of the absolute values. Data flows to the right. */
#ifndef GCHK_REPORT_GRAPH_WORDS_H
#define GCHK_REPORT_GRAPH_WORDS_H

#include "core/text.h"
#include "gradcheck/result.h"

/* Does the case have one? A single layer does not: its tensors are all there is. */
bool gchk_has_graph(const gchk_case_result *c);

/* What stands at an edge: "apple_price = 200" or "3x50, mean 0.1, max 2"; and its gradient. Raw names. */
void gchk_edge_value(const gchk_edge_result *edge, bool with_name, gchk_text *out);
void gchk_edge_gradient(const gchk_edge_result *edge, gchk_text *out); /* "" where there is none to be had */
void gchk_node_label(const gchk_node_result *node, gchk_text *out);    /* "affine1", or "a: affine" */

#endif
