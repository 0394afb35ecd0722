/*
 * Rounding of gradients by second differences, as slack.c has it:
 *
 *     max_p |g(x (1 + d r_p)) + g(x (1 - d r_p)) - 2 g(x)|,   p = 1..4,  d = min(1024 u, 2^-9)
 *
 * x being all given values and the upstream gradient. What the gradient itself changes by goes out, up to d^2.
 */
#include "calls/probe_rounding.h"

#include <math.h>

#include "core/memory.h"
#include "instance/move.h"

enum { MOVES = 4 };
static const double many_units = 1024, largest_move = 0x1p-9;

static gchk_status take(gchk_probe *probe, double amount, gchk_random *random, double *v, gchk_results *results,
                        gchk_error *error) {
  gchk_probe_restore(probe);
  gchk_vary_given(probe->instance, amount, random);
  for (size_t j = 0; j < probe->work->output_count; j++)
    v[j] = probe->upstream[j] * (1 + amount * gchk_random_uniform(random, -1, 1));
  return gchk_results_take(probe->instance, v, results, error);
}

static void raise(const gchk_probe *probe, const gchk_results *up, const gchk_results *down) {
  const gchk_instance *instance = probe->instance;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    double *left = probe->rounding.gradient[i];
    const double *base = probe->base.of[i];
    for (size_t k = 0; left != NULL && base != NULL && k < instance->t[i].count; k++) {
      const double second = fabs((up->gradient[i][k] - base[k]) + (down->gradient[i][k] - base[k]));
      left[k] = isfinite(second) ? fmax(left[k], second) : left[k]; // an edge of the domain says nothing
    }
  }
}

static gchk_status measure(gchk_probe *probe, gchk_error *error) {
  const double amount = fmin(many_units * probe->unit, largest_move);
  gchk_results up, down;
  double *v = gchk_arena_alloc(probe->arena, probe->work->output_count, sizeof *v);
  if (v == NULL)
    return gchk_fail_memory(error, "an upstream gradient");
  GCHK_TRY(gchk_results_new(probe->arena, probe->instance, &up, error));
  GCHK_TRY(gchk_results_new(probe->arena, probe->instance, &down, error));
  // A stream of its own: the probe that asks first draws the same as when it asks again.
  gchk_random random = gchk_random_stream(probe->instance->call.seed, "rounding of probes");
  for (int p = 0; p < MOVES; p++) {
    gchk_random same = random;
    GCHK_TRY(take(probe, amount, &random, v, &up, error));
    GCHK_TRY(take(probe, -amount, &same, v, &down, error));
    raise(probe, &up, &down);
  }
  return GCHK_OK;
}

gchk_status gchk_probe_find_rounding(gchk_probe *probe, gchk_error *error) {
  if (probe->rounding.y != NULL)
    return GCHK_OK;
  gchk_snapshot *now = gchk_snapshot_new(probe->instance, GCHK_SNAPSHOT_ALL);
  if (now == NULL)
    return gchk_fail_memory(error, "a copy of the layer's buffers");
  gchk_status status = gchk_results_new(probe->lasting, probe->instance, &probe->rounding, error);
  if (status == GCHK_OK)
    status = measure(probe, error);
  gchk_snapshot_restore(now, probe->instance);
  gchk_snapshot_free(now);
  // Nearby values at which the layer cannot be called say nothing.
  return status == GCHK_NO_MEMORY ? status : GCHK_OK;
}
