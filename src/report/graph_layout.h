/*
 * Where the parts of a computational graph go: a layered layout, left to right.
 *
 * Elements are nodes, values from outside (sources), values that nothing reads (sinks), and bends, where an edge passes
 * a column. Links join elements of neighbouring columns. No two elements of a column overlap in y. After Sugiyama,
 * Tagawa and Toda, IEEE Trans. SMC 11(2), 1981: longest-path layers, barycentre order, and then positions by weighted
 * isotonic regression.
 */
#ifndef GCHK_REPORT_GRAPH_LAYOUT_H
#define GCHK_REPORT_GRAPH_LAYOUT_H

#include "gradcheck/result.h"

typedef enum gchk_element_kind { GCHK_NODE, GCHK_SOURCE, GCHK_SINK, GCHK_BEND } gchk_element_kind;

typedef struct gchk_placed {
  gchk_element_kind kind;
  size_t index; /* of the node, or of the edge */
  size_t column;
  double y;     /* of its middle; 0 is the topmost */
  double span;  /* how much of y it takes: 1, or one an output for a node with several */
  size_t order; /* within the column, from the top */
} gchk_placed;

typedef struct gchk_link {
  size_t from, to; /* elements */
  size_t edge;
  bool is_first; /* starts at the element where the edge comes from: its label stands here */
} gchk_link;

typedef struct gchk_layout {
  size_t element_count, link_count, column_count;
  gchk_placed *elements;
  gchk_link *links;
  double height; /* the largest y that an element's first or last place has */
} gchk_layout;

/* False when out of memory. An input that its producer makes only later counts as a value from outside. */
bool gchk_layout_graph(const gchk_graph_result *graph, gchk_layout *layout) GCHK_MUST_USE;
void gchk_layout_deinit(gchk_layout *layout);

/* Where a link leaves its element: beside the middle where the element has several outputs. */
double gchk_link_start(const gchk_graph_result *graph, const gchk_layout *layout, const gchk_link *link);

#endif
