/* Plans: a route of nodes, each of which treats rows one by one, or all rows of a unit. */
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
  const gchk_lanes *lanes = step->node->layer->lanes;
  return lanes != NULL && step->slot != lanes->other ? lanes->x : step->slot;
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

/* Is it the second input of a layer that acts on elements? */
static bool is_other(const gchk_lanes *lanes, size_t slot) {
  return lanes != NULL && lanes->elements != NULL && lanes->other != lanes->x && slot == lanes->other;
}

gchk_coupling gchk_vary_coupling(const gchk_call *call) {
  const gchk_lanes *lanes = call->layer->lanes;
  return lanes != NULL && lanes->coupling != NULL ? lanes->coupling(call) : GCHK_ROWS_ALONE;
}

/* Can rows be followed through the layer from that tensor? Not where one element of it is read for several of y. */
static bool can_read(const gchk_call *call, size_t slot) {
  const gchk_lanes *lanes = call->layer->lanes;
  if (gchk_vary_coupling(call) == GCHK_ROWS_COUPLED)
    return false;
  if (lanes != NULL && lanes->elements != NULL)
    return (slot == lanes->x || is_other(lanes, slot)) && call->t[slot].count == call->t[lanes->y].count;
  return lanes != NULL ? slot == lanes->x : gchk_acts_on_elements(call->layer) || stands_in_rows(call, slot);
}

/* The number of the changed value that is in row `row` of the table; `first_row` is that of 0. */
static size_t find_value(size_t first_row, const gchk_vary_step *steps, size_t k, size_t row) {
  if (row == first_row)
    return 0;
  for (size_t j = 0; j < k; j++)
    if (steps[j].node->slots[gchk_vary_output(&steps[j])].row == row)
      return steps[j].value;
  return GCHK_NONE;
}

/* What step k reads: one changed value, in one place, or in both places of a layer that acts on two. */
static bool find_sources(size_t first_row, gchk_vary_step *steps, size_t k) {
  gchk_vary_step *step = &steps[k];
  const gchk_layer *layer = step->node->layer;
  step->source[0] = step->source[1] = GCHK_NONE;
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const size_t value = find_value(first_row, steps, k, step->node->slots[i].row);
    size_t *source = &step->source[is_other(layer->lanes, i)];
    if (value == GCHK_NONE)
      continue;
    if (*source != GCHK_NONE || !can_read(step->call, i))
      return false;
    *source = value;
    step->slot = i;
  }
  step->is_copy = layer->lanes != NULL && layer->lanes->is_copy;
  step->value = step->is_copy ? step->source[0] : k + 1;
  return (step->source[0] != GCHK_NONE || step->source[1] != GCHK_NONE) && is_finite(output_of(step));
}

static bool find_all_sources(size_t first_row, gchk_vary_step *steps, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (!find_sources(first_row, steps, k))
      return false;
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

static bool has_rows(const gchk_call *call, size_t slot, size_t rows) {
  return gchk_lane_rows(&call->t[slot]) == rows;
}

static bool have_same_rows(const gchk_vary_plan *plan) {
  bool is_same = true;
  for (size_t k = 0; k < plan->step_count && is_same; k++) {
    const gchk_vary_step *step = &plan->steps[k];
    const gchk_lanes *lanes = step->node->layer->lanes;
    is_same =
        has_rows(step->call, gchk_vary_input(step), plan->rows) &&
        (step->source[0] == GCHK_NONE || step->source[1] == GCHK_NONE || has_rows(step->call, lanes->x, plan->rows)) &&
        (k + 1 == plan->step_count || has_rows(step->call, gchk_vary_output(step), plan->rows));
  }
  return is_same;
}

static void start_at(gchk_vary_plan *plan, const gchk_tensor *value, const gchk_vary_step *steps, size_t count) {
  plan->rows = gchk_lane_rows(value);
  plan->units = value->count / plan->rows;
  plan->value = value->value;
  plan->steps = steps;
  plan->step_count = count;
}

/* A parameter whose elements are factors of single ones of what the first node writes, and that no other node reads. */
static bool begins_with_head(gchk_vary_plan *plan, const gchk_vary_step *steps, size_t count, size_t row) {
  size_t slot, again;
  const gchk_lanes *lanes = steps->node->layer->lanes;
  if (lanes == NULL || lanes->head == NULL || find_slots(steps->node, row, &slot) != 1 || slot == lanes->x ||
      !lanes->head(steps->call, slot, &plan->head) || !is_finite(output_of(steps)))
    return false;
  for (size_t k = 1; k < count; k++)
    if (find_slots(steps[k].node, row, &again) > 0)
      return false;
  plan->head_call = steps->call;
  return true;
}

/* Who reads the values, `first` being the one that the change begins in. */
static void count_reads(gchk_vary_step *first, gchk_vary_step *steps, size_t count) {
  for (size_t k = 0; k < count; k++)
    for (size_t i = 0; i < 2 && !steps[k].is_copy; i++) {
      const size_t value = steps[k].source[i];
      gchk_vary_step *writer = value == 0 ? first : value == GCHK_NONE ? NULL : &steps[value - 1];
      if (writer == NULL)
        continue;
      writer->reads += i == 0 || steps[k].source[0] != value;
      writer->last = k;
    }
}

/* The first layers see single elements, as long as nothing else reads them. */
static size_t find_singles(gchk_vary_plan *plan, const gchk_vary_step *first) {
  const gchk_vary_step *writer = first;
  for (; plan->single_count < plan->step_count; plan->single_count++) {
    const gchk_vary_step *step = &plan->steps[plan->single_count];
    if (step->is_copy)
      continue;
    if (!gchk_acts_on_elements(step->node->layer) || writer->reads != 1)
      break;
    plan->is_coupled = plan->is_coupled || gchk_vary_coupling(step->call) == GCHK_UNITS_COUPLED;
    plan->entry = step->value;
    writer = step;
  }
  return writer->last;
}

/* Behind them there are whole rows, unless the next ones make them. */
static void find_changes(gchk_vary_plan *plan, gchk_vary_step *steps) {
  for (size_t k = plan->single_count; k < plan->step_count; k++) {
    const gchk_lanes *lanes = steps[k].node->layer->lanes;
    const bool is_reader = steps[k].source[0] == plan->entry || steps[k].source[1] == plan->entry;
    steps[k].is_change = lanes != NULL && lanes->change != NULL && is_reader;
    plan->has_whole = plan->has_whole || (is_reader && !steps[k].is_copy && !steps[k].is_change);
  }
}

/* The next step from the k-th on that computes something. */
static const gchk_vary_step *next_step(const gchk_vary_plan *plan, size_t k) {
  while (plan->steps[k].is_copy) // the last one is none
    k++;
  return &plan->steps[k];
}

/* Does the loss follow at once, so that it may be told how rows differ from the base? */
static void find_spread(gchk_vary_plan *plan) {
  const gchk_vary_step *loss = &plan->steps[plan->step_count - 1], *first = next_step(plan, plan->single_count);
  const bool reads_one = first->source[0] == plan->entry && first->source[1] == GCHK_NONE;
  if (loss->node->layer->lanes->losses_by == NULL || !reads_one || plan->has_coupled_rows)
    return;
  const bool is_spread = first != loss && first->is_change && first->node->layer->lanes->factors != NULL &&
                         next_step(plan, (size_t)(first - plan->steps) + 1) == loss &&
                         loss->source[0] == first->value && loss->source[1] == GCHK_NONE;
  plan->spread = first == loss || is_spread ? first : NULL;
}

/* Are whole rows coupled to those of the same variant? Then all of these go together from the beginning. */
static void find_couplings(gchk_vary_plan *plan) {
  for (size_t k = plan->single_count; k < plan->step_count; k++)
    plan->has_coupled_rows = plan->has_coupled_rows || gchk_vary_coupling(plan->steps[k].call) == GCHK_UNITS_COUPLED;
  plan->is_coupled = plan->is_coupled || plan->has_coupled_rows;
}

/* A buffer is free again when the last step has read it. False: there are too few. */
static bool find_buffers(gchk_vary_plan *plan, gchk_vary_step *steps, size_t last_of_entry) {
  size_t free_from[GCHK_VARY_BUFFERS] = {plan->has_whole ? last_of_entry + 1 : 0};
  plan->buffer_count = plan->has_whole;
  plan->widest = plan->has_whole ? plan->units : 1;
  for (size_t k = plan->single_count; k < plan->step_count; k++) {
    const bool is_loss = k + 1 == plan->step_count;
    const size_t units = is_loss ? 1 : output_of(&steps[k])->count / plan->rows;
    size_t b = 0;
    if (steps[k].is_copy)
      continue;
    while (b < GCHK_VARY_BUFFERS && free_from[b] > k)
      b++;
    if (b == GCHK_VARY_BUFFERS)
      return false;
    steps[k].buffer = b;
    free_from[b] = is_loss ? k + 1 : steps[k].last + 1;
    plan->buffer_count = b + 1 > plan->buffer_count ? b + 1 : plan->buffer_count;
    plan->widest = units > plan->widest ? units : plan->widest;
  }
  return true;
}

bool gchk_vary_plan_make(gchk_vary_plan *plan, const gchk_network *network, const gchk_tensor *tensor, size_t row,
                         gchk_vary_step *steps, size_t count) {
  *plan = (gchk_vary_plan){.rows = 0};
  if (count == 0)
    return false;
  if (begins_with_head(plan, steps, count, row)) {
    row = steps->node->slots[gchk_vary_output(steps)].row;
    start_at(plan, output_of(steps), steps + 1, count - 1);
    steps++;
  } else {
    if (!is_finite(tensor))
      return false;
    start_at(plan, tensor, steps, count);
    plan->head = (gchk_lane_head){.columns = plan->units};
  }
  if (!find_all_sources(row, steps, plan->step_count) || !ends_in_loss(network, steps, plan->step_count) ||
      !have_same_rows(plan) || plan->rows * plan->units >= UINT32_MAX)
    return false;
  gchk_vary_step first = {.value = 0};
  count_reads(&first, steps, plan->step_count);
  const size_t last = find_singles(plan, &first);
  find_changes(plan, steps);
  find_couplings(plan);
  find_spread(plan);
  return find_buffers(plan, steps, last);
}
