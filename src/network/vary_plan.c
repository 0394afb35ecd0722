/* Plans: a route that is a line of nodes, each of which treats rows one by one. */
#include "network/vary_plan.h"

#include <math.h>
#include <string.h>

#include "layers/lanes_rows.h"

enum { ELEMENTS_X, ELEMENTS_Y, ELEMENTS_TENSORS }; /* of a layer that acts on elements */

static bool is_only_size(const char *shape, const char *size) {
  const size_t length = strlen(size);
  return strncmp(shape, size, length) == 0 && (shape[length] == '\0' || strcmp(shape + length, "...") == 0);
}

/* Callbacks that see more than the rows that change. */
static bool has_state(const gchk_layer *layer) {
  return layer->create != NULL || layer->reset != NULL || layer->set_seed != NULL || layer->surrogate != NULL ||
         layer->time != NULL || layer->bind != NULL;
}

bool gchk_acts_on_elements(const gchk_layer *layer) {
  if (layer->lanes != NULL && layer->lanes->elements != NULL)
    return true;
  return layer->rowwise != NULL && layer->tensor_count == ELEMENTS_TENSORS && !has_state(layer) &&
         layer->tensors[ELEMENTS_X].role == GCHK_INPUT && layer->tensors[ELEMENTS_Y].role == GCHK_OUTPUT &&
         is_only_size(layer->tensors[ELEMENTS_X].shape, layer->rowwise) &&
         is_only_size(layer->tensors[ELEMENTS_Y].shape, layer->rowwise);
}

/* Is the size the first dimension of the shape, and no other one? */
static bool begins_with(const char *shape, const char *size) {
  const size_t length = strlen(size);
  const char *after = shape + length;
  return strncmp(shape, size, length) == 0 && (*after == ' ' || *after == '\0' || strncmp(after, "...", 3) == 0);
}

static size_t count_outputs(const gchk_layer *layer, size_t *output) {
  size_t count = 0;
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (layer->tensors[i].role == GCHK_OUTPUT) {
      *output = i;
      count++;
    }
  return count;
}

/* Does the layer's forward do for rows that are changed in tensor `slot`? */
static bool stands_in_rows(const gchk_call *call, size_t slot) {
  const gchk_layer *layer = call->layer;
  size_t output = 0;
  return layer->lanes == NULL && layer->rowwise != NULL && !has_state(layer) && count_outputs(layer, &output) == 1 &&
         layer->tensors[slot].role == GCHK_INPUT && begins_with(layer->tensors[slot].shape, layer->rowwise) &&
         begins_with(layer->tensors[output].shape, layer->rowwise) && call->t[output].dtype == GCHK_F64 &&
         call->t[slot].shape.rank > 1 && call->t[output].shape.rank > 1;
}

size_t gchk_vary_input(const gchk_vary_step *step) {
  return step->node->layer->lanes != NULL ? step->node->layer->lanes->x : step->slot;
}

size_t gchk_vary_output(const gchk_vary_step *step) {
  size_t output = 0;
  if (step->node->layer->lanes != NULL)
    return step->node->layer->lanes->y;
  (void)count_outputs(step->node->layer, &output);
  return output;
}

static const gchk_tensor *output_of(const gchk_vary_step *step) {
  return &step->call->t[gchk_vary_output(step)];
}

/* How many tensors of the node are row `row` of the network's table, and the last of them. */
static size_t find_slots(const gchk_node *node, size_t row, size_t *slot) {
  size_t count = 0;
  for (size_t i = 0; i < node->layer->tensor_count; i++)
    if (node->slots[i].row == row) {
      *slot = i;
      count++;
    }
  return count;
}

static bool is_finite(const gchk_tensor *t) {
  if (t->dtype != GCHK_F64)
    return false;
  const double *value = t->value;
  for (size_t i = 0; i < t->count; i++)
    if (!isfinite(value[i]))
      return false;
  return true;
}

/* Does step k read what has changed before its own input? */
static bool reads_back(size_t row, const gchk_vary_step *steps, size_t k) {
  size_t slot, count = k > 0 ? find_slots(steps[k].node, row, &slot) : 0;
  for (size_t j = 0; j + 1 < k; j++)
    count += find_slots(steps[k].node, steps[j].node->slots[gchk_vary_output(&steps[j])].row, &slot);
  return count > 0;
}

/* Can the step be taken from its slot? Parameters are where changes begin, of layers that have heads. */
static bool is_step(const gchk_vary_step *step, bool is_first) {
  const gchk_layer *layer = step->node->layer;
  if (layer->lanes != NULL)
    return is_first || step->slot == layer->lanes->x;
  return gchk_acts_on_elements(layer) || stands_in_rows(step->call, step->slot);
}

/* Each node reads what the one before it writes, in one place, and nothing else that has changed. */
static bool is_line(size_t first_row, gchk_vary_step *steps, size_t count) {
  size_t row = first_row;
  for (size_t k = 0; k < count; k++) {
    if (find_slots(steps[k].node, row, &steps[k].slot) != 1 || reads_back(first_row, steps, k))
      return false;
    if (!is_step(&steps[k], k == 0) || !is_finite(output_of(&steps[k])))
      return false;
    row = steps[k].node->slots[gchk_vary_output(&steps[k])].row;
  }
  return count > 0;
}

/* The last step is the loss, the only output, and no other is one. */
static bool ends_in_loss(const gchk_network *network, const gchk_vary_step *steps, size_t count) {
  size_t outputs = 0;
  for (size_t r = 0; r < network->row_count; r++)
    outputs += network->rows[r].role == GCHK_OUTPUT;
  const gchk_vary_step *last = &steps[count - 1];
  const size_t row = last->node->slots[gchk_vary_output(last)].row;
  return network->loss_node == GCHK_NONE && outputs == 1 && network->rows[row].role == GCHK_OUTPUT &&
         last->node->layer->lanes != NULL && last->node->layer->lanes->losses != NULL;
}

static bool have_same_rows(const gchk_vary_plan *plan) {
  bool is_same = true;
  for (size_t k = 0; k < plan->step_count && is_same; k++)
    is_same = gchk_lane_rows(&plan->steps[k].call->t[gchk_vary_input(&plan->steps[k])]) == plan->rows &&
              (k + 1 == plan->step_count || gchk_lane_rows(output_of(&plan->steps[k])) == plan->rows);
  return is_same;
}

static void start_at(gchk_vary_plan *plan, const gchk_tensor *value, const gchk_vary_step *steps, size_t count) {
  plan->rows = gchk_lane_rows(value);
  plan->units = value->count / plan->rows;
  plan->value = value->value;
  plan->steps = steps;
  plan->step_count = count;
}

/* Only other names and shapes of what is there. */
static size_t drop_copies(gchk_vary_step *steps, size_t count) {
  size_t kept = 0;
  for (size_t k = 0; k < count; k++)
    if (steps[k].node->layer->lanes == NULL || !steps[k].node->layer->lanes->is_copy)
      steps[kept++] = steps[k];
  return kept;
}

/* The first layers see single elements; behind them there are whole rows, unless the next one makes them. */
static void measure(gchk_vary_plan *plan) {
  while (plan->single_count < plan->step_count && gchk_acts_on_elements(plan->steps[plan->single_count].node->layer))
    plan->single_count++;
  const gchk_vary_step *next = plan->steps + plan->single_count, *loss = plan->steps + plan->step_count - 1;
  plan->widest = next->node->layer->lanes != NULL && next->node->layer->lanes->change != NULL ? 1 : plan->units;
  for (; next < loss; next++) {
    const size_t units = output_of(next)->count / plan->rows;
    plan->widest = units > plan->widest ? units : plan->widest;
  }
}

bool gchk_vary_plan_make(gchk_vary_plan *plan, const gchk_network *network, const gchk_tensor *tensor, size_t row,
                         gchk_vary_step *steps, size_t count) {
  *plan = (gchk_vary_plan){.rows = 0};
  if (!is_line(row, steps, count) || !ends_in_loss(network, steps, count))
    return false;
  if (steps[0].slot == gchk_vary_input(&steps[0])) {
    if (!is_finite(tensor))
      return false;
    start_at(plan, tensor, steps, count);
    plan->head.columns = plan->units;
  } else {
    const gchk_lanes *lanes = steps[0].node->layer->lanes;
    if (lanes->head == NULL || !lanes->head(steps[0].call, steps[0].slot, &plan->head))
      return false;
    plan->head_call = steps[0].call;
    start_at(plan, output_of(&steps[0]), steps + 1, count - 1);
    steps++;
  }
  if (!have_same_rows(plan) || plan->rows * plan->units >= UINT32_MAX)
    return false;
  plan->step_count = drop_copies(steps, plan->step_count); // the loss stays
  measure(plan);
  return true;
}
