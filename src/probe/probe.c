/* Probing the calling contract: the order of the probes, and what they share. */
#include "probe/probe.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/precision.h"

enum { SENTENCE = 1024 };

bool gchk_is_same(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

size_t gchk_first_difference(const double *a, const double *b, size_t count, double tolerance) {
  size_t i = 0;
  while (i < count && (gchk_is_same(a[i], b[i]) || fabs(a[i] - b[i]) <= tolerance))
    i++;
  return i;
}

const char *gchk_index_format(const gchk_shape *shape, size_t flat, char *text, size_t size) {
  size_t index[GCHK_MAX_RANK];
  for (size_t k = shape->rank; k-- > 0;) {
    index[k] = flat % shape->dim[k];
    flat /= shape->dim[k];
  }
  size_t used = (size_t)snprintf(text, size, "[");
  for (size_t k = 0; k < shape->rank && used < size; k++)
    used += (size_t)snprintf(text + used, size - used, k == 0 ? "%zu" : ",%zu", index[k]);
  if (used < size)
    (void)snprintf(text + used, size - used, "]");
  return text;
}

bool gchk_probe_has(const gchk_probe *probe, const char *code, const char *tensor) {
  const gchk_finding_list *list = &probe->work->findings;
  for (size_t i = 0; i < list->count; i++) {
    const gchk_finding *f = &list->findings[i];
    if (strcmp(f->code, code) != 0)
      continue;
    if (tensor == NULL)
      return true;
    for (size_t k = 0; k < f->evidence_count; k++)
      if (strcmp(f->evidence[k].key, "tensor") == 0 && strcmp(f->evidence[k].text, tensor) == 0)
        return true;
  }
  return false;
}

gchk_finding *gchk_probe_report(gchk_probe *probe, const char *code, const char *tensor, const char *format, ...) {
  if (gchk_probe_has(probe, code, tensor))
    return NULL;
  char text[SENTENCE];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  gchk_finding *finding = gchk_finding_add(&probe->work->findings, code, "%s", text);
  if (finding != NULL && tensor != NULL)
    gchk_finding_text(&probe->work->findings, finding, "tensor", "%s", tensor);
  return finding;
}

gchk_status gchk_gradients_new(gchk_probe *probe, const gchk_instance *instance, gchk_gradients *gradients,
                               gchk_error *error) {
  gradients->of = gchk_arena_alloc(probe->arena, instance->tensor_count, sizeof *gradients->of);
  if (gradients->of == NULL)
    return gchk_fail_memory(error, "the probes");
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (!gchk_instance_is_differentiable(instance, i))
      continue;
    gradients->of[i] = gchk_arena_alloc(probe->arena, instance->t[i].count, sizeof **gradients->of);
    if (gradients->of[i] == NULL)
      return gchk_fail_memory(error, "the probes");
  }
  return GCHK_OK;
}

void gchk_gradients_read(const gchk_instance *instance, gchk_gradients *gradients) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (gradients->of[i] == NULL || t->grad == NULL)
      continue;
    for (size_t k = 0; k < t->count; k++)
      gradients->of[i][k] = gchk_tensor_get(t, t->grad, k);
  }
}

gchk_status gchk_probe_gradients(gchk_probe *probe, gchk_instance *instance, const double *v, const char *when,
                                 gchk_gradients *gradients, gchk_error *error) {
  GCHK_TRY(gchk_probe_forward(probe, instance, when, error));
  GCHK_TRY(gchk_probe_backward(probe, instance, v, NULL, when, error));
  gchk_gradients_read(instance, gradients);
  return GCHK_OK;
}

double gchk_probe_reordering(const gchk_probe *probe) {
  return (double)probe->largest_count * GCHK_UNIT_F32;
}

double gchk_probe_tolerance(const gchk_probe *probe, const gchk_instance *instance, const gchk_gradients *gradients) {
  double largest = 0;
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t k = 0; gradients->of[i] != NULL && k < instance->t[i].count; k++)
      if (isfinite(gradients->of[i][k]))
        largest = fmax(largest, fabs(gradients->of[i][k]));
  return gchk_probe_reordering(probe) * largest;
}

static bool is_filled(gchk_role role) {
  return role == GCHK_INPUT || role == GCHK_PARAMETER || role == GCHK_INDEX || role == GCHK_CONSTANT;
}

void gchk_instance_copy_filled(gchk_instance *to, const gchk_instance *from) {
  for (size_t i = 0; i < to->tensor_count; i++)
    if (is_filled(to->t[i].role) && to->values[i].bytes == from->values[i].bytes)
      memcpy(to->t[i].value, from->t[i].value, from->values[i].bytes);
}

void gchk_probe_restore(gchk_probe *probe) {
  const unsigned char *at = probe->initial;
  for (size_t i = 0; i < probe->instance->tensor_count; i++) {
    memcpy(probe->instance->t[i].value, at, probe->instance->values[i].bytes);
    at += probe->instance->values[i].bytes;
  }
}

static gchk_status save_values(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  size_t bytes = 0;
  for (size_t i = 0; i < instance->tensor_count; i++)
    bytes += instance->values[i].bytes;
  unsigned char *at = probe->initial = gchk_arena_alloc(probe->arena, bytes, 1);
  if (at == NULL)
    return gchk_fail_memory(error, "the probes");
  for (size_t i = 0; i < instance->tensor_count; i++) {
    memcpy(at, instance->t[i].value, instance->values[i].bytes);
    at += instance->values[i].bytes;
  }
  return GCHK_OK;
}

static gchk_status start(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  probe->unit = ldexp(1, -53);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (instance->t[i].count > probe->largest_count)
      probe->largest_count = instance->t[i].count;
    if (instance->t[i].dtype == GCHK_F32)
      probe->unit = ldexp(1, -24);
  }
  probe->y = gchk_arena_alloc(probe->arena, probe->work->output_count, sizeof *probe->y);
  probe->v = gchk_arena_alloc(probe->arena, probe->work->output_count, sizeof *probe->v);
  if (probe->y == NULL || probe->v == NULL)
    return gchk_fail_memory(error, "the probes");
  probe->upstream = gchk_arena_alloc(probe->arena, probe->work->output_count, sizeof *probe->upstream);
  if (probe->upstream == NULL)
    return gchk_fail_memory(error, "the probes");
  const gchk_call *call = &instance->call;
  bool is_fixed = probe->work->output_count == 1 || (call->layer->flags & GCHK_IGNORES_UPSTREAM) != 0;
  probe->random = gchk_random_stream(call->seed, "probes");
  for (size_t j = 0; j < probe->work->output_count; j++) {
    // Representable in both real types.
    double v = (double)(float)gchk_random_signed(&probe->random);
    probe->upstream[j] = is_fixed ? 1 : v;
  }
  GCHK_TRY(save_values(probe, error));
  GCHK_TRY(gchk_gradients_new(probe, instance, &probe->base, error));
  return gchk_gradients_new(probe, instance, &probe->other, error);
}

typedef gchk_status (*probe_fn)(gchk_probe *probe, gchk_error *error);

static const probe_fn probes[] = {
    gchk_probe_repeat, gchk_probe_poison,   gchk_probe_rules, gchk_probe_upstream, gchk_probe_history,
    gchk_probe_ties,   gchk_probe_optional, gchk_probe_batch, gchk_probe_threads,
};

gchk_status gchk_probe_contract(gchk_case_work *work, gchk_error *error) {
  gchk_probe probe = {.work = work, .instance = work->instance};
  probe.arena = gchk_arena_new();
  if (probe.arena == NULL)
    return gchk_fail_memory(error, "the probes");
  gchk_status status = start(&probe, error);
  for (size_t i = 0; i < sizeof probes / sizeof probes[0] && status == GCHK_OK; i++) {
    status = probes[i](&probe, error);
    if (work->refused != NULL)
      break;
  }
  if (status == GCHK_OK) {
    gchk_probe_restore(&probe);
    status = gchk_instance_forward(work->instance, error);
  }
  gchk_arena_free(probe.arena);
  return status;
}
