/*
 * Probe: a batch against its samples one by one.
 *
 * Only where the table says which size is the batch (batch_size.h). Where the outputs of a batch are those of its
 * samples (or its loss their sum or mean), so must be the gradients:
 *
 *     dx[n] = dx of sample n alone,   dw = sum_n dw of sample n alone      (times 1/B for a mean)
 *
 * Where the outputs differ the samples are coupled (batch statistics, a mask over the batch), and nothing is asked.
 * That outputs agree at one point may be an accident of its values (equal rows, which batch statistics leave at 0 in
 * any batch; a loss of 0, the sum of its parts as well as their mean), so before a layer is blamed they are compared at
 * two other points, where all inputs of the samples are moved. And agreement to within rounding may be none (a mean
 * weighted by the samples, the root of a mean): where the element that is blamed is moved, the outputs must change as
 * those of the samples do, to a part of what the gradients differ by.
 */
#include "probe/probe_batch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calls/probe_spread.h"
#include "core/memory.h"
#include "instance/move.h"
#include "instance/roles.h"
#include "measure/variable.h"
#include "numeric/stencil.h"
#include "probe/batch_size.h"

/*
 * Elements of gradients of single samples that are cleared, read and added: a few seconds. A batch of more is not
 * compared, and that is said.
 */
static const double most_work = 1 << 28;

typedef struct batch {
  gchk_probe *probe;
  const char *name; /* "B" */
  size_t size;
  gchk_instance *whole, *one;
  bool is_loss;         /* the outputs have no batch: a scalar */
  bool is_sum, is_mean; /* what the outputs so far may be of those of the samples; both false: neither */
  double *y_sample;     /* outputs of one sample */
  double *loss;         /* of every sample */
  double tolerance;     /* of the outputs of one, beside those in the batch */
  double *v_sample;
  gchk_gradients sample;   /* gradients of one sample */
  gchk_gradients expected; /* of the batch, as the samples give them, but for the factor of a mean */
  double *nearest;         /* by tensor: how far the gradient is from that of the sample which is nearest to it, */
  size_t *only;            /* and which one that is, */
  double factor;           /* times this factor */
  double of_all, of_one;   /* what rounding may change of a sum over the samples, and of one's own gradient */
} batch;

static bool is_sliced(const batch *b, size_t i) {
  return gchk_size_leads(b->name, b->whole->layer->tensors[i].shape);
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

static void expect_outputs(batch *b, const double *y) {
  b->tolerance = gchk_probe_reordering(b->probe) * largest_of(y, b->probe->work->output_count);
}

// The outputs of sample n alone; *agrees: they are those in the batch, y, which are expected (for a loss: not asked
// here).
static gchk_status run_sample(batch *b, size_t n, const double *y, bool *agrees, gchk_error *error) {
  const size_t m = gchk_instance_output_count(b->one);
  load_sample(b, n);
  GCHK_TRY(gchk_instance_forward(b->one, error));
  GCHK_TRY(gchk_instance_outputs(b->one, b->y_sample, error));
  *agrees = true;
  if (b->is_loss) {
    b->loss[n] = b->y_sample[0];
    return GCHK_OK;
  }
  slice_outputs(b, n, y, b->v_sample);
  *agrees = gchk_first_difference(b->v_sample, b->y_sample, m, b->tolerance) == m;
  return GCHK_OK;
}

// The upstream gradient of sample n.
static void slice_upstream(batch *b, size_t n) {
  if (b->is_loss)
    b->v_sample[0] = b->probe->upstream[0];
  else
    slice_outputs(b, n, b->probe->upstream, b->v_sample);
}

static gchk_status sample_gradients(batch *b, size_t n, gchk_error *error) {
  slice_upstream(b, n);
  GCHK_TRY(gchk_probe_backward(b->probe, b->one, b->v_sample, NULL, "backward of one sample", error));
  gchk_gradients_read(b->one, &b->sample);
  return GCHK_OK;
}

// The loss y of the batch is the sum of the samples', or their mean: what it is not is ruled out.
static void rule_out(batch *b, double y) {
  if (!b->is_loss)
    return;
  double sum = 0, size = 0;
  for (size_t n = 0; n < b->size; n++) {
    sum += b->loss[n];
    size += fabs(b->loss[n]);
  }
  const double slack = gchk_probe_reordering(b->probe) * size;
  b->is_sum = b->is_sum && fabs(y - sum) <= slack;
  b->is_mean = b->is_mean && fabs(y - sum / (double)b->size) <= slack / (double)b->size;
}

static double factor_of(const batch *b) {
  return b->is_sum || !b->is_mean ? 1 : 1 / (double)b->size;
}

// Adds the gradients of sample n to what the batch should have, but for the factor, which is known later.
static void take_sample(batch *b, size_t n) {
  const double factor = b->factor = factor_of(b);
  for (size_t i = 0; i < b->whole->tensor_count; i++) {
    const double *found = b->probe->base.of[i], *one = b->sample.of[i];
    const size_t count = b->one->t[i].count;
    double *expected = b->expected.of[i], distance = 0;
    if (found == NULL)
      continue;
    if (is_sliced(b, i)) {
      memcpy(expected + n * count, one, count * sizeof *expected);
      continue;
    }
    for (size_t k = 0; k < count; k++) {
      expected[k] += one[k];
      distance = fmax(distance, fabs(found[k] - factor * one[k]));
    }
    if (n == 0 || distance <= b->nearest[i]) {
      b->nearest[i] = distance;
      b->only[i] = n;
    }
  }
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

static double tolerance_of(const batch *b, size_t i) {
  return is_sliced(b, i) ? b->of_one : b->of_all;
}

// What rounding explains of element k: of several times as many additions as the limits are of.
static double allowed(const batch *b, size_t i, size_t k) {
  static const double sums = 5;
  return tolerance_of(b, i) + sums * b->probe->limits.gradient[i][k];
}

// The first element of tensor i that differs from what the samples give; with the limits once they are known.
static size_t first_inconsistent(const batch *b, size_t i, bool has_limits) {
  const size_t count = b->whole->t[i].count;
  const double tolerance = tolerance_of(b, i);
  size_t k = 0;
  for (; k < count; k++) {
    const double expected = factor_of(b) * b->expected.of[i][k];
    const double slack = has_limits ? allowed(b, i, k) : tolerance;
    if (isfinite(expected) && !(fabs(b->probe->base.of[i][k] - expected) <= slack))
      break;
  }
  return k;
}

static bool is_inconsistent(const batch *b) {
  for (size_t i = 0; i < b->whole->tensor_count; i++)
    if (b->probe->base.of[i] != NULL && first_inconsistent(b, i, false) < b->whole->t[i].count)
      return true;
  return false;
}

/* Outputs of the batch, and of the samples that an element belongs to, by themselves. */
typedef struct outputs {
  double *whole, *samples;
  size_t first, last; /* samples */
} outputs;

static bool make_outputs(const batch *b, size_t i, size_t k, outputs *o) {
  gchk_arena *arena = b->probe->arena;
  *o = (outputs){.last = b->size - 1};
  if (is_sliced(b, i))
    o->first = o->last = k / b->one->t[i].count;
  o->whole = gchk_arena_alloc(arena, b->probe->work->output_count, sizeof *o->whole);
  o->samples =
      gchk_arena_alloc(arena, (o->last - o->first + 1) * gchk_instance_output_count(b->one), sizeof *o->samples);
  return o->whole != NULL && o->samples != NULL;
}

static gchk_status take_outputs(batch *b, const outputs *o, gchk_error *error) {
  const size_t m = gchk_instance_output_count(b->one);
  bool agrees;
  GCHK_TRY(gchk_instance_forward(b->whole, error));
  GCHK_TRY(gchk_instance_outputs(b->whole, o->whole, error));
  for (size_t n = o->first; n <= o->last; n++) {
    GCHK_TRY(run_sample(b, n, o->whole, &agrees, error));
    memcpy(o->samples + (n - o->first) * m, b->y_sample, m * sizeof *o->samples);
  }
  return GCHK_OK;
}

/* By how much more the batch changes than its samples do; and what rounding of their outputs makes of that at least. */
static double difference_of(batch *b, const outputs *up, const outputs *down) {
  const size_t m = gchk_instance_output_count(b->one);
  double of_samples = 0, size = 0;
  for (size_t n = up->first; n <= up->last; n++) {
    const double *above = up->samples + (n - up->first) * m, *below = down->samples + (n - up->first) * m;
    slice_upstream(b, n);
    of_samples += factor_of(b) * gchk_project(b->v_sample, above, below, m);
    for (size_t j = 0; j < m; j++)
      size += factor_of(b) * fabs(b->v_sample[j]) * (fabs(above[j]) + fabs(below[j]));
  }
  const double of_batch = gchk_project(b->probe->upstream, up->whole, down->whole, b->probe->work->output_count);
  return fabs(of_batch - of_samples) + b->probe->unit * size;
}

/*
 * The premise, of element k of tensor i: moved by h, the outputs of the batch change as those of its samples do, to a
 * quarter of what the gradients differ by times h. Where rounding hides that at each of three steps, nothing is shown.
 * Costs six forwards of the batch, and as many of each sample that the element belongs to.
 */
static gchk_status outputs_move_alike(batch *b, size_t i, size_t k, bool *alike, gchk_error *error) {
  static const double steps[] = {0x1p-3, 0x1p-6, 0x1p-9}, part = 0.25;
  const gchk_tensor *t = &b->whole->t[i];
  const double apart = fabs(b->probe->base.of[i][k] - factor_of(b) * b->expected.of[i][k]);
  const double x = gchk_tensor_get(t, t->value, k), scale = gchk_scale_of(x, gchk_root_mean_square(t));
  outputs up, down;
  *alike = false;
  if (!make_outputs(b, i, k, &up) || !make_outputs(b, i, k, &down))
    return gchk_fail_memory(error, "the probes");
  for (size_t s = 0; s < sizeof steps / sizeof steps[0] && !*alike; s++) {
    gchk_error ignored; // where the layer cannot be called it says nothing
    if (!gchk_tensor_holds(t, x + steps[s] * scale) || !gchk_tensor_holds(t, x - steps[s] * scale))
      continue;
    gchk_tensor_set(t, t->value, k, x + steps[s] * scale);
    const double above = gchk_tensor_get(t, t->value, k);
    gchk_status status = take_outputs(b, &up, &ignored);
    gchk_tensor_set(t, t->value, k, x - steps[s] * scale);
    const double way = above - gchk_tensor_get(t, t->value, k);
    if (status == GCHK_OK)
      status = take_outputs(b, &down, &ignored);
    gchk_probe_restore(b->probe);
    if (status == GCHK_NO_MEMORY)
      return gchk_fail_memory(error, "the probes");
    *alike = status == GCHK_OK && difference_of(b, &up, &down) <= part * apart * way;
  }
  return GCHK_OK;
}

static gchk_status report_tensor(batch *b, size_t i, gchk_error *error) {
  const size_t k = first_inconsistent(b, i, true);
  bool alike;
  if (k == b->whole->t[i].count)
    return GCHK_OK;
  GCHK_TRY(outputs_move_alike(b, i, k, &alike, error));
  if (!alike)
    return GCHK_OK;
  char what[96] = "";
  if (!is_sliced(b, i) && factor_of(b) == b->factor && b->nearest[i] <= b->of_all)
    (void)snprintf(what, sizeof what, ": it is the contribution of sample %zu alone", b->only[i]);
  report(b, i, k, b->probe->base.of[i][k], factor_of(b) * b->expected.of[i][k], what);
  return GCHK_OK;
}

// All inputs that have a batch, by an eighth of their size: rows that were equal no longer are.
static void move_samples(const batch *b) {
  static const double amount = 0.125;
  for (size_t i = 0; i < b->whole->tensor_count; i++) {
    const gchk_tensor *t = &b->whole->t[i];
    if (t->role != GCHK_INPUT || t->dtype == GCHK_I32 || !is_sliced(b, i))
      continue;
    gchk_probe_move(b->probe, b->whole, i, amount, true);
  }
}

// One other point: do the outputs there agree too?
static gchk_status agree_elsewhere(batch *b, double *y, bool *agree, gchk_error *error) {
  move_samples(b);
  GCHK_TRY(gchk_instance_forward(b->whole, error));
  GCHK_TRY(gchk_instance_outputs(b->whole, y, error));
  *agree = true;
  expect_outputs(b, y);
  for (size_t n = 0; n < b->size && *agree; n++)
    GCHK_TRY(run_sample(b, n, y, agree, error));
  for (size_t j = 0; j < b->probe->work->output_count; j++)
    *agree = *agree && isfinite(y[j]);
  rule_out(b, y[0]);
  *agree = *agree && b->is_sum != b->is_mean;
  return GCHK_OK;
}

static gchk_status are_independent(batch *b, bool *answer, gchk_error *error) {
  enum { POINTS = 2 };
  double *y = gchk_arena_alloc(b->probe->arena, b->probe->work->output_count, sizeof *y);
  if (y == NULL)
    return gchk_fail_memory(error, "the probes");
  *answer = true;
  gchk_status status = GCHK_OK;
  for (int p = 0; p < POINTS && *answer && status == GCHK_OK; p++) {
    gchk_probe_restore(b->probe);
    status = agree_elsewhere(b, y, answer, error);
  }
  gchk_probe_restore(b->probe);
  return status;
}

static bool make_room(batch *b) {
  gchk_arena *arena = b->probe->arena;
  const size_t m = gchk_instance_output_count(b->one), tensors = b->whole->tensor_count;
  b->y_sample = gchk_arena_alloc(arena, m, sizeof *b->y_sample);
  b->v_sample = gchk_arena_alloc(arena, m, sizeof *b->v_sample);
  b->loss = gchk_arena_alloc(arena, b->size, sizeof *b->loss);
  b->nearest = gchk_arena_alloc(arena, tensors, sizeof *b->nearest);
  b->only = gchk_arena_alloc(arena, tensors, sizeof *b->only);
  return b->y_sample != NULL && b->v_sample != NULL && b->loss != NULL && b->nearest != NULL && b->only != NULL;
}

// Whether the loss of a batch is the sum or the mean of its samples' is known when all of them are.
static bool is_loss_of_samples(batch *b) {
  for (size_t n = 0; n < b->size && b->is_loss; n++) {
    bool agrees;
    if (run_sample(b, n, b->probe->work->y, &agrees, NULL) != GCHK_OK)
      return false;
  }
  rule_out(b, b->probe->work->y[0]);
  return b->is_sum || b->is_mean;
}

static gchk_status run(batch *b, gchk_error *error) {
  gchk_probe *probe = b->probe;
  if (!make_room(b))
    return gchk_fail_memory(error, "the probes");
  GCHK_TRY(gchk_gradients_new(probe, b->one, &b->sample, error));
  GCHK_TRY(gchk_gradients_new(probe, b->whole, &b->expected, error));
  const double whole = gchk_probe_tolerance(probe, b->whole, &probe->base);
  double largest = 0;
  b->of_all = whole;
  if (!is_loss_of_samples(b))
    return GCHK_OK;
  expect_outputs(b, probe->work->y);
  for (size_t n = 0; n < b->size; n++) {
    bool agrees = false;
    // A batch of one is not something that every layer takes.
    if (run_sample(b, n, probe->work->y, &agrees, NULL) != GCHK_OK || !agrees ||
        sample_gradients(b, n, NULL) != GCHK_OK)
      return GCHK_OK;
    const double one = gchk_probe_tolerance(probe, b->one, &b->sample);
    b->of_all += one;
    largest = fmax(largest, one);
    take_sample(b, n);
  }
  b->of_one = whole + largest;
  bool is_premise = true;
  if (!is_inconsistent(b))
    return GCHK_OK;
  GCHK_TRY(gchk_probe_find_limits(probe, error));
  GCHK_TRY(are_independent(b, &is_premise, error));
  for (size_t i = 0; i < b->whole->tensor_count && is_premise; i++)
    if (probe->base.of[i] != NULL)
      GCHK_TRY(report_tensor(b, i, error));
  return GCHK_OK;
}

// The elements of a sample's gradients, times the samples.
static bool is_too_much(const batch *b) {
  double elements = 0;
  for (size_t i = 0; i < b->one->tensor_count; i++)
    elements += b->probe->base.of[i] != NULL ? (double)b->one->t[i].count : 0;
  return elements * (double)b->size > most_work;
}

gchk_status gchk_probe_batch(gchk_probe *probe, gchk_error *error) {
  const gchk_layer *layer = probe->instance->layer;
  batch b = {.probe = probe, .whole = probe->instance, .is_sum = true};
  if (!probe->is_repeatable || !gchk_find_batch_size(probe->instance, &b.name, &b.size, &b.is_loss))
    return GCHK_OK;
  b.is_mean = b.is_loss;
  // Without upstream gradients each sample's part of the loss is not known.
  bool is_unknown = !b.is_loss && (layer->flags & GCHK_IGNORES_UPSTREAM) != 0;
  if (b.size < 2 || is_unknown || (b.is_loss && probe->work->output_count != 1))
    return GCHK_OK;
  gchk_sizes sizes = probe->instance->sizes;
  for (size_t i = 0; i < sizes.count; i++)
    if (strcmp(sizes.binding[i].name, b.name) == 0)
      sizes.binding[i].value = 1;
  const gchk_call *call = &probe->instance->call;
  gchk_status status = gchk_instance_new(&b.one, layer, &sizes, probe->instance->options, call->mode, call->seed, NULL);
  if (status != GCHK_OK)
    return status == GCHK_NO_MEMORY ? gchk_fail_memory(error, "a batch of one") : GCHK_OK;
  if (is_too_much(&b))
    gchk_probe_note_part(probe,
                         "the batch of %s=%zu was not compared with its samples one by one, which would take long",
                         b.name, b.size);
  else
    status = run(&b, error);
  gchk_instance_free(b.one);
  return status;
}
