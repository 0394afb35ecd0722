/*
 * Probe: what was in the outputs, caches and scratch buffers before forward must not show in any result.
 *
 * They are filled with random numbers, then with NaN (integers: 0, then 1, so that nothing reads far away), and forward
 * and backward must give the same as before. An output element that still holds both patterns was never written. The
 * zones beside the buffers are painted: a result that changes has read beyond a buffer. With NaN first, which enters
 * sums and loses every comparison, then with numbers that win each maximum and each minimum.
 */
#include "probe/probe_poison.h"

#include <math.h>
#include <stdio.h>

#include "calls/probe_spread.h"
#include "core/memory.h"
#include "instance/roles.h"
#include "probe/row_padding.h"

typedef enum pattern { NUMBERS, NANS } pattern;

// A number that no sensible result equals by accident, different at every element.
static double number(size_t i, size_t k) {
  return (k % 2 == 0 ? 1 : -1) * (1000.5 + 7 * (double)i + (double)(k % 8191) / 64);
}

static void poison_tensor(const gchk_tensor *t, size_t i, pattern p) {
  for (size_t k = 0; k < t->count; k++) {
    double x = p == NUMBERS ? number(i, k) : (double)NAN;
    if (t->dtype == GCHK_I32)
      x = p == NUMBERS ? 0 : 1;
    gchk_tensor_set(t, t->value, k, x);
  }
}

static bool holds_pattern(const gchk_tensor *t, size_t i, size_t k, pattern p) {
  double x = gchk_tensor_get(t, t->value, k);
  return p == NANS ? isnan(x) : x == (t->dtype == GCHK_F32 ? (double)(float)number(i, k) : number(i, k));
}

typedef struct poisoning {
  gchk_probe *probe;
  unsigned char *unwritten; /* over the elements of the largest tensor, for one tensor */
  unsigned char *kept;      /* over the outputs: not written, for all that the patterns so far tell */
  bool is_clean;
} poisoning;

static void report_unwritten(poisoning *p, const gchk_tensor *t, size_t count) {
  gchk_probe *probe = p->probe;
  size_t first = 0;
  while (!p->unwritten[first])
    first++;
  if (gchk_is_row_padding(probe->instance, t, p->unwritten))
    return;
  p->is_clean = false;
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding =
      gchk_probe_report(probe, GCHK_CODE_UNWRITTEN_OUTPUT, t->name,
                        "forward leaves %zu of %zu elements of output %s as they were, the first at %s", count,
                        t->count, t->name, gchk_index_format(&t->shape, first, index, sizeof index));
  gchk_finding_number(&probe->work->findings, finding, "index", (double)first);
  gchk_finding_number(&probe->work->findings, finding, "unwritten", (double)count);
}

// After both patterns: which output elements held on to both.
static void note_kept(const gchk_instance *instance, unsigned char *kept, pattern p) {
  for (size_t i = 0, at = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->role != GCHK_OUTPUT)
      continue;
    for (size_t k = 0; k < t->count; k++, at++)
      kept[at] = (unsigned char)(holds_pattern(t, i, k, p) && (p == NUMBERS || kept[at]));
  }
}

// Does the result change when only tensor i is poisoned?
static gchk_status is_to_blame(gchk_probe *probe, size_t i, bool *answer, gchk_error *error) {
  gchk_instance *instance = probe->instance;
  gchk_variation change;
  gchk_probe_restore(probe);
  poison_tensor(&instance->t[i], i, NANS);
  GCHK_TRY(gchk_probe_forward(probe, instance, "poisoned forward", error));
  GCHK_TRY(gchk_instance_outputs(instance, probe->y, error));
  GCHK_TRY(gchk_probe_backward(probe, instance, probe->upstream, NULL, "backward after a poisoned forward", error));
  gchk_gradients_read(instance, &probe->other);
  GCHK_TRY(gchk_probe_compare(probe, probe->y, &probe->other, NULL, &change, error));
  *answer = change.is_there;
  return GCHK_OK;
}

static gchk_status report_read(gchk_probe *probe, const gchk_variation *change, gchk_error *error) {
  gchk_instance *instance = probe->instance;
  char result[2 * GCHK_INDEX_TEXT], index[GCHK_INDEX_TEXT];
  if (change->tensor == instance->tensor_count) {
    (void)snprintf(result, sizeof result, "output %zu", change->element);
  } else {
    const gchk_tensor *t = &instance->t[change->tensor];
    (void)snprintf(result, sizeof result, "the gradient of %.60s%s", t->name,
                   gchk_index_format(&t->shape, change->element, index, sizeof index));
  }
  for (size_t i = 0; i < instance->tensor_count; i++) {
    bool is_blamed = false;
    if (!gchk_role_is_made(instance->t[i].role))
      continue;
    GCHK_TRY(is_to_blame(probe, i, &is_blamed, error));
    if (!is_blamed)
      continue;
    gchk_finding *finding = gchk_probe_report(
        probe, GCHK_CODE_READS_UNWRITTEN, instance->t[i].name,
        "%s depends on what was in %s %s before forward: %.9g at first, %.9g with other contents; "
        "forward must write all "
        "that it or backward reads",
        result, gchk_role_name(instance->t[i].role), instance->t[i].name, change->clean, change->found);
    gchk_finding_text(&probe->work->findings, finding, "result", "%s", result);
    return GCHK_OK;
  }
  (void)gchk_probe_report(
      probe, GCHK_CODE_READS_UNWRITTEN, NULL,
      "%s depends on what was in the output and cache buffers before forward: %.9g at first, %.9g with other "
      "contents; forward must write all that it or backward reads",
      result, change->clean, change->found);
  return GCHK_OK;
}

static gchk_status run_pattern(gchk_probe *probe, pattern p, unsigned char *kept, gchk_error *error) {
  gchk_instance *instance = probe->instance;
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (gchk_role_is_made(instance->t[i].role))
      poison_tensor(&instance->t[i], i, p);
  GCHK_TRY(gchk_probe_forward(probe, instance, "forward into poisoned buffers", error));
  GCHK_TRY(gchk_instance_outputs(instance, probe->y, error));
  if (instance->layer->loss == NULL)
    note_kept(instance, kept, p);
  GCHK_TRY(gchk_probe_backward(probe, instance, probe->upstream, NULL, "backward after poisoned buffers", error));
  gchk_gradients_read(instance, &probe->other);
  return GCHK_OK;
}

static void report_all_unwritten(poisoning *p) {
  const gchk_instance *instance = p->probe->instance;
  for (size_t i = 0, at = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->role != GCHK_OUTPUT)
      continue;
    size_t count = 0;
    for (size_t k = 0; k < t->count; k++)
      count += p->unwritten[k] = p->kept[at + k];
    if (count > 0)
      report_unwritten(p, t, count);
    at += t->count;
  }
}

/* Bytes that are the same number in every real type. As an integer the first is -1, and the others far from any index:
 * these stay away from integers. */
static const struct beside {
  unsigned char byte;
  const char *meaning;
} besides[] = {{0xff, "NaN"}, {0x7f, "large numbers"}, {0xfe, "large negative numbers"}};
enum { BESIDES = sizeof besides / sizeof besides[0] };

// Paints the zones beside all buffers, and mends them again.
static gchk_status run_beside(gchk_probe *probe, unsigned char byte, gchk_error *error) {
  gchk_instance *instance = probe->instance;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (instance->t[i].dtype == GCHK_I32 && byte != besides[0].byte)
      continue;
    gchk_buffer_paint(&instance->values[i], byte);
    gchk_buffer_paint(&instance->grads[i], byte);
  }
  // Not watched: the zones are not what a watch expects.
  gchk_status status = gchk_instance_forward(instance, error);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(instance, probe->y, error);
  if (status == GCHK_OK) {
    gchk_instance_start_backward(instance, probe->upstream);
    status = gchk_instance_backward(instance, error);
  }
  for (size_t i = 0; i < instance->tensor_count; i++) {
    gchk_buffer_mend(&instance->values[i]);
    gchk_buffer_mend(&instance->grads[i]);
  }
  gchk_gradients_read(instance, &probe->other);
  gchk_probe_restore(probe);
  return status;
}

static void report_beyond(gchk_probe *probe, const gchk_variation *change, const char *meaning) {
  gchk_finding *finding;
  if (change->tensor == probe->instance->tensor_count) {
    finding = gchk_probe_report(probe, GCHK_CODE_READS_BEYOND_BUFFER, NULL,
                                "forward reads beyond a buffer: output %zu is %.9g, and %.9g with other bytes beside "
                                "the buffers (%s)",
                                change->element, change->clean, change->found, meaning);
    gchk_finding_number(&probe->work->findings, finding, "output", (double)change->element);
    return;
  }
  const gchk_tensor *t = &probe->instance->t[change->tensor];
  char index[GCHK_INDEX_TEXT];
  finding = gchk_probe_report(
      probe, GCHK_CODE_READS_BEYOND_BUFFER, t->name,
      "backward reads beyond a buffer: the gradient of %s%s is %.9g, and %.9g with other bytes beside the buffers (%s)",
      t->name, gchk_index_format(&t->shape, change->element, index, sizeof index), change->clean, change->found,
      meaning);
  gchk_finding_number(&probe->work->findings, finding, "index", (double)change->element);
}

static gchk_status probe_beside(gchk_probe *probe, gchk_error *error) {
  gchk_variation change = {.is_there = false};
  for (size_t k = 0; k < BESIDES && !change.is_there; k++) {
    GCHK_TRY(run_beside(probe, besides[k].byte, error));
    GCHK_TRY(gchk_probe_compare(probe, probe->y, &probe->other, NULL, &change, error));
    if (change.is_there)
      report_beyond(probe, &change, besides[k].meaning);
  }
  return GCHK_OK;
}

gchk_status gchk_probe_poison(gchk_probe *probe, gchk_error *error) {
  if (!probe->is_repeatable)
    return GCHK_OK;
  size_t m = probe->work->output_count;
  poisoning p = {.probe = probe, .is_clean = true};
  p.kept = gchk_arena_alloc(probe->arena, m, 1);
  p.unwritten = gchk_arena_alloc(probe->arena, probe->largest_count, 1);
  if (p.kept == NULL || p.unwritten == NULL)
    return gchk_fail_memory(error, "the probes");
  gchk_variation change;
  GCHK_TRY(run_pattern(probe, NUMBERS, p.kept, error));
  GCHK_TRY(gchk_probe_compare(probe, probe->y, &probe->other, p.kept, &change, error));
  GCHK_TRY(run_pattern(probe, NANS, p.kept, error));
  report_all_unwritten(&p);
  // NaN shows most; numbers may be what the layer compares with, or show what it varies by itself.
  gchk_variation with_nans;
  GCHK_TRY(gchk_probe_compare(probe, probe->y, &probe->other, p.kept, &with_nans, error));
  if (with_nans.is_there)
    change = with_nans;
  if (change.is_there) {
    p.is_clean = false;
    GCHK_TRY(report_read(probe, &change, error));
  }
  gchk_probe_restore(probe);
  if (p.is_clean && !gchk_probe_has(probe, GCHK_CODE_GUARD_ZONE, NULL))
    GCHK_TRY(probe_beside(probe, error));
  return GCHK_OK;
}
