/* What stands in the nodes and at the edges of a computational graph, in every way of drawing it.
 *
 * Nodes are layers, and on each edge stand the forward value above and the gradient below; numbers up to four elements,
 * otherwise shape, mean and largest of the absolute values. The gradient is written as it comes about, upstream
 * gradient times local derivative: "1.1 x 2 = 2.2", with a term for each node that reads the value. Data flows to the
 * right. */
#ifndef GCHK_REPORT_GRAPH_WORDS_H
#define GCHK_REPORT_GRAPH_WORDS_H

#include "core/text.h"
#include "gradcheck/result.h"

/* A graph in words; `digits` of every number, up to 17, or 0: 6, and 3 of the numbers of more than two elements. */
typedef struct gchk_graph_words {
  const gchk_graph_result *graph;
  int digits;
} gchk_graph_words;

/* Does the case have one? A single layer does not: its tensors are all there is. */
bool gchk_has_graph(const gchk_case_result *c);

/* What stands at an edge: "apple_price = 200" or "3x50, mean 0.1, max 2". Raw names. */
void gchk_edge_value(const gchk_graph_words *words, size_t edge, bool with_name, gchk_text *out);

/* Its gradient, "1.1 x 2 = 2.2" or "mean 0.1, max 2; local mean 1, max 1"; "" where there is none to be had. */
void gchk_edge_gradient(const gchk_graph_words *words, size_t edge, gchk_text *out);

/* What node n, a reader of the edge, adds to its gradient: "1.1 x 2", with " = 2.2" where nothing else adds to it. */
void gchk_edge_gradient_of(const gchk_graph_words *words, size_t edge, size_t n, gchk_text *out);

void gchk_node_label(const gchk_node_result *node, gchk_text *out); /* "affine1", or "a: affine" */

#endif
