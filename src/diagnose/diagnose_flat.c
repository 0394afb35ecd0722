/*
 * A gradient where the function is flat: no output moves with the element, at any step, and backward has something
 * there. A straight-through estimator does that on purpose (rounding, quantisation, a sign); elsewhere it is a mask, an
 * ignored label or a clip that forward knows of and backward does not.
 */
#include "diagnose/diagnose_flat.h"

#include <math.h>

#include "evidence/resample.h"

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

bool gchk_diagnose_flat(gchk_diagnosis *d) {
  bool is_flat;
  if (d->fail_count == 0 || 2 * gchk_flat_fails(d) < d->fail_count || !are_flat(d, &is_flat))
    return false;
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_GRADIENT_WHERE_FLAT, d->fail_count,
      "analytic is not 0 on %zu of %zu elements with which no output "
      "moves at %s: %s",
      d->fail_count, d->tensor->checked_count, is_flat ? "any step" : "small steps",
      !is_flat ? "forward is a staircase there (it rounds, quantises or compares); a straight-through estimator has "
                 "such a gradient on purpose, another backward does not"
      : gchk_telling_passes(d) == 0
          ? "forward leaves them out, clips, rounds or compares; a straight-through estimator has such a gradient on "
            "purpose, another backward does not"
          : "forward leaves them out (a mask, an ignored label, a clip), and backward does not know");
  return true;
}
