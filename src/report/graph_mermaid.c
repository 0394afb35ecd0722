/*
 * A computational graph in the language of Mermaid, which notebooks, GitHub and GitLab draw in Markdown: as the source
 * documents write theirs, an arrow with the value forward, and a dotted one with the gradient back.
 *
 *     graph LR
 *       e0([apple]) -->|"100"| n0[mul1]
 *       n0 -.->|"1.1 x 2 = 2.2"| e0
 */
#include "report/graph_mermaid.h"

#include <string.h>

#include "report/graph_words.h"

/* Text in quotes. What means something to Mermaid or to HTML is written as its code, #34; for a quote. */
static void put_quoted(gchk_text *out, const char *raw) {
  gchk_text visible = {0};
  gchk_text_visible(&visible, raw, GCHK_MARKUP_PLAIN);
  gchk_text_put(out, "\"");
  for (const char *c = visible.data; c != NULL && *c != '\0'; c++) {
    if (strchr("\"#&<>`;|", *c) != NULL)
      gchk_text_format(out, "#%d;", *c);
    else
      gchk_text_write(out, c, 1);
  }
  gchk_text_put(out, "\"");
  out->failed = out->failed || visible.failed;
  gchk_text_deinit(&visible);
}

/* Text that was written for a label; released. */
static void put_label(gchk_text *out, gchk_text *label) {
  out->failed = out->failed || label->failed;
  put_quoted(out, label->length > 0 ? label->data : "");
  gchk_text_deinit(label);
}

/* The node that makes each edge's value, or node_count. */
static size_t maker_of(const gchk_graph_result *g, size_t edge) {
  for (size_t n = 0; n < g->node_count; n++)
    for (size_t k = 0; k < g->nodes[n].output_count; k++)
      if (g->nodes[n].outputs[k] == edge)
        return n;
  return g->node_count;
}

static void put_name(gchk_text *out, char letter, size_t index) {
  gchk_text_format(out, "%c%zu", letter, index);
}

/* Both arrows of an edge: from its maker to one reader, or to its own name where nothing reads it. */
static void put_arrows(const gchk_graph_words *words, size_t edge, size_t reader, gchk_text *out) {
  const gchk_graph_result *g = words->graph;
  const size_t maker = maker_of(g, edge);
  const bool is_made = maker < g->node_count, is_read = reader < g->node_count;
  gchk_text value = {0}, gradient = {0};
  gchk_edge_value(words, edge, is_made && is_read, &value);
  gchk_edge_gradient_of(words, edge, reader, &gradient);
  gchk_text_put(out, "  ");
  put_name(out, is_made ? 'n' : 'e', is_made ? maker : edge);
  gchk_text_put(out, " -->|");
  put_label(out, &value);
  gchk_text_put(out, "| ");
  put_name(out, is_read ? 'n' : 'e', is_read ? reader : edge);
  gchk_text_put(out, "\n");
  if (gradient.length > 0 && !gradient.failed) {
    gchk_text_put(out, "  ");
    put_name(out, is_read ? 'n' : 'e', is_read ? reader : edge);
    gchk_text_put(out, " -.->|");
    put_quoted(out, gradient.data);
    gchk_text_put(out, "| ");
    put_name(out, is_made ? 'n' : 'e', is_made ? maker : edge);
    gchk_text_put(out, "\n");
  }
  out->failed = out->failed || gradient.failed;
  gchk_text_deinit(&gradient);
}

/* How many nodes read the edge; their arrows too, where `words` is there. */
static size_t each_reader(const gchk_graph_result *g, size_t edge, const gchk_graph_words *words, gchk_text *out) {
  size_t readers = 0;
  for (size_t n = 0; n < g->node_count; n++) {
    bool reads = false;
    for (size_t k = 0; k < g->nodes[n].input_count; k++)
      reads = reads || g->nodes[n].inputs[k] == edge;
    readers += reads;
    if (reads && words != NULL)
      put_arrows(words, edge, n, out);
  }
  return readers;
}

void gchk_graph_mermaid(const gchk_case_result *c, int digits, gchk_text *out) {
  const gchk_graph_result *g = &c->graph;
  const gchk_graph_words words = {.graph = g, .digits = digits};
  gchk_text_put(out, "graph LR\n");
  for (size_t n = 0; n < g->node_count; n++) {
    gchk_text label = {0};
    gchk_node_label(&g->nodes[n], &label);
    gchk_text_format(out, "  n%zu[", n);
    put_label(out, &label);
    gchk_text_put(out, "]\n");
    if (g->nodes[n].first_wrong)
      gchk_text_format(out, "  style n%zu stroke:#D55E00,stroke-width:3px\n", n);
  }
  for (size_t e = 0; e < g->edge_count; e++)
    if (maker_of(g, e) == g->node_count || each_reader(g, e, NULL, out) == 0) {
      gchk_text_format(out, "  e%zu([", e);
      put_quoted(out, g->edges[e].name);
      gchk_text_put(out, "])\n");
    }
  for (size_t e = 0; e < g->edge_count; e++)
    if (each_reader(g, e, &words, out) == 0)
      put_arrows(&words, e, g->node_count, out);
}
