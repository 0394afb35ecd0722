/*
 * Symmetrised: g[i,j] = (D[i,j] + D[j,i])/2 over the last two axes, as of a matrix that is taken to be symmetric, where
 * forward reads one triangle, or each element by itself (Cholesky, eigenvalues of a symmetric matrix).
 */
#include "diagnose/diagnose_symmetrised.h"

#include <math.h>

#include "evidence/candidate.h"

static size_t mirror_of(const gchk_shape *shape, size_t i) {
  size_t n = shape->dim[shape->rank - 1], column = i % n, row = i / n % n;
  return i - (row * n + column) + column * n + row;
}

bool gchk_diagnose_symmetrised(gchk_diagnosis *d) {
  enum { FEWEST = 2 };
  const gchk_shape *shape = &d->t->shape;
  const gchk_tensor_work *w = d->tensor;
  gchk_candidate c;
  size_t matched;
  if (d->fail_count < FEWEST || shape->rank < 2 || shape->dim[shape->rank - 1] != shape->dim[shape->rank - 2] ||
      !gchk_candidate_new(d, &c))
    return false;
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      size_t mirrored = mirror_of(shape, i);
      c.value[draw][i] = (w->numeric[draw][i] + w->numeric[draw][mirrored]) / 2;
      c.slack[draw][i] = (w->bound[draw][i] + w->bound[draw][mirrored]) / 2;
    }
  }
  if (!gchk_candidate_holds(d, &c, true, &matched))
    return false;
  (void)gchk_diagnosis_add(d, GCHK_CODE_SYMMETRISED, matched,
                           "analytic is the mean of the numeric gradient and its transpose (%zu of %zu): that of a "
                           "matrix taken to be symmetric, of which forward reads one triangle or each element by "
                           "itself",
                           matched, d->fail_count);
  return true;
}
