/*
 * The graph of a network, with the values and gradients that its tensors hold at the base point.
 *
 * Edges are the tensors that some node reads or writes and that carry a value of the network: node caches are left out.
 */
#include "check/describe_graph.h"

#include <math.h>
#include <string.h>

#include "check/local.h"
#include "core/memory.h"
#include "measure/variable.h"

/* The mean size of all numbers of a buffer, over `scale`, and that of the largest. */
static void find_sizes(const gchk_tensor *t, const void *buffer, double scale, double *mean, double *largest) {
  double sum = 0, most = 0;
  for (size_t e = 0; e < t->count; e++) {
    const double number = gchk_number_of(t, buffer, e), size = fabs(scale == 1 ? number : number / scale);
    sum += size / (double)t->count;
    most = size > most ? size : most;
  }
  *mean = sum;
  *largest = most;
}

static void describe_edge(const gchk_instance *instance, size_t tensor, gchk_edge_result *edge) {
  const gchk_tensor *t = &instance->t[tensor];
  bool is_checkable =
      t->role == GCHK_INPUT || t->role == GCHK_PARAMETER || t->role == GCHK_OUTPUT || t->role == GCHK_CACHE;
  edge->role = t->role;
  edge->shape = t->shape;
  edge->count = t->count;
  edge->has_grad = is_checkable && t->grad != NULL;
  edge->shown = t->count <= 4 ? t->count : 0;
  const double scale = t->role == GCHK_OUTPUT ? 1 : gchk_grad_scale(instance->layer);
  for (size_t e = 0; e < edge->shown; e++) {
    edge->value[e] = gchk_number_of(t, t->value, e);
    edge->grad[e] = edge->has_grad ? gchk_number_of(t, t->grad, e) / scale : 0;
  }
  find_sizes(t, t->value, 1, &edge->value_mean, &edge->value_max);
  if (edge->has_grad)
    find_sizes(t, t->grad, scale, &edge->grad_mean, &edge->grad_max);
}

// Gives the tensor an edge, unless it has one; the number of edges so far otherwise.
static void note_edge(size_t *edge_of, size_t tensor, size_t *count) {
  if (edge_of[tensor] == SIZE_MAX)
    edge_of[tensor] = (*count)++;
}

static size_t *map_edges(gchk_arena *arena, const size_t *tensors, size_t count, const size_t *edge_of) {
  size_t *edges = gchk_arena_alloc(arena, count, sizeof *edges);
  for (size_t k = 0; edges != NULL && k < count; k++)
    edges[k] = edge_of[tensors[k]];
  return edges;
}

// A single layer is a graph of one node.
static bool make_single(gchk_case_work *work, gchk_graph_node *node) {
  const gchk_instance *instance = work->instance;
  size_t *inputs = gchk_arena_alloc(work->scratch, instance->tensor_count, sizeof *inputs);
  size_t *outputs = gchk_arena_alloc(work->scratch, instance->tensor_count, sizeof *outputs);
  *node = (gchk_graph_node){
      .name = instance->layer->name, .layer = instance->layer->name, .inputs = inputs, .outputs = outputs};
  if (inputs == NULL || outputs == NULL)
    return false;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    gchk_role role = instance->t[i].role;
    if (role == GCHK_OUTPUT)
      outputs[node->output_count++] = i;
    else if (role != GCHK_CACHE && role != GCHK_SCRATCH)
      inputs[node->input_count++] = i;
  }
  return true;
}

static gchk_status describe_edges(gchk_case_work *work, const size_t *edge_of, gchk_graph_result *result,
                                  gchk_error *error) {
  result->edges = gchk_arena_alloc(work->arena, result->edge_count, sizeof *result->edges);
  for (size_t i = 0; i < work->instance->tensor_count; i++) {
    gchk_edge_result *edge = result->edges == NULL || edge_of[i] == SIZE_MAX ? NULL : &result->edges[edge_of[i]];
    if (edge == NULL)
      continue;
    describe_edge(work->instance, i, edge);
    edge->name = gchk_arena_strdup(work->arena, work->instance->t[i].name);
    edge->producer = "";
  }
  return result->edges == NULL ? gchk_fail_memory(error, "the graph") : GCHK_OK;
}

/* A node, and its local derivatives where they are asked for. */
static gchk_status describe_node(gchk_case_work *work, const gchk_graph *graph, size_t n, const size_t *edge_of,
                                 bool with_locals, gchk_graph_result *result, gchk_error *error) {
  const gchk_graph_node *from = &graph->nodes[n];
  gchk_node_result *node = &result->nodes[result->node_count++];
  node->name = gchk_arena_strdup(work->arena, from->name);
  node->layer = gchk_arena_strdup(work->arena, from->layer);
  node->input_count = from->input_count;
  node->output_count = from->output_count;
  node->inputs = map_edges(work->arena, from->inputs, from->input_count, edge_of);
  node->outputs = map_edges(work->arena, from->outputs, from->output_count, edge_of);
  if (node->name == NULL || node->layer == NULL || node->inputs == NULL || node->outputs == NULL)
    return gchk_fail_memory(error, "the graph");
  for (size_t k = 0; k < node->output_count; k++)
    result->edges[node->outputs[k]].producer = node->name;
  return with_locals ? gchk_find_locals(work, graph, n, node, error) : GCHK_OK;
}

gchk_status gchk_describe_graph(gchk_case_work *work, bool with_locals, gchk_graph_result *result, gchk_error *error) {
  const gchk_instance *instance = work->instance;
  const gchk_graph *graph = instance->layer->graph;
  gchk_graph_node single;
  const gchk_graph alone = {.nodes = &single, .node_count = 1};
  if (graph == NULL) {
    if (!make_single(work, &single))
      return gchk_fail_memory(error, "the graph");
    graph = &alone;
  }
  size_t *edge_of = gchk_arena_alloc(work->scratch, instance->tensor_count, sizeof *edge_of);
  result->nodes = gchk_arena_alloc(work->arena, graph->node_count, sizeof *result->nodes);
  if (edge_of == NULL || result->nodes == NULL)
    return gchk_fail_memory(error, "the graph");
  memset(edge_of, 0xff, instance->tensor_count * sizeof *edge_of);
  for (size_t n = 0; n < graph->node_count; n++) {
    for (size_t k = 0; k < graph->nodes[n].input_count; k++)
      note_edge(edge_of, graph->nodes[n].inputs[k], &result->edge_count);
    for (size_t k = 0; k < graph->nodes[n].output_count; k++)
      note_edge(edge_of, graph->nodes[n].outputs[k], &result->edge_count);
  }
  GCHK_TRY(describe_edges(work, edge_of, result, error)); // first: local derivatives write gradients
  for (size_t n = 0; n < graph->node_count; n++)
    GCHK_TRY(describe_node(work, graph, n, edge_of, with_locals, result, error));
  return GCHK_OK;
}
