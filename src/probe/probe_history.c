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

#include "core/memory.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "measure/case_instance.h"
#include "measure/variable.h"
#include "probe/probe_direction.h"
#include "probe/probe_watch.h"

static void report(gchk_probe *probe, const gchk_gradients *expected, const gchk_gradients *found,
                   const char *reference) {
  const gchk_instance *instance = probe->instance;
  double tolerance = gchk_probe_tolerance(probe, instance, expected);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (expected->of[i] == NULL)
      continue;
    const double *a = expected->of[i], *b = found->of[i];
    size_t k = gchk_first_difference(a, b, t->count, tolerance);
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

// A random direction in one tensor, about one root mean square long.
static gchk_status random_direction(gchk_direction *d, gchk_probe *probe, gchk_instance *instance, size_t i,
                                    gchk_error *error) {
  GCHK_TRY(gchk_direction_init(d, probe, instance, error));
  double scale = gchk_scale_of(0, gchk_root_mean_square(&instance->t[i]));
  for (size_t k = 0; k < instance->t[i].count; k++)
    d->step.of[i][k] = scale * gchk_random_signed(&probe->random);
  return GCHK_OK;
}

// Does the gradient of tensor i contradict a difference along a random direction? Not where the bound says little.
static gchk_status contradicts(gchk_probe *probe, gchk_instance *instance, size_t i, const gchk_gradients *g,
                               bool *answer, gchk_error *error) {
  gchk_direction direction;
  gchk_derivative *derivative = gchk_arena_alloc(probe->arena, 1, sizeof *derivative);
  if (derivative == NULL)
    return gchk_fail_memory(error, "the probes");
  double slope;
  GCHK_TRY(random_direction(&direction, probe, instance, i, error));
  GCHK_TRY(gchk_direction_slope(&direction, probe, g, derivative, &slope, error));
  *answer = derivative->smoothness == GCHK_SMOOTH && isfinite(derivative->value) && isfinite(slope) &&
            fabs(slope - derivative->value) > 3 * derivative->bound;
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
    bool is_wrong_at_a, is_wrong_at_b;
    if (probe->base.of[i] == NULL || !is_unchanged(probe, at_b, i))
      continue;
    GCHK_TRY(contradicts(probe, b, i, at_b, &is_wrong_at_b, error));
    if (!is_wrong_at_b)
      continue;
    GCHK_TRY(contradicts(probe, probe->instance, i, &probe->base, &is_wrong_at_a, error));
    if (is_wrong_at_a)
      continue;
    gchk_finding *finding = gchk_probe_report(probe, GCHK_CODE_STALE_STATE, b->t[i].name,
                                              "the gradient of %s is bit for bit the same at other values, where "
                                              "differences show another, as at the first values: "
                                              "something of the first call of all was kept (a static variable?)",
                                              b->t[i].name);
    gchk_finding_text(&probe->work->findings, finding, "calls", "forward and backward on A, then on B");
  }
  return GCHK_OK;
}

static gchk_status run(gchk_probe *probe, gchk_instance *fresh, gchk_error *error) {
  gchk_instance *old = probe->instance;
  const double *v = probe->upstream;
  gchk_gradients on_old, expected;
  GCHK_TRY(gchk_gradients_new(probe, old, &on_old, error));
  GCHK_TRY(gchk_gradients_new(probe, old, &expected, error));
  // The old instance: forward A was done, and again here; then B.
  GCHK_TRY(gchk_probe_forward(probe, old, "forward on A", error));
  gchk_instance_copy_given(old, fresh);
  gchk_status status = gchk_probe_gradients(probe, old, v, "forward on A, forward and backward on B", &on_old, error);
  if (status == GCHK_OK)
    status = gchk_probe_forward(probe, old, "forward on B again", error);
  if (status == GCHK_OK)
    status = gchk_probe_gradients(probe, old, v, "forward on B twice, backward on B", &expected, error);
  if (status == GCHK_OK)
    report(probe, &expected, &on_old, "forward twice on B");
  if (status == GCHK_OK)
    status = gchk_probe_gradients(probe, fresh, v, "fresh copy of the layer", &expected, error);
  if (status == GCHK_OK)
    report(probe, &expected, &on_old, "a fresh copy of the layer");
  gchk_probe_restore(probe);
  GCHK_TRY(status);
  if (gchk_probe_has(probe, GCHK_CODE_STALE_STATE, NULL))
    return GCHK_OK;
  return probe_first_call(probe, fresh, &expected, error);
}

/*
 * Values that are given (data, trained weights) are the same whatever the seed: they are moved by up to a twentieth,
 * which keeps their sign and leaves zeros alone.
 */
static void move_given_values(gchk_probe *probe, const gchk_instance *old, gchk_instance *fresh) {
  for (size_t i = 0; i < fresh->tensor_count; i++) {
    const gchk_tensor *t = &fresh->t[i];
    bool is_real_input = (t->role == GCHK_INPUT || t->role == GCHK_PARAMETER) && t->dtype != GCHK_I32;
    if (!is_real_input || memcmp(old->values[i].data, fresh->values[i].data, fresh->values[i].bytes) != 0)
      continue;
    for (size_t e = 0; e < t->count; e++)
      gchk_tensor_move(t, e, gchk_tensor_get(t, t->value, e) * (1 + 0.05 * gchk_random_uniform(&probe->random, -1, 1)));
    gchk_round_tensor(fresh, i);
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
  gchk_status status = run(probe, fresh, error);
  gchk_instance_free(fresh);
  return status;
}
