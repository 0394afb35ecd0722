/*
 * A gradient where the function is flat: no output moves with the element, at any step, and backward has something
 * there. A straight-through estimator does that on purpose (rounding, quantisation, a sign); elsewhere it is a mask, an
 * ignored label or a clip that forward knows of and backward does not.
 */
#include "diagnose/diagnose_flat.h"

#include <math.h>

#include "evidence/resample.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/snapshot.h"
#include "measure/variable.h"

static bool is_flat_in_all_draws(const gchk_diagnosis *d, size_t i) {
  for (size_t draw = 0; draw < d->draws; draw++)
    if (d->tensor->numeric[draw][i] != 0)
      return false;
  return true;
}

size_t gchk_flat_fails(const gchk_diagnosis *d) {
  size_t count = 0;
  for (size_t i = 0; i < d->total; i++)
    count += d->fails[i] && is_flat_in_all_draws(d, i);
  return count;
}

/*
 * A difference of 0 at one step may be an accident. No output moving by a bit at the chosen step and at any smaller one
 * is not; at larger ones the next tread of a staircase may be in reach. Where the chosen step reaches it, a smaller one
 * at which the slope would have shown, and does not, tells the same.
 */
static bool is_flat_near(const gchk_derivative *derivative) {
  enum { FEWEST = 3 };
  static const double shown = 4;
  size_t still = 0;
  bool is_told = derivative->is_flat || derivative->value == 0;
  for (size_t k = derivative->rung_count; k-- > 0;) {
    const gchk_rung *rung = &derivative->rungs[k];
    if (isnan(rung->difference))
      continue;
    if (rung->slope_plus != 0 || rung->slope_minus != 0)
      break;
    still++;
    is_told = is_told || shown * rung->rounding < fabs(derivative->value);
  }
  return derivative->is_flat || (is_told && still >= FEWEST);
}

/*
 * Are the failing elements flat, but for one that sits on the edge of a tread? Some of those whose difference
 * is not 0 are always asked.
 */
static bool are_flat(gchk_diagnosis *d, bool *everywhere) {
  size_t elements[2 * GCHK_SAMPLES], count = gchk_sample_failing(d, elements), edges = 0;
  const size_t most = count + GCHK_SAMPLES;
  for (size_t i = 0; i < d->total && count < most; i++)
    if (d->fails[i] && !is_flat_in_all_draws(d, i))
      elements[count++] = i;
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  *everywhere = true;
  for (size_t k = 0; derivative != NULL && k < count; k++) {
    if (!gchk_resample(d, elements[k], derivative))
      return false;
    edges += !is_flat_near(&derivative[0]);
    *everywhere = *everywhere && derivative[0].is_flat;
  }
  return derivative != NULL && count > 0 && edges <= count / 3 && edges <= 1;
}

// Does some output move with an element where the instance is now?
static bool moves_here(gchk_diagnosis *d, size_t element, double *before, double *after) {
  const double scale = gchk_scale_of(gchk_tensor_get(d->t, d->t->value, element), gchk_root_mean_square(d->t));
  if (!gchk_differenced_now(d, before) || !gchk_outputs_with(d, element, scale / 8, after))
    return false;
  bool moves = false;
  for (size_t j = 0; j < d->output_count; j++)
    moves = moves || (isfinite(before[j]) && isfinite(after[j]) && before[j] != after[j]);
  return moves;
}

/*
 * Is it the size of the values that makes forward flat: do outputs move with most of the elements where all inputs and
 * parameters are far smaller? Then it is saturated here, or something in it overflows, or it clips.
 */
static bool moves_at_small_values(gchk_diagnosis *d) {
  static const double smaller = 0x1p-6;
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements), moving = 0;
  double *before = gchk_arena_alloc(d->arena, d->output_count, sizeof *before);
  double *after = gchk_arena_alloc(d->arena, d->output_count, sizeof *after);
  gchk_snapshot *saved = gchk_snapshot_new(d->work->instance, GCHK_SNAPSHOT_VALUES);
  d->is_out_of_memory = d->is_out_of_memory || saved == NULL;
  if (before != NULL && after != NULL && saved != NULL) {
    gchk_scale_given(d->work->instance, smaller);
    for (size_t k = 0; k < count; k++)
      moving += moves_here(d, elements[k], before, after);
    gchk_snapshot_restore(saved, d->work->instance);
  }
  gchk_snapshot_free(saved);
  return gchk_instance_forward(d->work->instance, NULL) == GCHK_OK && 2 * moving > count;
}

// Why there is nothing to differentiate, as far as forward tells.
static const char *reason(gchk_diagnosis *d, bool is_flat) {
  // What a straight-through estimator has on purpose is the gradient of the surrogate, which is flat there.
  if (gchk_surrogate_of(d->work->instance->layer, d->tensor->index) != NULL)
    return "the surrogate, which is what is differenced, leaves them out or clips, and backward does not know: its "
           "mask is missing";
  if (!is_flat)
    return "forward is a staircase there (it rounds, quantises or compares); a straight-through estimator has such a "
           "gradient on purpose, another backward does not";
  if (moves_at_small_values(d))
    return "of values a 64th as large some do: here forward clips, is saturated, or something in it overflows to "
           "infinity (an exponential, a product, a sum), and backward does not know";
  if (gchk_telling_passes(d) == 0)
    return "forward leaves them out, clips, rounds or compares; a straight-through estimator has such a gradient on "
           "purpose, another backward does not";
  return "forward leaves them out (a mask, an ignored label, a clip), and backward does not know";
}

bool gchk_diagnose_flat(gchk_diagnosis *d) {
  bool is_flat;
  if (d->fail_count == 0 || 2 * gchk_flat_fails(d) < d->fail_count || !are_flat(d, &is_flat))
    return false;
  (void)gchk_diagnosis_add(d, GCHK_CODE_GRADIENT_WHERE_FLAT, d->fail_count,
                           "analytic is not 0 on %zu of %zu elements with which no output "
                           "moves at %s: %s",
                           d->fail_count, d->tensor->checked_count, is_flat ? "any step" : "small steps",
                           reason(d, is_flat));
  return true;
}
