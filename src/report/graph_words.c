/* What stands at the edges and in the nodes of a computational graph, in every way of drawing it. */
#include "report/graph_words.h"

#include <string.h>

#include "report/words.h"

bool gchk_has_graph(const gchk_case_result *c) {
  return c->graph.node_count > 0;
}

static void put_numbers(const double *numbers, size_t count, gchk_text *out) {
  if (count != 1)
    gchk_text_put(out, "[");
  for (size_t i = 0; i < count; i++) {
    gchk_text_put(out, i ? ", " : "");
    gchk_text_real(out, 'g', count > 2 ? 3 : 6, numbers[i]);
  }
  if (count != 1)
    gchk_text_put(out, "]");
}

void gchk_edge_value(const gchk_edge_result *edge, bool with_name, gchk_text *out) {
  if (with_name)
    gchk_text_format(out, "%s = ", edge->name);
  if (edge->shown > 0) {
    put_numbers(edge->value, edge->shown, out);
    return;
  }
  gchk_put_shape(out, &edge->shape);
  gchk_text_put(out, ", mean ");
  gchk_text_real(out, 'g', 3, edge->value_mean);
  gchk_text_put(out, ", max ");
  gchk_text_real(out, 'g', 3, edge->value_max);
}

void gchk_edge_gradient(const gchk_edge_result *edge, gchk_text *out) {
  if (!edge->has_grad)
    return;
  if (edge->shown > 0) {
    put_numbers(edge->grad, edge->shown, out);
    return;
  }
  gchk_text_put(out, "mean ");
  gchk_text_real(out, 'g', 3, edge->grad_mean);
  gchk_text_put(out, ", max ");
  gchk_text_real(out, 'g', 3, edge->grad_max);
}

void gchk_node_label(const gchk_node_result *node, gchk_text *out) {
  gchk_text_put(out, node->name);
  if (!strstr(node->name, node->layer)) // "affine1" says it already
    gchk_text_format(out, ": %s", node->layer);
}
