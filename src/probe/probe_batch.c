/*
 * Probe: a batch against its samples one by one.
 *
 * Only where the table says which size is the batch: one named B or N that leads the shapes of the first input and of
 * the outputs (or the output is a scalar loss), and is nowhere else but in front. Where the outputs of a batch are
 * those of its samples (or its loss their sum or mean), so must be the gradients:
 *
 *     dx[n] = dx of sample n alone,   dw = sum_n dw of sample n alone      (times 1/B for a mean)
 *
 * Where the outputs differ the samples are coupled (batch statistics, a mask over the batch), and nothing is asked.
 */
#include "probe/probe_batch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "instance/roles.h"
#include "probe/probe_watch.h"

enum { LARGEST_BATCH = 128 };

typedef struct batch {
  gchk_probe *probe;
  const char *name; /* "B" */
  size_t size;
  gchk_instance *whole, *one;
  bool is_loss;     /* the outputs have no batch: a scalar */
  double *y_sample; /* outputs of one sample */
  double *loss;     /* of every sample */
  double *v_sample;
  gchk_gradients *sample; /* gradients, one set a sample */
} batch;

typedef struct mention {
  const char *name;
  size_t count;
} mention;

static void count_mention(void *context, const char *name, bool is_list) {
  mention *m = context;
  (void)is_list;
  m->count += strcmp(m->name, name) == 0;
}

typedef enum place { NOWHERE, LEADS, ELSEWHERE } place;

// Where a size stands in a shape: LEADS only when it is the whole first dimension and nothing else mentions it.
static place place_of(const char *name, const char *shape) {
  mention m = {name, 0};
  if (gchk_sizes_scan(shape, count_mention, &m, NULL) != GCHK_OK)
    return ELSEWHERE;
  if (m.count == 0)
    return NOWHERE;
  size_t length = strlen(name);
  bool is_first = strncmp(shape, name, length) == 0 && (shape[length] == '\0' || shape[length] == ' ');
  return is_first && m.count == 1 ? LEADS : ELSEWHERE;
}

static bool is_batch_name(const gchk_layer *layer, const char *name, bool *is_loss) {
  const gchk_tensor_spec *first_input = NULL;
  size_t outputs = 0, batched = 0;
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &layer->tensors[i];
    place p = place_of(name, row->shape);
    if (first_input == NULL && row->role == GCHK_INPUT)
      first_input = row;
    if (p == ELSEWHERE && row->role != GCHK_CACHE && row->role != GCHK_SCRATCH)
      return false;
    if (p == LEADS && row->role == GCHK_PARAMETER)
      return false;
    if (row->role == GCHK_OUTPUT) {
      outputs++;
      batched += p == LEADS;
    }
  }
  if (first_input == NULL || place_of(name, first_input->shape) != LEADS)
    return false;
  *is_loss = batched == 0;
  return batched == outputs || batched == 0;
}

static bool is_sliced(const batch *b, size_t i) {
  return place_of(b->name, b->whole->layer->tensors[i].shape) == LEADS;
}

static void load_sample(const batch *b, size_t n) {
  for (size_t i = 0; i < b->whole->tensor_count; i++) {
    const gchk_tensor *from = &b->whole->t[i];
    if (!gchk_role_is_given(from->role))
      continue;
    size_t bytes = b->one->values[i].bytes;
    const unsigned char *source = from->value;
    memcpy(b->one->t[i].value, source + (is_sliced(b, i) ? n * bytes : 0), bytes);
  }
}

// Copies the outputs' part of sample n out of (or, for v, out of the upstream gradient of) the whole batch.
static void slice_outputs(const batch *b, size_t n, const double *whole, double *sample) {
  for (size_t i = 0; i < b->whole->tensor_count; i++) {
    if (b->whole->t[i].role != GCHK_OUTPUT)
      continue;
    size_t part = b->one->t[i].count;
    memcpy(sample, whole + n * part, part * sizeof *sample);
    whole += b->whole->t[i].count;
    sample += part;
  }
}

static double largest_of(const double *x, size_t count) {
  double largest = 0;
  for (size_t i = 0; i < count; i++)
    largest = fmax(largest, fabs(x[i]));
  return largest;
}

// Runs sample n alone; *agrees: its outputs are those in the batch (for a loss: not asked here).
static gchk_status run_sample(batch *b, size_t n, bool *agrees, gchk_error *error) {
  const gchk_case_work *work = b->probe->work;
  size_t m = gchk_instance_output_count(b->one);
  load_sample(b, n);
  GCHK_TRY(gchk_instance_forward(b->one, error));
  GCHK_TRY(gchk_instance_outputs(b->one, b->y_sample, error));
  *agrees = true;
  if (b->is_loss) {
    b->loss[n] = b->y_sample[0];
    b->v_sample[0] = b->probe->upstream[0];
  } else {
    double tolerance = gchk_probe_reordering(b->probe) * largest_of(work->y, work->output_count);
    slice_outputs(b, n, work->y, b->v_sample);
    *agrees = gchk_first_difference(b->v_sample, b->y_sample, m, tolerance) == m;
    slice_outputs(b, n, b->probe->upstream, b->v_sample);
  }
  if (!*agrees)
    return GCHK_OK;
  GCHK_TRY(gchk_probe_backward(b->probe, b->one, b->v_sample, NULL, "backward of one sample", error));
  gchk_gradients_read(b->one, &b->sample[n]);
  return GCHK_OK;
}

// The loss of the batch is the sum of the samples' (factor 1) or their mean (1/B); 0 for neither.
static double factor_of(const batch *b) {
  if (!b->is_loss)
    return 1;
  double sum = 0, size = 0;
  for (size_t n = 0; n < b->size; n++) {
    sum += b->loss[n];
    size += fabs(b->loss[n]);
  }
  double loss = b->probe->work->y[0], mean = sum / (double)b->size;
  double slack = gchk_probe_reordering(b->probe) * size;
  if (fabs(loss - sum) <= slack)
    return 1;
  return fabs(loss - mean) <= slack ? 1 / (double)b->size : 0;
}

// Which sample alone would explain the gradient of a parameter; the batch's size when none does.
static size_t only_sample(const batch *b, size_t i, double factor, double tolerance) {
  size_t count = b->whole->t[i].count, found = b->size;
  for (size_t n = 0; n < b->size; n++) {
    size_t k = 0;
    while (k < count && fabs(b->probe->base.of[i][k] - factor * b->sample[n].of[i][k]) <= tolerance)
      k++;
    if (k == count)
      found = n;
  }
  return found;
}

static void report(const batch *b, size_t i, size_t element, double found, double expected, const char *what) {
  const gchk_tensor *t = &b->whole->t[i];
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_probe_report(b->probe, GCHK_CODE_BATCH_INCONSISTENT, t->name,
                                            "the gradient of %s%s is %.9g in a batch of %s=%zu; the samples one by one "
                                            "give %.9g, although their outputs agree%s",
                                            t->name, gchk_index_format(&t->shape, element, index, sizeof index), found,
                                            b->name, b->size, expected, what);
  gchk_finding_list *list = &b->probe->work->findings;
  gchk_finding_number(list, finding, "index", (double)element);
  gchk_finding_number(list, finding, "batch", found);
  gchk_finding_number(list, finding, "samples", expected);
}

static void compare_sliced(const batch *b, size_t i, double factor, double tolerance) {
  size_t part = b->one->t[i].count;
  for (size_t k = 0; k < b->whole->t[i].count; k++) {
    double expected = factor * b->sample[k / part].of[i][k % part], found = b->probe->base.of[i][k];
    if (isfinite(expected) && !(fabs(found - expected) <= tolerance)) {
      report(b, i, k, found, expected, "");
      return;
    }
  }
}

static void compare_summed(const batch *b, size_t i, double factor, double tolerance) {
  for (size_t k = 0; k < b->whole->t[i].count; k++) {
    double expected = 0, found = b->probe->base.of[i][k];
    for (size_t n = 0; n < b->size; n++)
      expected += factor * b->sample[n].of[i][k];
    if (!isfinite(expected) || fabs(found - expected) <= tolerance)
      continue;
    size_t only = only_sample(b, i, factor, tolerance);
    char what[96] = "";
    if (only < b->size)
      (void)snprintf(what, sizeof what, ": it is the contribution of sample %zu alone", only);
    report(b, i, k, found, expected, what);
    return;
  }
}

static gchk_status run(batch *b, gchk_error *error) {
  gchk_probe *probe = b->probe;
  size_t m = gchk_instance_output_count(b->one);
  b->y_sample = gchk_arena_alloc(probe->arena, m, sizeof *b->y_sample);
  b->v_sample = gchk_arena_alloc(probe->arena, m, sizeof *b->v_sample);
  b->loss = gchk_arena_alloc(probe->arena, b->size, sizeof *b->loss);
  b->sample = gchk_arena_alloc(probe->arena, b->size, sizeof *b->sample);
  if (b->y_sample == NULL || b->v_sample == NULL || b->loss == NULL || b->sample == NULL)
    return gchk_fail_memory(error, "the probes");
  double tolerance = gchk_probe_tolerance(probe, b->whole, &probe->base);
  for (size_t n = 0; n < b->size; n++) {
    bool agrees;
    GCHK_TRY(gchk_gradients_new(probe, b->one, &b->sample[n], error));
    if (run_sample(b, n, &agrees, NULL) != GCHK_OK)
      return GCHK_OK; // a batch of one is not something that every layer takes
    if (!agrees)
      return GCHK_OK;
    tolerance += gchk_probe_tolerance(probe, b->one, &b->sample[n]);
  }
  double factor = factor_of(b);
  if (factor == 0)
    return GCHK_OK;
  for (size_t i = 0; i < b->whole->tensor_count; i++) {
    if (probe->base.of[i] == NULL)
      continue;
    if (is_sliced(b, i))
      compare_sliced(b, i, factor, tolerance);
    else
      compare_summed(b, i, factor, tolerance);
  }
  return GCHK_OK;
}

gchk_status gchk_probe_batch(gchk_probe *probe, gchk_error *error) {
  static const char *const names[] = {"B", "N"};
  const gchk_layer *layer = probe->instance->layer;
  batch b = {.probe = probe, .whole = probe->instance};
  if (!probe->is_repeatable)
    return GCHK_OK;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const gchk_size_binding *binding = gchk_sizes_find(&probe->instance->sizes, names[i]);
    bool is_loss;
    if (b.name == NULL && binding != NULL && !binding->is_list && is_batch_name(layer, names[i], &is_loss)) {
      b.name = names[i];
      b.size = binding->value;
      b.is_loss = is_loss;
    }
  }
  // A size called after the batch ("BT") would have to change with it.
  for (size_t i = 0; b.name != NULL && i < probe->instance->sizes.count; i++) {
    const char *other = probe->instance->sizes.binding[i].name;
    if (strcmp(other, b.name) != 0 && strstr(other, b.name) != NULL)
      return GCHK_OK;
  }
  // Without upstream gradients each sample's part of the loss is not known.
  bool is_unknown = !b.is_loss && (layer->flags & GCHK_IGNORES_UPSTREAM) != 0;
  if (b.name == NULL || b.size < 2 || b.size > LARGEST_BATCH || is_unknown ||
      (b.is_loss && probe->work->output_count != 1))
    return GCHK_OK;
  gchk_sizes sizes = probe->instance->sizes;
  for (size_t i = 0; i < sizes.count; i++)
    if (strcmp(sizes.binding[i].name, b.name) == 0)
      sizes.binding[i].value = 1;
  const gchk_call *call = &probe->instance->call;
  gchk_status status = gchk_instance_new(&b.one, layer, &sizes, probe->instance->options, call->mode, call->seed, NULL);
  if (status != GCHK_OK)
    return status == GCHK_NO_MEMORY ? gchk_fail_memory(error, "a batch of one") : GCHK_OK;
  status = run(&b, error);
  gchk_instance_free(b.one);
  return status;
}
