/*
 * Probe: gradients depend on the last forward only.
 *
 * Forward A, forward B, backward B must give what a fresh copy of the layer gives for B, and what it gives after
 * forward B, forward B. A and B are two fills of one case. The second comparison finds what a fresh copy shares with
 * the old one (static variables). What was kept from the very first call of all makes a gradient at B that is bit for
 * bit that at A: a difference along a direction of that tensor, taken at B, tells whether that is as it should be.
 */
#include "probe/probe_history.h"

#include <math.h>
#include <string.h>

#include "calls/probe_direction.h"
#include "calls/probe_spread.h"
#include "core/memory.h"
#include "instance/roles.h"
#include "measure/variable.h"
#include "start/case_instance.h"

static void report(gchk_probe *probe, const gchk_gradients *expected, const gchk_gradients *found, double **explained,
                   const char *reference) {
  const gchk_instance *instance = probe->instance;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (expected->of[i] == NULL)
      continue;
    const double *a = expected->of[i], *b = found->of[i];
    size_t k = gchk_first_beyond(a, b, explained[i], t->count);
    if (k == t->count)
      continue;
    char index[GCHK_INDEX_TEXT];
    gchk_finding *finding =
        gchk_probe_report(probe, GCHK_CODE_STALE_STATE, t->name,
                          "after forward on A and then on B, backward for B gives %s%s = %.9g; %s gives %.9g: "
                          "something of the earlier call was kept",
                          t->name, gchk_index_format(&t->shape, k, index, sizeof index), b[k], reference, a[k]);
    gchk_finding_list *list = &probe->work->findings;
    gchk_finding_number(list, finding, "index", (double)k);
    gchk_finding_number(list, finding, "expected", a[k]);
    gchk_finding_number(list, finding, "found", b[k]);
    gchk_finding_text(list, finding, "calls", "forward A, forward B, backward B");
  }
}

static bool is_different(const gchk_probe *probe, const gchk_gradients *a, const gchk_gradients *b) {
  const gchk_instance *instance = probe->instance;
  const double tolerance = gchk_probe_tolerance(probe, instance, a);
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (a->of[i] != NULL &&
        gchk_first_difference(a->of[i], b->of[i], instance->t[i].count, tolerance) < instance->t[i].count)
      return true;
  return false;
}

/*
 * Compares, and reports what neither the tolerance nor what was measured at B explains: the limits of additions in
 * another order, and the spread of calls on B, which is what `expected` is of.
 */
static gchk_status compare(gchk_probe *probe, gchk_instance *at_b, const gchk_gradients *expected,
                           const gchk_gradients *found, const char *reference, gchk_error *error) {
  if (!is_different(probe, expected, found))
    return GCHK_OK;
  gchk_results base = {.gradient = expected->of}, allowed;
  base.y = gchk_arena_alloc(probe->arena, probe->work->output_count, sizeof *base.y);
  if (base.y == NULL)
    return gchk_fail_memory(error, "the probes");
  GCHK_TRY(gchk_instance_outputs(at_b, base.y, error));
  GCHK_TRY(gchk_probe_allowed_at(probe, at_b, &base, &allowed, error));
  const double tolerance = gchk_probe_tolerance(probe, probe->instance, expected);
  for (size_t i = 0; i < at_b->tensor_count; i++)
    for (size_t k = 0; allowed.gradient[i] != NULL && k < at_b->t[i].count; k++)
      allowed.gradient[i][k] += tolerance;
  report(probe, expected, found, allowed.gradient, reference);
  return GCHK_OK;
}

/*
 * A fresh copy is what the old one is compared with: at A, in as many calls, it must give what the old one gave there.
 * Copies that differ from the first call on (random weights of their own) say nothing of earlier calls.
 */
static gchk_status copies_agree(gchk_probe *probe, bool *answer, gchk_error *error) {
  enum { FORWARDS = 3 };
  const gchk_case_work *work = probe->work;
  gchk_instance *fresh = NULL;
  gchk_variation change;
  const uint64_t seed = work->options != NULL ? work->options->seed : 0;
  *answer = false; // where there can be no other copy it is not known
  gchk_status status = gchk_case_instance(work->spec, seed, &fresh, NULL);
  if (status != GCHK_OK)
    return status == GCHK_NO_MEMORY ? gchk_fail_memory(error, "a fresh instance") : GCHK_OK;
  for (int n = 0; n < FORWARDS && status == GCHK_OK; n++)
    status = gchk_instance_forward(fresh, error);
  if (status == GCHK_OK)
    status = gchk_probe_gradients(probe, fresh, probe->upstream, "fresh copy of the layer", &probe->other, error);
  gchk_instance_free(fresh);
  GCHK_TRY(status);
  GCHK_TRY(gchk_probe_compare(probe, NULL, &probe->other, NULL, &change, error));
  *answer = !change.is_there;
  return GCHK_OK;
}

// A random direction in one tensor, about one root mean square long.
static gchk_status random_direction(gchk_direction *d, gchk_probe *probe, gchk_instance *instance, size_t i,
                                    gchk_error *error) {
  GCHK_TRY(gchk_direction_init(d, probe, instance, error));
  double scale = gchk_scale_of(0, gchk_root_mean_square(&instance->t[i]));
  for (size_t k = 0; k < instance->t[i].count; k++)
    d->step.of[i][k] = scale * gchk_random_signed(&probe->random);
  return GCHK_OK;
}

// What differences say along a direction at one point, and the gradients.
static gchk_status look_along(gchk_probe *probe, gchk_direction *direction, const gchk_gradients *g,
                              gchk_derivative *derivative, double *slope, bool *is_clear, gchk_error *error) {
  GCHK_TRY(gchk_direction_slope(direction, probe, g, derivative, slope, error));
  *is_clear = derivative->smoothness == GCHK_SMOOTH && isfinite(derivative->value) && isfinite(*slope);
  return GCHK_OK;
}

/*
 * The gradient of tensor i is the same at A and at B. Does it fit at A and not at B, where differences along the same
 * direction have become others, by more than the bounds of both? Twice, along two directions.
 */
static gchk_status is_left_behind(gchk_probe *probe, gchk_instance *b, size_t i, const gchk_gradients *at_b,
                                  bool *answer, gchk_error *error) {
  enum { DIRECTIONS = 2 };
  gchk_derivative *derivative = gchk_arena_alloc(probe->arena, 2, sizeof *derivative);
  if (derivative == NULL)
    return gchk_fail_memory(error, "the probes");
  gchk_derivative *here = &derivative[0], *there = &derivative[1];
  *answer = true;
  for (int d = 0; d < DIRECTIONS && *answer; d++) {
    gchk_direction at_a, moved;
    double slope_a, slope_b;
    bool is_clear_a, is_clear_b;
    GCHK_TRY(random_direction(&at_a, probe, probe->instance, i, error));
    GCHK_TRY(gchk_direction_init(&moved, probe, b, error));
    moved.step = at_a.step;
    GCHK_TRY(look_along(probe, &moved, at_b, there, &slope_b, &is_clear_b, error));
    *answer = is_clear_b && fabs(slope_b - there->value) > 3 * there->bound;
    if (!*answer)
      return GCHK_OK;
    GCHK_TRY(look_along(probe, &at_a, &probe->base, here, &slope_a, &is_clear_a, error));
    *answer = is_clear_a && fabs(slope_a - here->value) <= 3 * here->bound &&
              fabs(here->value - there->value) > 3 * (here->bound + there->bound);
  }
  return GCHK_OK;
}

// The same gradient at other values, not all zero.
static bool is_unchanged(const gchk_probe *probe, const gchk_gradients *at_b, size_t i) {
  size_t count = probe->instance->t[i].count;
  bool is_zero = true;
  for (size_t k = 0; k < count; k++)
    is_zero = is_zero && probe->base.of[i][k] == 0;
  return !is_zero && gchk_first_difference(probe->base.of[i], at_b->of[i], count, 0) == count;
}

static gchk_status probe_first_call(gchk_probe *probe, gchk_instance *b, const gchk_gradients *at_b,
                                    gchk_error *error) {
  for (size_t i = 0; i < b->tensor_count; i++) {
    bool is_kept = false;
    if (probe->base.of[i] == NULL || !is_unchanged(probe, at_b, i))
      continue;
    GCHK_TRY(is_left_behind(probe, b, i, at_b, &is_kept, error));
    if (!is_kept)
      continue;
    gchk_finding *finding = gchk_probe_report(probe, GCHK_CODE_STALE_STATE, b->t[i].name,
                                              "the gradient of %s is bit for bit the same at other values, where "
                                              "differences show another, as at the first values: "
                                              "something of the first call of all was kept (a static variable?), or "
                                              "backward asks no value where forward does",
                                              b->t[i].name);
    gchk_finding_text(&probe->work->findings, finding, "calls", "forward and backward on A, then on B");
  }
  return GCHK_OK;
}

// The outputs of the last forward: where one is not finite, nothing is compared.
static gchk_status has_finite_outputs(gchk_probe *probe, gchk_instance *instance, bool *answer, gchk_error *error) {
  GCHK_TRY(gchk_instance_outputs(instance, probe->y, error));
  *answer = true;
  for (size_t j = 0; j < probe->work->output_count; j++)
    *answer = *answer && isfinite(probe->y[j]);
  return GCHK_OK;
}

static gchk_status compare_with_copy(gchk_probe *probe, gchk_instance *fresh, gchk_gradients *on_old,
                                     gchk_gradients *expected, gchk_error *error) {
  bool agree = true;
  GCHK_TRY(gchk_probe_gradients(probe, fresh, probe->upstream, "fresh copy of the layer", expected, error));
  if (is_different(probe, expected, on_old))
    GCHK_TRY(copies_agree(probe, &agree, error));
  return agree ? compare(probe, fresh, expected, on_old, "a fresh copy of the layer", error) : GCHK_OK;
}

// Everything at B. *is_usable: B is a point of which something can be said.
static gchk_status compare_at_b(gchk_probe *probe, gchk_instance *fresh, gchk_gradients *expected, bool *is_usable,
                                gchk_error *error) {
  gchk_instance *old = probe->instance;
  const double *v = probe->upstream;
  gchk_gradients on_old;
  GCHK_TRY(gchk_gradients_new(probe, old, &on_old, error));
  // The old instance: forward A was done, and again here; then B.
  GCHK_TRY(gchk_probe_forward(probe, old, "forward on A", error));
  gchk_instance_copy_given(old, fresh);
  GCHK_TRY(gchk_probe_gradients(probe, old, v, "forward on A, forward and backward on B", &on_old, error));
  GCHK_TRY(has_finite_outputs(probe, old, is_usable, error));
  if (!*is_usable)
    return GCHK_OK;
  GCHK_TRY(gchk_probe_forward(probe, old, "forward on B again", error));
  GCHK_TRY(gchk_probe_gradients(probe, old, v, "forward on B twice, backward on B", expected, error));
  GCHK_TRY(compare(probe, old, expected, &on_old, "forward twice on B", error));
  return compare_with_copy(probe, fresh, &on_old, expected, error);
}

static gchk_status run(gchk_probe *probe, gchk_instance *fresh, gchk_error *error) {
  gchk_gradients expected;
  bool is_usable = false;
  GCHK_TRY(gchk_gradients_new(probe, probe->instance, &expected, error));
  const gchk_status status = compare_at_b(probe, fresh, &expected, &is_usable, error);
  gchk_probe_restore(probe);
  GCHK_TRY(status);
  if (!is_usable || gchk_probe_has(probe, GCHK_CODE_STALE_STATE, NULL))
    return GCHK_OK;
  return probe_first_call(probe, fresh, &expected, error);
}

// Is any given value of B another than that of A? Where all are zero, moving them changes none.
static bool is_another_point(const gchk_instance *a, const gchk_instance *b) {
  for (size_t i = 0; i < a->tensor_count; i++)
    if (gchk_role_is_given(a->t[i].role) && memcmp(a->values[i].data, b->values[i].data, a->values[i].bytes) != 0)
      return true;
  return false;
}

/*
 * Values that are given (data, trained weights) are the same whatever the seed: they are moved by up to a twentieth,
 * which keeps their sign and leaves zeros alone.
 */
static void move_given_values(gchk_probe *probe, const gchk_instance *old, gchk_instance *fresh) {
  for (size_t i = 0; i < fresh->tensor_count; i++) {
    const gchk_tensor *t = &fresh->t[i];
    bool is_real_input = gchk_role_is_moved(t->role) && t->dtype != GCHK_I32;
    if (!is_real_input || memcmp(old->values[i].data, fresh->values[i].data, fresh->values[i].bytes) != 0)
      continue;
    gchk_probe_move(probe, fresh, i, 0.05, false);
  }
}

gchk_status gchk_probe_history(gchk_probe *probe, gchk_error *error) {
  // A fill of its own: the seed is only another one.
  static const uint64_t other_seed = 0x9e3779b97f4a7c15u;
  const gchk_case_work *work = probe->work;
  if (!probe->is_repeatable)
    return GCHK_OK;
  gchk_instance *fresh = NULL;
  uint64_t seed = work->options != NULL ? work->options->seed : 0;
  gchk_case other = *work->spec;
  other.seed = work->spec->seed + other_seed;
  gchk_status made = gchk_case_instance(&other, seed, &fresh, NULL);
  if (made != GCHK_OK) // a layer of which there can be only one
    return made == GCHK_NO_MEMORY ? gchk_fail_memory(error, "a fresh instance") : GCHK_OK;
  fresh->call.seed = probe->instance->call.seed;
  move_given_values(probe, probe->instance, fresh);
  gchk_status status = is_another_point(probe->instance, fresh) ? run(probe, fresh, error) : GCHK_OK;
  gchk_instance_free(fresh);
  return status;
}
