/* Points of all elements of a tensor. */
#include "network/vary_points.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "measure/vary.h"
#include "network/network_fixture.h"
#include "sanitized.h"

/* What an element is set to: nearby, across kinks, so large that something overflows, and what no number is. */
static void fill_points(double x, double *value) {
  const double all[POINTS] = {x,      x + 1e-4,         x - 1e-4,          x + 3,      x - 3, 0.0, -0.0, 1e200,
                              -1e308, (double)INFINITY, -(double)INFINITY, (double)NAN};
  memcpy(value, all, sizeof all);
}

vary_points all_points(const gchk_instance *instance, size_t tensor_index) {
  const gchk_tensor *t = &instance->t[tensor_index];
  const size_t stride = REPEATED(1, 1 + t->count / 200), count = (t->count + stride - 1) / stride * POINTS;
  vary_points p = {.base = (double)NAN};
  p.element = gchk_calloc(count, sizeof *p.element);
  p.value = gchk_calloc(count, sizeof *p.value);
  p.loss = gchk_calloc(count, sizeof *p.loss);
  ck_assert(p.element != NULL && p.value != NULL && p.loss != NULL);
  for (size_t k = 0; k < count; k++)
    p.element[k] = k / POINTS * stride;
  for (size_t k = 0; k < count; k += POINTS)
    fill_points(gchk_tensor_get(t, t->value, p.element[k]), p.value + k);
  p.variants = (gchk_variants){tensor_index, count, p.element, p.value, p.loss, NULL, NULL, NULL};
  return p;
}

void free_points(vary_points *p) {
  free(p->element);
  free(p->value);
  free(p->loss);
}

bool vary(gchk_instance *instance, vary_points *p) {
  bool done = false;
  gchk_error error = {GCHK_OK, ""};
  p->variants.base = &p->base;
  ck_assert_msg(gchk_vary(instance, &p->variants, &done, &error) == GCHK_OK, "%s", error.message);
  return done;
}

double loss_at(gchk_instance *slow, const gchk_instance *base, size_t tensor_index, size_t element, double value) {
  for (size_t i = 0; i < slow->tensor_count; i++)
    memcpy(slow->t[i].value, base->t[i].value, base->values[i].bytes);
  const gchk_tensor *t = &slow->t[tensor_index];
  gchk_tensor_set(t, t->value, element, value);
  bool done = true;
  if (t->role == GCHK_CACHE)
    ck_assert_int_eq(gchk_instance_update(slow, tensor_index, element, &done, NULL), GCHK_OK);
  else
    forward(slow);
  ck_assert(done);
  return value_of(slow, "loss", 0);
}

/* Of many points with sanitizers some, by a stride that meets every kind: forward is what takes the time. */
size_t first_difference(const vary_points *p, gchk_instance *slow, const gchk_instance *base) {
  const size_t stride = REPEATED(1, p->variants.count > 500 ? 5 : 1);
  for (size_t k = 0; k < p->variants.count; k += stride) {
    const double want = loss_at(slow, base, p->variants.tensor, p->element[k], p->value[k]), got = p->loss[k];
    const double allowed = 64 * DBL_EPSILON * fmax(1, fabs(want));
    const bool is_same = isfinite(want) ? fabs(got - want) <= allowed : !isfinite(got);
    if (!is_same)
      return k;
  }
  return p->variants.count;
}

void free_instances(gchk_network *network, gchk_instance *fast, gchk_instance *slow) {
  gchk_instance_free(fast);
  gchk_instance_free(slow);
  gchk_network_free(network);
}
