/*
 * Local derivatives, by the node's own backward: of dy = J^T v with v = e_j the j-th row of the Jacobian J.
 *
 * Where output and input have as many elements, J is tried for a diagonal one first: with v = (1, 1, ...) backward
 * gives its diagonal d then, and with any other v it gives v d. Two draws that agree to rounding are taken for a proof.
 */
#include "check/local.h"

#include <math.h>

#include "core/memory.h"
#include "instance/precision.h"
#include "measure/analytic.h"

/* Beyond these a Jacobian is not looked at: entries, and backward calls. */
enum { MOST_ENTRIES = 1 << 16, MOST_ROWS = 256, MOST_ELEMENTS = 1 << 20 };

/* A node, with room for what goes into its backward and what comes out. */
typedef struct node_call {
  gchk_case_work *work;
  const gchk_graph *graph;
  size_t n;
  const gchk_graph_node *node;
  double **upstream, **gradients; /* of each output, of each input */
  double *diagonal;               /* as large as the largest input */
  double *v;                      /* the upstream gradient of the instance */
} node_call;

static size_t count_of(const node_call *c, size_t tensor) {
  return c->work->instance->t[tensor].count;
}

static double **make_arrays(const node_call *c, const size_t *tensors, size_t count) {
  double **arrays = gchk_arena_alloc(c->work->scratch, count, sizeof *arrays);
  for (size_t i = 0; arrays != NULL && i < count; i++) {
    arrays[i] = gchk_arena_alloc(c->work->scratch, count_of(c, tensors[i]), sizeof *arrays[i]);
    if (arrays[i] == NULL)
      return NULL;
  }
  return arrays;
}

static gchk_status make_room(node_call *c, gchk_error *error) {
  size_t largest = 0;
  for (size_t k = 0; k < c->node->input_count; k++)
    largest = count_of(c, c->node->inputs[k]) > largest ? count_of(c, c->node->inputs[k]) : largest;
  c->upstream = make_arrays(c, c->node->outputs, c->node->output_count);
  c->gradients = make_arrays(c, c->node->inputs, c->node->input_count);
  c->diagonal = gchk_arena_alloc(c->work->scratch, largest, sizeof *c->diagonal);
  c->v = gchk_arena_alloc(c->work->scratch, c->work->output_count, sizeof *c->v);
  return c->upstream == NULL || c->gradients == NULL || c->diagonal == NULL || c->v == NULL
             ? gchk_fail_memory(error, "local derivatives")
             : GCHK_OK;
}

/* A layer by itself is a node whose outputs are those of the instance, one after the other. */
static gchk_status whole_backward(const node_call *c, gchk_error *error) {
  const gchk_instance *instance = c->work->instance;
  for (size_t k = 0, at = 0; k < c->node->output_count; k++)
    for (size_t e = 0; e < count_of(c, c->node->outputs[k]) && at < c->work->output_count; e++)
      c->v[at++] = c->upstream[k][e];
  GCHK_TRY(gchk_backward_gradients(c->work, c->v, NULL, error));
  const double scale = gchk_grad_scale(instance->layer);
  for (size_t k = 0; k < c->node->input_count; k++) {
    const gchk_tensor *t = &instance->t[c->node->inputs[k]];
    for (size_t e = 0; e < t->count; e++)
      c->gradients[k][e] = t->grad != NULL ? gchk_tensor_get(t, t->grad, e) / scale : (double)NAN;
  }
  return GCHK_OK;
}

// Where backward uses up what forward left, it is called after one.
static bool wants_forward(const node_call *c) {
  return (c->work->instance->layer->flags & GCHK_CONSUMES_CACHE) != 0;
}

static gchk_status backward(const node_call *c, gchk_error *error) {
  if (c->graph != c->work->instance->layer->graph)
    return whole_backward(c, error);
  if (wants_forward(c))
    GCHK_TRY(gchk_instance_forward(c->work->instance, error));
  return c->graph->backward(&c->work->instance->call, c->n, (const double *const *)c->upstream, c->gradients, error);
}

static void clear_upstream(const node_call *c) {
  for (size_t k = 0; k < c->node->output_count; k++)
    for (size_t e = 0; e < count_of(c, c->node->outputs[k]); e++)
      c->upstream[k][e] = 0;
}

/* An upstream gradient of signed numbers between 1/2 and 3/2, none like its neighbours. */
static double other_upstream(size_t e) {
  const double turn = 0.6180339887498949 * (double)(e + 1);
  return (e % 2 == 0 ? 1 : -1) * (0.5 + turn - floor(turn));
}

static void note(gchk_local_result *local, size_t index, size_t count, double number) {
  if (count <= sizeof local->value / sizeof local->value[0])
    local->value[local->shown++] = number;
  if (index == 0)
    local->mean = local->max = 0;
  local->mean += fabs(number) / (double)count;
  local->max = fmax(local->max, fabs(number));
}

/* Is the Jacobian of output o with input k a diagonal one? Then its numbers are noted. */
static gchk_status try_diagonal(const node_call *c, gchk_local_result *local, gchk_error *error) {
  const size_t count = local->rows;
  double *v = c->upstream[local->output], *gradient = c->gradients[local->input];
  const double unit = gchk_unit_of(c->work->instance->t[c->node->inputs[local->input]].dtype);
  clear_upstream(c);
  for (size_t e = 0; e < count; e++)
    v[e] = 1;
  GCHK_TRY(backward(c, error));
  for (size_t e = 0; e < count; e++) {
    c->diagonal[e] = gradient[e];
    v[e] = other_upstream(e);
  }
  GCHK_TRY(backward(c, error));
  for (size_t e = 0; e < count; e++)
    if (!(fabs(gradient[e] - other_upstream(e) * c->diagonal[e]) <= 16 * unit * fabs(c->diagonal[e])))
      return GCHK_OK;
  local->is_elementwise = true;
  for (size_t e = 0; e < count; e++)
    note(local, e, count, c->diagonal[e]);
  return GCHK_OK;
}

static bool is_small(const gchk_local_result *local) {
  return local->rows <= MOST_ELEMENTS && local->columns <= MOST_ELEMENTS;
}

/* A Jacobian that nothing is known of yet, and that is not too large to be looked at. */
static bool is_open(const gchk_local_result *local) {
  return !local->is_elementwise && is_small(local) && local->rows <= MOST_ROWS &&
         local->rows * local->columns <= MOST_ENTRIES;
}

/* The Jacobians of output o with all inputs, row after row. */
static gchk_status look_at_rows(const node_call *c, gchk_node_result *node, size_t o, gchk_error *error) {
  size_t rows = 0;
  for (size_t i = 0; i < node->local_count; i++)
    if (node->locals[i].output == o && is_open(&node->locals[i]))
      rows = node->locals[i].rows;
  clear_upstream(c);
  for (size_t r = 0; r < rows; r++) {
    c->upstream[o][r] = 1;
    GCHK_TRY(backward(c, error));
    c->upstream[o][r] = 0;
    for (size_t i = 0; i < node->local_count; i++) {
      gchk_local_result *local = &node->locals[i];
      for (size_t e = 0; local->output == o && is_open(local) && e < local->columns; e++)
        note(local, r * local->columns + e, rows * local->columns, c->gradients[local->input][e]);
    }
  }
  return GCHK_OK;
}

/* One for each output with each input that gets a gradient. */
static void list_locals(const node_call *c, gchk_node_result *node) {
  const gchk_instance *instance = c->work->instance;
  for (size_t o = 0; o < c->node->output_count; o++)
    for (size_t k = 0; k < c->node->input_count; k++) {
      const gchk_tensor *in = &instance->t[c->node->inputs[k]], *out = &instance->t[c->node->outputs[o]];
      const bool is_inner = in->role == GCHK_CACHE && in->grad != NULL;
      if ((is_inner || gchk_instance_is_differentiable(instance, c->node->inputs[k])) && out->grad != NULL)
        node->locals[node->local_count++] = (gchk_local_result){
            .input = k, .output = o, .rows = out->count, .columns = in->count, .mean = (double)NAN, .max = (double)NAN};
    }
}

gchk_status gchk_find_locals(gchk_case_work *work, const gchk_graph *graph, size_t n, gchk_node_result *node,
                             gchk_error *error) {
  node_call c = {.work = work, .graph = graph, .n = n, .node = &graph->nodes[n]};
  if (graph == work->instance->layer->graph && graph->backward == NULL)
    return GCHK_OK;
  node->locals = gchk_arena_alloc(work->arena, c.node->input_count * c.node->output_count, sizeof *node->locals);
  if (node->locals == NULL)
    return gchk_fail_memory(error, "local derivatives");
  list_locals(&c, node);
  GCHK_TRY(make_room(&c, error));
  for (size_t i = 0; i < node->local_count; i++)
    if (node->locals[i].rows == node->locals[i].columns && is_small(&node->locals[i]))
      GCHK_TRY(try_diagonal(&c, &node->locals[i], error));
  for (size_t o = 0; o < c.node->output_count; o++)
    GCHK_TRY(look_at_rows(&c, node, o, error));
  return wants_forward(&c) ? gchk_instance_forward(work->instance, error) : GCHK_OK;
}
