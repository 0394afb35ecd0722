/* Points of all elements of a tensor. */
#include "network/vary_points.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "measure/vary.h"

/* What an element is set to: nearby, across kinks, so large that something overflows, and what no number is. */
static void fill_points(double x, double *value) {
  const double all[POINTS] = {x,      x + 1e-4,         x - 1e-4,          x + 3,      x - 3, 0.0, -0.0, 1e200,
                              -1e308, (double)INFINITY, -(double)INFINITY, (double)NAN};
  memcpy(value, all, sizeof all);
}

vary_points all_points(const gchk_instance *instance, size_t tensor_index) {
  const gchk_tensor *t = &instance->t[tensor_index];
  vary_points p = {.base = (double)NAN};
  p.element = gchk_calloc(t->count * POINTS, sizeof *p.element);
  p.value = gchk_calloc(t->count * POINTS, sizeof *p.value);
  p.loss = gchk_calloc(t->count * POINTS, sizeof *p.loss);
  ck_assert(p.element != NULL && p.value != NULL && p.loss != NULL);
  for (size_t e = 0; e < t->count; e++) {
    fill_points(gchk_tensor_get(t, t->value, e), p.value + e * POINTS);
    for (size_t k = 0; k < POINTS; k++)
      p.element[e * POINTS + k] = e;
  }
  p.variants = (gchk_variants){tensor_index, t->count * POINTS, p.element, p.value, p.loss, NULL, NULL};
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
