/* What the probes share: findings once a tensor, gradients as doubles, and the tolerances of reordered sums. */
#include "calls/probe_tools.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "instance/conventions.h"
#include "instance/meaning.h"
#include "instance/move.h"
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

bool gchk_probe_has(const gchk_probe *probe, gchk_code code, const char *tensor) {
  const gchk_finding_list *list = &probe->work->findings;
  for (size_t i = 0; i < list->count; i++) {
    const gchk_finding *f = &list->findings[i];
    if (!gchk_finding_is(f, code))
      continue;
    if (tensor == NULL)
      return true;
    for (size_t k = 0; k < f->evidence_count; k++)
      if (strcmp(f->evidence[k].key, "tensor") == 0 && strcmp(f->evidence[k].text, tensor) == 0)
        return true;
  }
  return false;
}

gchk_finding *gchk_probe_report(gchk_probe *probe, gchk_code code, const char *tensor, const char *format, ...) {
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

void gchk_probe_note_part(gchk_probe *probe, const char *format, ...) {
  gchk_finding_list *list = &probe->work->findings;
  char text[SENTENCE];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  for (size_t i = 0; i < list->count; i++)
    if (gchk_finding_is(&list->findings[i], GCHK_CODE_PARTLY_PROBED) && strcmp(list->findings[i].text, text) == 0)
      return;
  (void)gchk_finding_note(list, GCHK_CODE_PARTLY_PROBED, "%s", text);
}

size_t gchk_probe_choose(gchk_probe *probe, size_t *order, size_t count, size_t most) {
  for (size_t i = 0; i < count; i++)
    order[i] = i;
  for (size_t i = 0; i < most && count > most; i++) {
    const size_t other = i + gchk_random_below(&probe->random, count - i), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
  return count < most ? count : most;
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
    if (t->dtype == GCHK_F64)
      memcpy(gradients->of[i], t->grad, t->count * sizeof(double));
    for (size_t k = 0; t->dtype != GCHK_F64 && k < t->count; k++)
      gradients->of[i][k] = gchk_tensor_get(t, t->grad, k);
  }
}

double gchk_probe_reordering(const gchk_probe *probe) {
  const double declared = probe->unit > GCHK_UNIT_F32 ? gchk_rounding_allowance(probe->unit) * probe->unit : 0;
  return (double)probe->largest_count * GCHK_UNIT_F32 + declared;
}

// Each of a few gradients that are compared was rounded as a weight.
static double rounding_of_steps(const gchk_instance *instance) {
  static const double compared = 4;
  double largest = 0;
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t k = 0; instance->conventions.rate != 0 && k < instance->t[i].count; k++)
      largest = fmax(largest, gchk_step_rounding(instance, i, k));
  return compared * largest;
}

double gchk_probe_tolerance(const gchk_probe *probe, const gchk_instance *instance, const gchk_gradients *gradients) {
  double largest = 0;
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t k = 0; gradients->of[i] != NULL && k < instance->t[i].count; k++)
      if (isfinite(gradients->of[i][k]))
        largest = fmax(largest, fabs(gradients->of[i][k]));
  return gchk_probe_reordering(probe) * largest + rounding_of_steps(instance);
}

void gchk_probe_restore(gchk_probe *probe) {
  gchk_snapshot_restore(probe->initial, probe->instance);
}

void gchk_probe_move(gchk_probe *probe, gchk_instance *instance, size_t i, double amount, bool from_zero) {
  const gchk_tensor *t = &instance->t[i];
  double least = (double)INFINITY, most = -(double)INFINITY;
  for (size_t k = 0; k < t->count; k++) {
    least = fmin(least, gchk_tensor_get(t, t->value, k));
    most = fmax(most, gchk_tensor_get(t, t->value, k));
  }
  const bool is_zero = least == 0 && most == 0;
  for (size_t k = 0; k < t->count; k++) {
    const double x = gchk_tensor_get(t, t->value, k), by = amount * gchk_random_uniform(&probe->random, -1, 1);
    double moved = is_zero && from_zero ? by : x * (1 + by);
    if (least < most)
      moved = fmax(least, fmin(most, moved));
    gchk_tensor_move(t, k, moved);
  }
  gchk_round_tensor(instance, i);
  gchk_make_symmetric(instance, i);
}
