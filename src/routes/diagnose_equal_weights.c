/*
 * A mean in backward where forward takes a weighted sum.
 *
 * Of the elements i that an output j depends on, forward has J_ij that differ, and backward A_ij that do not:
 *
 *     A_ij = (sum over the n elements of J_ij)/n   in every output with more than one
 */
#include "routes/diagnose_equal_weights.h"

#include <math.h>

#include "evidence/pairs.h"

/* What one output has of all elements that it depends on. */
typedef struct weights {
  size_t count;
  double numeric, analytic, error;  /* sums, and the largest error */
  double low, high, least, largest; /* of J, and of A */
} weights;

static weights weights_of(const gchk_pairs *p, size_t c) {
  weights w = {.low = (double)INFINITY, .high = -(double)INFINITY, .least = (double)INFINITY};
  w.largest = -(double)INFINITY;
  for (size_t r = 0; r < p->rows; r++) {
    const size_t k = r * p->columns + c;
    if (!isfinite(p->numeric[k]) || !isfinite(p->analytic[k]) || fabs(p->numeric[k]) <= p->error[r])
      continue;
    w.count++;
    w.numeric += p->numeric[k];
    w.analytic += p->analytic[k];
    w.error = fmax(w.error, p->error[r]);
    w.low = fmin(w.low, p->numeric[k]);
    w.high = fmax(w.high, p->numeric[k]);
    w.least = fmin(w.least, p->analytic[k]);
    w.largest = fmax(w.largest, p->analytic[k]);
  }
  return w;
}

bool gchk_diagnose_equal_weights(gchk_diagnosis *d) {
  enum { FEWEST = 4 };
  static const double told = 10;
  const gchk_pairs *p = d->fail_count > 0 ? gchk_pairs_of(d, d->tensor) : NULL;
  size_t differing = 0, equal = 0, several = 0;
  if (p == NULL || p->rows != d->total || p->count[GCHK_PAIR_LEAKED] > 0 || p->count[GCHK_PAIR_CHANGED] == 0)
    return false;
  for (size_t c = 0; c < p->columns; c++) {
    const weights w = weights_of(p, c);
    if (w.count < 2 || !(w.high - w.low > told * w.error))
      continue;
    differing++;
    several += w.count > 2;
    equal += w.largest - w.least <= 2 * w.error && fabs(w.numeric - w.analytic) <= (double)w.count * w.error;
  }
  if (several < FEWEST || !gchk_is_nearly_all(equal, differing))
    return false;
  (void)gchk_diagnosis_add(d, GCHK_CODE_EQUAL_WEIGHTS, d->fail_count,
                           "each output weighs the elements of %s that it depends on, and backward gives all of them "
                           "the mean of these weights (in %zu of %zu outputs)",
                           d->t->name, equal, differing);
  return true;
}
