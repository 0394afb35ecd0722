/* A computational graph in the DOT language, for Graphviz. */
#include "report/graph_dot.h"

#include "report/graph_words.h"

/* A quoted string of the DOT language. */
static void put_dot_string(gchk_text *out, const char *raw) {
  gchk_text visible = {0};
  gchk_text_visible(&visible, raw, GCHK_MARKUP_PLAIN);
  gchk_text_put(out, "\"");
  for (const char *c = visible.data; c && *c; c++) {
    if (*c == '"' || *c == '\\')
      gchk_text_put(out, "\\");
    gchk_text_write(out, c, 1);
  }
  gchk_text_put(out, "\"");
  out->failed = out->failed || visible.failed;
  gchk_text_deinit(&visible);
}

/* The label of the edge to node `reader`, or to where nothing reads it. */
static void put_dot_edge(const gchk_graph_words *words, size_t edge, size_t reader, bool with_name, gchk_text *out) {
  gchk_text label = {0};
  gchk_edge_value(words, edge, with_name, &label);
  gchk_text_put(out, " [label=");
  put_dot_string(out, label.failed ? "" : label.data);
  gchk_text_deinit(&label);
  gchk_edge_gradient_of(words, edge, reader, &label);
  if (label.length > 0) {
    gchk_text_put(out, " + \"\\n\" + ");
    put_dot_string(out, label.data);
  }
  gchk_text_deinit(&label);
  gchk_text_put(out, "];\n");
}

void gchk_graph_dot(const gchk_case_result *c, int digits, gchk_text *out) {
  const gchk_graph_result *g = &c->graph;
  const gchk_graph_words words = {.graph = g, .digits = digits};
  gchk_text_put(out, "digraph ");
  put_dot_string(out, c->name);
  gchk_text_put(out, " {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
                     "  edge [fontname=\"sans-serif\", fontsize=10];\n");
  for (size_t n = 0; n < g->node_count; n++) {
    gchk_text label = {0};
    gchk_node_label(&g->nodes[n], &label);
    gchk_text_format(out, "  n%zu [label=", n);
    put_dot_string(out, label.failed ? "" : label.data);
    gchk_text_put(out, g->nodes[n].first_wrong ? ", color=\"#D55E00\", penwidth=3];\n" : "];\n");
    gchk_text_deinit(&label);
  }
  for (size_t e = 0; e < g->edge_count; e++) {
    bool is_made = false, is_read = false;
    for (size_t n = 0; n < g->node_count; n++) {
      for (size_t k = 0; k < g->nodes[n].output_count; k++)
        is_made = is_made || g->nodes[n].outputs[k] == e;
      for (size_t k = 0; k < g->nodes[n].input_count; k++)
        is_read = is_read || g->nodes[n].inputs[k] == e;
    }
    if (is_made && is_read)
      continue;
    gchk_text_format(out, "  e%zu [shape=plaintext, label=", e);
    put_dot_string(out, g->edges[e].name);
    gchk_text_put(out, "];\n");
  }
  for (size_t e = 0; e < g->edge_count; e++) {
    size_t maker = g->node_count, readers = 0;
    for (size_t n = g->node_count; n-- > 0;)
      for (size_t k = 0; k < g->nodes[n].output_count; k++)
        maker = g->nodes[n].outputs[k] == e ? n : maker;
    for (size_t n = 0; n < g->node_count; n++)
      for (size_t k = 0; k < g->nodes[n].input_count; k++) {
        if (g->nodes[n].inputs[k] != e)
          continue;
        gchk_text_format(out, maker < g->node_count ? "  n%zu -> n%zu" : "  e%zu -> n%zu",
                         maker < g->node_count ? maker : e, n);
        put_dot_edge(&words, e, n, maker < g->node_count, out);
        readers++;
      }
    if (readers == 0 && maker < g->node_count) {
      gchk_text_format(out, "  n%zu -> e%zu", maker, e);
      put_dot_edge(&words, e, SIZE_MAX, false, out);
    }
  }
  gchk_text_put(out, "}\n");
}
