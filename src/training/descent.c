/* Minibatches, steps and accuracy of one instance. */
#include "training/descent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/random.h"

struct gchk_descent {
  gchk_instance *instance;
  const gchk_data_set *data;
  gchk_optimiser *optimiser;
  gchk_random random;
  size_t batch;
  size_t *rows;          // of the minibatch
  double *row;           // room for the longest of a value
  size_t *order;         // a shuffle of all rows
  size_t used;           // of the shuffle, in this epoch
  size_t scores, target; // tensors; NO_TENSOR: not a classification
};

enum { NO_TENSOR = -1, AHEAD = 2 };

static bool is_none(size_t tensor) {
  return tensor == (size_t)NO_TENSOR;
}

/* Every value of the data set is one that is read, with a row a sample. *batch is the number of rows of all of them. */
static gchk_status fit(const gchk_instance *instance, const gchk_data_set *data, size_t *batch, gchk_error *error) {
  for (size_t s = 0; s < data->count; s++) {
    const gchk_samples *samples = &data->samples[s];
    const size_t i = gchk_instance_find(instance, samples->name);
    char shape[128];
    if (i == instance->tensor_count)
      return gchk_fail(error, GCHK_INVALID, "%s reads no value %s, which there are data for", instance->layer->name,
                       samples->name);
    const gchk_tensor *t = &instance->t[i];
    if (t->role != GCHK_INPUT && t->role != GCHK_CONSTANT && t->role != GCHK_INDEX)
      return gchk_fail(error, GCHK_INVALID, "%s is a tensor of role %s; data are for inputs, constants and indices",
                       t->name, gchk_role_name(t->role));
    if (t->shape.rank == 0 || t->shape.dim[0] * samples->width != t->count)
      return gchk_fail(error, GCHK_INVALID, "%s is %s, but a row of its data has %zu numbers", t->name,
                       gchk_shape_format(&t->shape, shape, sizeof shape), samples->width);
    if (s > 0 && t->shape.dim[0] != *batch)
      return gchk_fail(error, GCHK_INVALID, "%s has %zu rows, but %s has %zu; a batch has as many of each", t->name,
                       t->shape.dim[0], data->samples[0].name, *batch);
    *batch = t->shape.dim[0];
  }
  if (data->count == 0 || data->rows == 0)
    return gchk_fail(error, GCHK_INVALID, "there are no data to train %s on", instance->layer->name);
  return GCHK_OK;
}

/* What the last node reads: scores (N, classes) that the network computes, and a target: as many weights or N labels */
static void find_classes(gchk_descent *descent) {
  const gchk_instance *instance = descent->instance;
  const gchk_graph *graph = instance->layer->graph;
  descent->scores = descent->target = (size_t)NO_TENSOR;
  if (graph == NULL || graph->node_count == 0)
    return;
  const gchk_graph_node *last = &graph->nodes[graph->node_count - 1];
  for (size_t k = 0; k < last->input_count && is_none(descent->scores); k++) {
    const gchk_tensor *t = &instance->t[last->inputs[k]];
    if (t->role == GCHK_CACHE && t->shape.rank == 2 && t->shape.dim[0] == descent->batch)
      descent->scores = last->inputs[k];
  }
  for (size_t k = 0; k < last->input_count && !is_none(descent->scores); k++) {
    const gchk_tensor *t = &instance->t[last->inputs[k]], *scores = &instance->t[descent->scores];
    const bool is_label = t->role == GCHK_INDEX && t->count == descent->batch;
    const bool is_row = t->role == GCHK_CONSTANT && t->shape.rank == 2 && t->count == scores->count;
    if (is_label || is_row)
      descent->target = last->inputs[k];
  }
}

static size_t longest_row(const gchk_instance *instance) {
  size_t longest = 0;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    const size_t width = t->shape.rank > 0 ? t->count / t->shape.dim[0] : 0;
    longest = width > longest ? width : longest;
  }
  return longest;
}

gchk_status gchk_descent_new(gchk_descent **result, gchk_instance *instance, const gchk_data_set *data,
                             const gchk_optimiser_kind *kind, double rate, uint64_t seed, gchk_error *error) {
  *result = NULL;
  size_t batch = 0;
  GCHK_TRY(fit(instance, data, &batch, error));
  if (gchk_instance_output_count(instance) != 1)
    return gchk_fail(error, GCHK_INVALID, "%s puts out %zu numbers; what is trained puts out one, the loss",
                     instance->layer->name, gchk_instance_output_count(instance));
  gchk_descent *descent = gchk_calloc(1, sizeof *descent);
  if (descent == NULL)
    return gchk_fail_memory(error, "training");
  descent->instance = instance;
  descent->data = data;
  descent->batch = batch;
  descent->random = gchk_random_stream(seed, "train");
  descent->rows = gchk_calloc(batch, sizeof *descent->rows);
  descent->row = gchk_calloc(longest_row(instance), sizeof *descent->row);
  descent->order = gchk_calloc(data->rows, sizeof *descent->order);
  descent->used = data->rows;
  gchk_status status = descent->rows == NULL || descent->row == NULL || descent->order == NULL
                           ? gchk_fail_memory(error, "a minibatch")
                           : GCHK_OK;
  if (status == GCHK_OK)
    status = gchk_optimiser_new(&descent->optimiser, kind, rate, instance, error);
  if (status != GCHK_OK) {
    gchk_descent_free(descent);
    return status;
  }
  find_classes(descent);
  *result = descent;
  return GCHK_OK;
}

void gchk_descent_free(gchk_descent *descent) {
  if (descent == NULL)
    return;
  gchk_optimiser_free(descent->optimiser);
  free(descent->rows);
  free(descent->row);
  free(descent->order);
  free(descent);
}

size_t gchk_descent_batch(const gchk_descent *descent) {
  return descent->batch;
}

double gchk_descent_rate(const gchk_descent *descent) {
  return gchk_optimiser_rate(descent->optimiser);
}

static void copy_row(const gchk_tensor *t, size_t to, const double *from, size_t width) {
  if (t->dtype == GCHK_F64) {
    memcpy((double *)t->value + to * width, from, width * sizeof *from);
  } else if (t->dtype == GCHK_F32) {
    float *value = (float *)t->value + to * width;
    for (size_t k = 0; k < width; k++)
      value[k] = (float)from[k];
  } else {
    int32_t *value = (int32_t *)t->value + to * width;
    for (size_t k = 0; k < width; k++)
      value[k] = (int32_t)from[k];
  }
}

static void load_row(const gchk_descent *descent, const gchk_tensor *t, size_t to, const gchk_samples *samples,
                     size_t from) {
  const size_t width = samples->width;
  if (samples->values != NULL) {
    copy_row(t, to, samples->values + from * width, width);
  } else if (t->dtype == GCHK_F64) {
    gchk_samples_row(samples, from, (double *)t->value + to * width);
  } else {
    gchk_samples_row(samples, from, descent->row);
    copy_row(t, to, descent->row, width);
  }
}

/* Asks for a row of bytes that is read soon: rows come in any order, from more memory than caches hold. */
static void expect_row(const gchk_samples *samples, size_t row) {
#ifdef __GNUC__
  enum { CACHE_LINE = 64 };
  if (samples->values == NULL && samples->classes == 0)
    for (size_t k = 0; k < samples->width; k += CACHE_LINE)
      __builtin_prefetch(samples->bytes + row * samples->width + k);
#else
  (void)samples, (void)row;
#endif
}

static void load_rows(const gchk_descent *descent, const gchk_data_set *data) {
  const gchk_instance *instance = descent->instance;
  for (size_t s = 0; s < data->count; s++) {
    const gchk_samples *samples = &data->samples[s];
    const gchk_tensor *t = &instance->t[gchk_instance_find(instance, samples->name)];
    for (size_t n = 0; n < descent->batch; n++) {
      if (n + AHEAD < descent->batch)
        expect_row(samples, descent->rows[n + AHEAD]);
      load_row(descent, t, n, samples, descent->rows[n]);
    }
  }
}

static gchk_status set_mode(gchk_instance *instance, gchk_mode mode, gchk_error *error) {
  instance->call.mode = mode;
  return instance->layer->set_mode == NULL ? GCHK_OK : instance->layer->set_mode(&instance->call, error);
}

/* What backward adds to, or works in, starts from zero. What it overwrites needs no memset of its own. */
static void clear_gradients(const gchk_instance *instance) {
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].grad != NULL && instance->layer->tensors[i].grad != GCHK_GRAD_OVERWRITE)
      memset(instance->t[i].grad, 0, instance->grads[i].bytes);
}

/* The rows of an epoch come in a random order, each once (Fisher and Yates). */
static void shuffle(gchk_descent *descent) {
  const size_t count = descent->data->rows;
  for (size_t i = 0; i < count; i++)
    descent->order[i] = i;
  for (size_t i = count; i-- > 1;) {
    const size_t j = gchk_random_below(&descent->random, i + 1), row = descent->order[i];
    descent->order[i] = descent->order[j];
    descent->order[j] = row;
  }
  descent->used = 0;
}

gchk_status gchk_descent_step(gchk_descent *descent, double *loss, gchk_error *error) {
  static const double one = 1;
  gchk_instance *instance = descent->instance;
  for (size_t n = 0; n < descent->batch; n++) {
    if (descent->used == descent->data->rows)
      shuffle(descent);
    descent->rows[n] = descent->order[descent->used++];
  }
  load_rows(descent, descent->data);
  if (instance->call.mode != GCHK_TRAIN)
    GCHK_TRY(set_mode(instance, GCHK_TRAIN, error));
  instance->call.seed = gchk_random_bits(&descent->random);
  GCHK_TRY(gchk_instance_forward(instance, error));
  GCHK_TRY(gchk_instance_outputs(instance, loss, error));
  clear_gradients(instance);
  gchk_instance_set_upstream(instance, &one);
  GCHK_TRY(gchk_instance_backward(instance, error));
  gchk_optimiser_step_once(descent->optimiser, instance);
  return GCHK_OK;
}

/* The first of the largest. */
static size_t largest_of(const gchk_tensor *t, size_t row, size_t classes) {
  size_t largest = 0;
  for (size_t c = 1; c < classes; c++)
    if (gchk_tensor_get(t, t->value, row * classes + c) > gchk_tensor_get(t, t->value, row * classes + largest))
      largest = c;
  return largest;
}

static bool is_right(const gchk_descent *descent, size_t row) {
  const gchk_tensor *scores = &descent->instance->t[descent->scores], *target = &descent->instance->t[descent->target];
  const size_t classes = scores->shape.dim[1], found = largest_of(scores, row, classes);
  if (target->role == GCHK_INDEX)
    return gchk_tensor_get(target, target->value, row) == (double)found;
  return largest_of(target, row, classes) == found;
}

gchk_status gchk_descent_accuracy(gchk_descent *descent, const gchk_data_set *data, double *accuracy,
                                  gchk_error *error) {
  gchk_instance *instance = descent->instance;
  size_t right = 0, batch = 0;
  *accuracy = (double)NAN;
  GCHK_TRY(fit(instance, data, &batch, error));
  if (is_none(descent->scores) || is_none(descent->target))
    return GCHK_OK;
  GCHK_TRY(set_mode(instance, GCHK_EVAL, error));
  for (size_t from = 0; from < data->rows; from += batch) {
    // The last batch is filled up with its last row, which is counted once.
    const size_t count = data->rows - from < batch ? data->rows - from : batch;
    for (size_t n = 0; n < batch; n++)
      descent->rows[n] = from + (n < count ? n : count - 1);
    load_rows(descent, data);
    GCHK_TRY(gchk_instance_forward(instance, error));
    for (size_t n = 0; n < count; n++)
      right += is_right(descent, n);
  }
  *accuracy = (double)right / (double)data->rows;
  return GCHK_OK;
}
