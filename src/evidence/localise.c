/*
 * Which layer of a network is wrong.
 *
 * Every intermediate value is differentiated like a parameter. Going backward from the loss, the first node that gets
 * the right gradient from above and passes on a wrong one is the one to look at; what fails before it fails for its
 * sake.
 */
#include "evidence/localise.h"

#include "core/memory.h"
#include "decide/differentiate_tensor.h"
#include "measure/analytic.h"
#include "measure/tensor_work.h"

enum { ELEMENTS_PER_VALUE = 256 };

typedef enum edge_state { UNKNOWN = 0, RIGHT, WRONG } edge_state;

static void take_known(const gchk_case_work *work, edge_state *states) {
  for (size_t k = 0; k < work->tensor_count; k++)
    states[work->tensors[k].index] = work->tensors[k].tally.worst == GCHK_FAIL ? WRONG : RIGHT;
  for (size_t i = 0; i < work->instance->tensor_count; i++)
    if (work->instance->t[i].role == GCHK_OUTPUT)
      states[i] = RIGHT; // the upstream gradient is given
}

static gchk_status judge_value(gchk_case_work *work, size_t i, edge_state *state, gchk_error *error) {
  gchk_tensor_work tensor;
  GCHK_TRY(gchk_tensor_work_init(work, &tensor, i, error));
  const gchk_tensor *t = &work->instance->t[i];
  double scale = gchk_grad_scale(work->instance->layer);
  gchk_case_work alone = *work;
  alone.draw_count = 1;
  alone.tensors = &tensor;
  alone.tensor_count = 1;
  for (size_t e = 0; e < t->count; e++)
    tensor.analytic[0][e] = gchk_tensor_get(t, t->grad, e) / scale;
  gchk_find_largest(&alone, 0);
  size_t stride = (t->count + ELEMENTS_PER_VALUE - 1) / ELEMENTS_PER_VALUE;
  for (tensor.checked_count = 0; tensor.checked_count * stride < t->count; tensor.checked_count++)
    tensor.checked[tensor.checked_count] = tensor.checked_count * stride;
  GCHK_TRY(gchk_differentiate_tensor(&alone, &tensor, error));
  *state = tensor.tally.worst == GCHK_FAIL ? WRONG : RIGHT;
  return GCHK_OK;
}

static bool any_is(const edge_state *states, const size_t *tensors, size_t count, edge_state state) {
  for (size_t k = 0; k < count; k++)
    if (states[tensors[k]] == state)
      return true;
  return false;
}

static void report_node(gchk_case_work *work, const gchk_graph_node *node, const edge_state *states) {
  for (size_t k = 0; k < work->tensor_count; k++) {
    gchk_tensor_work *tensor = &work->tensors[k];
    if (tensor->tally.worst != GCHK_FAIL)
      continue;
    const char *name = work->instance->t[tensor->index].name;
    bool is_its_own = false;
    for (size_t j = 0; j < node->input_count; j++)
      is_its_own = is_its_own || node->inputs[j] == tensor->index;
    gchk_finding *finding;
    if (is_its_own)
      finding = gchk_finding_add(&tensor->findings, GCHK_CODE_FIRST_WRONG,
                                 "the upstream gradient of %s is right, d%s is not: the rule for %s in %s itself",
                                 node->name, name, name, node->layer);
    else
      finding =
          gchk_finding_add(&tensor->findings, GCHK_CODE_FIRST_WRONG,
                           "the gradient is right down to %s (%s) and wrong from there: look at %s before this tensor",
                           node->name, node->layer, node->name);
    gchk_finding_text(&tensor->findings, finding, "node", "%s", node->name);
    gchk_finding_text(&tensor->findings, finding, "layer", "%s", node->layer);
    for (size_t j = 0; j < node->input_count; j++)
      if (states[node->inputs[j]] == WRONG)
        gchk_finding_text(&tensor->findings, finding, "wrong", "%s", work->instance->t[node->inputs[j]].name);
  }
}

gchk_status gchk_localise(gchk_case_work *work, gchk_graph_result *result, gchk_error *error) {
  gchk_instance *instance = work->instance;
  const gchk_graph *graph = instance->layer->graph;
  if (graph == NULL || graph->node_count < 2 || instance->layer->update == NULL)
    return GCHK_OK;
  edge_state *states = gchk_arena_alloc(work->scratch, instance->tensor_count, sizeof *states);
  if (states == NULL)
    return gchk_fail_memory(error, "the search for the first wrong node");
  take_known(work, states);
  GCHK_TRY(gchk_analytic_gradients(work, work->v[0], NULL, error));
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (gchk_instance_is_inner_value(instance, i) && states[i] == UNKNOWN)
      GCHK_TRY(judge_value(work, i, &states[i], error));
  for (size_t n = graph->node_count; n-- > 0;) {
    const gchk_graph_node *node = &graph->nodes[n];
    if (any_is(states, node->outputs, node->output_count, WRONG) ||
        !any_is(states, node->inputs, node->input_count, WRONG))
      continue;
    if (n < result->node_count)
      result->nodes[n].first_wrong = true;
    report_node(work, node, states);
    break;
  }
  return GCHK_OK;
}
