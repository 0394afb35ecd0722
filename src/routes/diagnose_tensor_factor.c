/*
 * The values of a tensor as a factor, for tensors with a value for each element of the one that is diagnosed, for each
 * of its last indices, or for each of its first:
 *
 *     multiplied   g_i = D_i t_i     once too often: a gain in the gradient of its bias, the output of a softmax
 *     divided      g_i = D_i / t_i   once too few
 */
#include "routes/diagnose_tensor_factor.h"

#include <math.h>

#include "evidence/candidate.h"

typedef enum spread { EACH, LAST, FIRST, SPREADS } spread;

// The value that stands beside an element.
static double value_beside(const gchk_diagnosis *d, const gchk_tensor *t, spread s, size_t i) {
  return gchk_tensor_get(t, t->value, s == EACH ? i : s == LAST ? i % t->count : i / (d->total / t->count));
}

// Does the tensor have the last axes of the one that is diagnosed, or its first ones?
static bool fits(const gchk_diagnosis *d, const gchk_tensor *t, spread s) {
  const gchk_shape *all = &d->t->shape, *of = &t->shape;
  if (s == EACH)
    return t->count == d->total;
  if (of->rank == 0 || of->rank >= all->rank)
    return false;
  for (size_t k = 0; k < of->rank; k++)
    if (of->dim[k] != all->dim[s == FIRST ? k : all->rank - of->rank + k])
      return false;
  return t->count < d->total;
}

static bool holds(gchk_diagnosis *d, gchk_candidate *c, const gchk_tensor *t, spread s, bool divides, size_t *matched) {
  double low = (double)INFINITY, high = -(double)INFINITY;
  for (size_t i = 0; i < d->total; i++) {
    const double x = value_beside(d, t, s, i), factor = divides ? 1 / x : x;
    for (size_t draw = 0; draw < d->draws; draw++) {
      c->value[draw][i] = factor * d->tensor->numeric[draw][i];
      c->slack[draw][i] = fabs(factor) * d->tensor->bound[draw][i] +
                          2 * d->unit * fabs(c->value[draw][i]); // the value that backward reads is rounded too
    }
    low = d->fails[i] ? fmin(low, factor) : low;
    high = d->fails[i] ? fmax(high, factor) : high;
  }
  // One number for all of them is another mistake.
  static const double wide = 0.1;
  return isfinite(low) && isfinite(high) && high - low > wide * fmax(fabs(low), fabs(high)) &&
         gchk_candidate_holds(d, c, true, matched);
}

static bool report(gchk_diagnosis *d, const gchk_tensor *t, bool divides, size_t matched) {
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_TENSOR_FACTOR, matched, "analytic is the numeric gradient %s the values of %s, on %zu of %zu: %s",
      divides ? "divided by" : "times", t->name, matched, d->fail_count,
      divides ? "a factor is lost, or divided by twice" : "it is multiplied in once too often");
  gchk_finding_text(&d->tensor->findings, finding, "factor", "%s%s", divides ? "1/" : "", t->name);
  return true;
}

bool gchk_diagnose_tensor_factor(gchk_diagnosis *d) {
  enum { FEWEST = 3 };
  const gchk_instance *instance = d->work->instance;
  gchk_candidate c;
  size_t matched;
  if (d->fail_count < FEWEST || gchk_is_zero_where_it_fails(d) || !gchk_candidate_new(d, &c))
    return false;
  for (size_t k = 0; k < instance->tensor_count; k++) {
    const gchk_tensor *t = &instance->t[k];
    if (t->role == GCHK_SCRATCH || t->role == GCHK_INDEX || t->dtype == GCHK_I32)
      continue;
    for (int s = EACH; s < SPREADS; s++)
      for (int divides = 0; divides < 2 && fits(d, t, (spread)s); divides++)
        if (holds(d, &c, t, (spread)s, divides != 0, &matched))
          return report(d, t, divides != 0, matched);
  }
  return false;
}
