/* Graphs in the folds of their cases: of those that are alike but for their values, the first one's. */
#include "report/html_graphs.h"

#include <stdio.h>
#include <string.h>

#include "report/figure_parts.h"
#include "report/graph_svg.h"
#include "report/graph_words.h"
#include "report/html_words.h"

static bool is_same_list(const size_t *a, size_t a_count, const size_t *b, size_t b_count) {
  return a_count == b_count && (a_count == 0 || memcmp(a, b, a_count * sizeof *a) == 0);
}

static bool is_same_node(const gchk_node_result *a, const gchk_node_result *b) {
  return strcmp(a->name, b->name) == 0 && strcmp(a->layer, b->layer) == 0 && a->first_wrong == b->first_wrong &&
         is_same_list(a->inputs, a->input_count, b->inputs, b->input_count) &&
         is_same_list(a->outputs, a->output_count, b->outputs, b->output_count);
}

/* Would they look the same but for the numbers at their edges? */
static bool is_same_graph(const gchk_case_result *a, const gchk_case_result *b) {
  if (strcmp(a->layer, b->layer) != 0 || a->graph.node_count != b->graph.node_count ||
      a->graph.edge_count != b->graph.edge_count)
    return false;
  for (size_t n = 0; n < a->graph.node_count; n++)
    if (!is_same_node(&a->graph.nodes[n], &b->graph.nodes[n]))
      return false;
  for (size_t e = 0; e < a->graph.edge_count; e++)
    if (strcmp(a->graph.edges[e].name, b->graph.edges[e].name) != 0)
      return false;
  return true;
}

static void put_cell(gchk_text *out, gchk_text *words) {
  gchk_text_put(out, "<td>");
  gchk_html_name(out, words->length > 0 ? words->data : "–");
  gchk_text_put(out, "</td>");
  out->failed = out->failed || words->failed;
  gchk_text_deinit(words);
}

static void put_table(const gchk_graph_result *graph, gchk_text *out) {
  static const char *const heads[] = {"value", "made by", "forward", "gradient"};
  const gchk_graph_words words = {.graph = graph};
  gchk_figure_table(out, heads, sizeof heads / sizeof heads[0]);
  for (size_t e = 0; e < graph->edge_count; e++) {
    gchk_text cell = {0};
    gchk_text_put(out, "<tr><td>");
    gchk_html_path(out, graph->edges[e].name);
    gchk_text_put(out, "</td><td>");
    gchk_html_path(out, *graph->edges[e].producer ? graph->edges[e].producer : "–");
    gchk_text_put(out, "</td>");
    gchk_edge_value(&words, e, false, &cell);
    put_cell(out, &cell);
    gchk_edge_gradient(&words, e, &cell);
    put_cell(out, &cell);
    gchk_text_put(out, "</tr>\n");
  }
  gchk_figure_table_end(out);
}

static void put_figure(gchk_html_page *page, const gchk_case_result *c, gchk_text *out) {
  char id[32];
  gchk_text figure = {0};
  snprintf(id, sizeof id, "graph-%zu", (size_t)(c - page->result->cases) + 1);
  gchk_text_put(&figure, "<figure class=\"graph\"><figcaption><b>Graph</b></figcaption>\n");
  gchk_graph_svg(c, id, 0, &figure);
  put_table(&c->graph, &figure);
  gchk_figure_end(&figure);
  out->failed = out->failed || figure.failed;
  if (figure.length <= page->graph_room) {
    gchk_text_write(out, figure.data, figure.length);
    page->graph_room -= figure.length;
  } else
    gchk_text_put(out, "<p>The graph is not drawn, to keep this page small; <code>gradcheck graph</code> does.</p>\n");
  gchk_text_deinit(&figure);
}

void gchk_html_graph(gchk_html_page *page, const gchk_case_result *c, gchk_text *out) {
  if (!gchk_has_graph(c))
    return;
  for (const gchk_case_result *other = page->result->cases; other < c; other++)
    if (is_same_graph(other, c)) {
      const gchk_row row = gchk_html_case_row(other);
      gchk_text_put(out, "<p>Its graph is that of ");
      gchk_html_put_link(page, &row, out);
      gchk_text_put(out, ", with other values.</p>\n");
      return;
    }
  put_figure(page, c, out);
}
