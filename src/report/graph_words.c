/* What stands at the edges and in the nodes of a computational graph, in every way of drawing it. */
#include "report/graph_words.h"

#include <math.h>
#include <string.h>

#include "report/words.h"

bool gchk_has_graph(const gchk_case_result *c) {
  return c->graph.node_count > 0;
}

static int digits_of(const gchk_graph_words *words, size_t count) {
  return words->digits > 0 ? words->digits : count > 2 ? 3 : 6;
}

static void put_numbers(const gchk_graph_words *words, const double *numbers, size_t count, gchk_text *out) {
  if (count != 1)
    gchk_text_put(out, "[");
  for (size_t i = 0; i < count; i++) {
    gchk_text_put(out, i ? ", " : "");
    gchk_text_shortest(out, digits_of(words, count), numbers[i]);
  }
  if (count != 1)
    gchk_text_put(out, "]");
}

/* "mean 0.1, max 2" of absolute values. */
static void put_sizes(const gchk_graph_words *words, double mean, double max, gchk_text *out) {
  gchk_text_put(out, "mean ");
  gchk_text_shortest(out, digits_of(words, 3), mean);
  gchk_text_put(out, ", max ");
  gchk_text_shortest(out, digits_of(words, 3), max);
}

void gchk_edge_value(const gchk_graph_words *words, size_t e, bool with_name, gchk_text *out) {
  const gchk_edge_result *edge = &words->graph->edges[e];
  if (with_name)
    gchk_text_format(out, "%s = ", edge->name);
  if (edge->shown > 0) {
    put_numbers(words, edge->value, edge->shown, out);
    return;
  }
  gchk_put_shape(out, &edge->shape);
  gchk_text_put(out, ", ");
  put_sizes(words, edge->value_mean, edge->value_max, out);
}

/* The numbers of a local derivative, a matrix with its rows in brackets. */
static void put_local(const gchk_graph_words *words, const gchk_local_result *local, gchk_text *out) {
  const bool is_matrix = !local->is_elementwise && local->rows > 1;
  if (!is_matrix) {
    put_numbers(words, local->value, local->shown, out);
    return;
  }
  gchk_text_put(out, "[");
  for (size_t r = 0; r < local->rows; r++) {
    gchk_text_put(out, r > 0 ? ", " : "");
    put_numbers(words, local->value + r * local->columns, local->columns, out);
  }
  gchk_text_put(out, "]");
}

/* A walk over the terms of an edge's gradient: the local derivatives of the nodes that read it. */
typedef struct term {
  size_t node, local; /* of that node */
} term;

static bool is_term(const gchk_graph_words *words, size_t edge, term t) {
  const gchk_node_result *node = &words->graph->nodes[t.node];
  return node->inputs[node->locals[t.local].input] == edge;
}

/* The first term at `t` or after it, of node `only` alone where that is one. */
static bool find_term(const gchk_graph_words *words, size_t edge, size_t only, term *t) {
  for (; t->node < words->graph->node_count; t->node++, t->local = 0)
    for (; t->local < words->graph->nodes[t->node].local_count; t->local++)
      if ((only == SIZE_MAX || only == t->node) && is_term(words, edge, *t))
        return true;
  return false;
}

static const gchk_local_result *local_of(const gchk_graph_words *words, term t) {
  return &words->graph->nodes[t.node].locals[t.local];
}

/* The edge that the upstream gradient of the term is on. */
static const gchk_edge_result *upstream_of(const gchk_graph_words *words, term t) {
  const gchk_node_result *node = &words->graph->nodes[t.node];
  return &words->graph->edges[node->outputs[node->locals[t.local].output]];
}

/* How many terms there are, of `only` or of all nodes; and whether all of them can be written in numbers. */
static size_t count_terms(const gchk_graph_words *words, size_t edge, size_t only, bool *has_numbers) {
  size_t count = 0;
  *has_numbers = words->graph->edges[edge].shown > 0;
  for (term t = {0, 0}; find_term(words, edge, only, &t); t.local++, count++)
    *has_numbers = *has_numbers && local_of(words, t)->shown > 0 && upstream_of(words, t)->shown > 0;
  return count;
}

/* "1.1 x 2 + 3 x 1" */
static void put_terms(const gchk_graph_words *words, size_t edge, size_t only, gchk_text *out) {
  const char *between = "";
  for (term t = {0, 0}; find_term(words, edge, only, &t); t.local++, between = " + ") {
    gchk_text_put(out, between);
    put_numbers(words, upstream_of(words, t)->grad, upstream_of(words, t)->shown, out);
    gchk_text_put(out, " x ");
    put_local(words, local_of(words, t), out);
  }
}

/* "; local mean 1, max 1", with the size of a Jacobian; and the node's name where there are several. */
static void put_local_sizes(const gchk_graph_words *words, size_t edge, size_t only, bool with_node, gchk_text *out) {
  for (term t = {0, 0}; find_term(words, edge, only, &t); t.local++) {
    const gchk_local_result *local = local_of(words, t);
    gchk_text_put(out, "; local ");
    if (with_node)
      gchk_text_format(out, "of %s ", words->graph->nodes[t.node].name);
    if (!local->is_elementwise)
      gchk_text_format(out, "%zux%zu%s", local->rows, local->columns, isnan(local->mean) ? "" : ", ");
    if (!isnan(local->mean))
      put_sizes(words, local->mean, local->max, out);
  }
}

static void put_gradient(const gchk_graph_words *words, const gchk_edge_result *edge, gchk_text *out) {
  if (edge->shown > 0)
    put_numbers(words, edge->grad, edge->shown, out);
  else
    put_sizes(words, edge->grad_mean, edge->grad_max, out);
}

void gchk_edge_gradient(const gchk_graph_words *words, size_t e, gchk_text *out) {
  const gchk_edge_result *edge = &words->graph->edges[e];
  bool has_numbers;
  if (!edge->has_grad)
    return;
  const size_t count = count_terms(words, e, SIZE_MAX, &has_numbers);
  if (count > 0 && has_numbers) {
    put_terms(words, e, SIZE_MAX, out);
    gchk_text_put(out, " = ");
  }
  put_gradient(words, edge, out);
  if (!has_numbers)
    put_local_sizes(words, e, SIZE_MAX, count > 1, out);
}

void gchk_edge_gradient_of(const gchk_graph_words *words, size_t e, size_t n, gchk_text *out) {
  bool has_numbers;
  const size_t all = count_terms(words, e, SIZE_MAX, &has_numbers), own = count_terms(words, e, n, &has_numbers);
  if (own == all || !words->graph->edges[e].has_grad) {
    gchk_edge_gradient(words, e, out);
    return;
  }
  if (has_numbers) {
    put_terms(words, e, n, out);
    return;
  }
  gchk_text_put(out, "a part of ");
  put_gradient(words, &words->graph->edges[e], out);
  put_local_sizes(words, e, n, false, out);
}

void gchk_node_label(const gchk_node_result *node, gchk_text *out) {
  gchk_text_put(out, node->name);
  if (!strstr(node->name, node->layer)) // "affine1" says it already
    gchk_text_format(out, ": %s", node->layer);
}
