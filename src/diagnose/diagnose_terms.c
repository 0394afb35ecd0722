/*
 * Missing terms of normalisations and softmax: what g - D is made of.
 *
 * Over each group that was normalised (a row, a column, all that shares an index of an axis) the residual r = g - D is
 * fitted by least squares:
 *
 *     r = a            the term with the mean of the upstream gradient is missing
 *     r = b x          a term along x is missing or wrong: of the root mean square, or of a length
 *     r = b (x - a)    a variance term: missing, N-1 for N, or another eps
 *     r = c y          softmax without the sum over the row
 *
 * A fit must leave nothing beyond the error bounds, in groups with at least two more elements than it has terms, or
 * with one more where several groups agree: a batch of three is enough for a batch norm of several channels. And a term
 * that is missing is missing in every group: where most of those that tell are right, the mistake is in the others.
 */
#include "diagnose/diagnose_terms.h"

#include "evidence/candidate.h"
#include <math.h>

typedef struct grouping {
  size_t axis;
  bool is_slab; /* all that shares an index on the axis; else one fibre along it */
} grouping;

// The group of an element: its index on the axis, or all its other indices.
static size_t group_of(const gchk_shape *shape, grouping g, size_t i) {
  if (shape->rank == 0)
    return 0;
  size_t stride = gchk_axis_stride(shape, g.axis), n = shape->dim[g.axis];
  if (g.is_slab)
    return i / stride % n;
  return i / (stride * n) * stride + i % stride;
}

static size_t group_count(const gchk_shape *shape, grouping g, size_t total) {
  if (shape->rank == 0)
    return 1;
  return g.is_slab ? shape->dim[g.axis] : total / shape->dim[g.axis];
}

typedef enum basis { ONE, X, Y, ONE_X, BASES } basis;

/* Sums of one group for the fit r = a + b z, and whether it holds a failing element. */
typedef struct moments {
  double n, z, r, zz, zr, slack;
  bool has_fail, tells;
} moments;

static double basis_value(const gchk_diagnosis *d, basis b, size_t i) {
  return b == Y ? d->work->y[i] : b == ONE ? 0 : gchk_tensor_get(d->t, d->t->value, i);
}

static bool has_constant(basis b) {
  return b == ONE || b == ONE_X;
}

static void fit(const moments *m, basis b, double *constant, double *slope) {
  *constant = *slope = 0;
  if (b == ONE) {
    *constant = m->r / m->n;
  } else if (!has_constant(b)) {
    *slope = m->zz > 0 ? m->zr / m->zz : 0;
  } else {
    double variance = m->zz - m->z * m->z / m->n;
    *slope = variance > 0 ? (m->zr - m->z * m->r / m->n) / variance : 0;
    *constant = (m->r - *slope * m->z) / m->n;
  }
}

// Do the groups with failing elements leave enough that the fit does not settle by itself?
static bool is_overdetermined(const moments *m, size_t groups, size_t terms) {
  enum { EACH = 2, TOGETHER = 4 };
  double least = HUGE_VAL, together = 0;
  for (size_t k = 0; k < groups; k++) {
    if (!m[k].has_fail)
      continue;
    double left = m[k].n - (double)terms;
    least = fmin(least, left);
    together += left;
  }
  return least >= EACH || (least >= 1 && together >= TOGETHER);
}

static bool are_most_wrong(const moments *m, size_t groups) {
  size_t wrong = 0, told = 0;
  for (size_t k = 0; k < groups; k++) {
    wrong += m[k].has_fail;
    told += m[k].tells;
  }
  return 2 * wrong >= told;
}

static bool holds_in_draw(const gchk_diagnosis *d, grouping g, basis b, size_t draw, moments *m, size_t groups) {
  const double *a = d->tensor->analytic[draw], *n = d->tensor->numeric[draw];
  for (size_t k = 0; k < groups; k++)
    m[k] = (moments){0};
  for (size_t i = 0; i < d->total; i++) {
    moments *here = &m[group_of(&d->t->shape, g, i)];
    double z = basis_value(d, b, i), r = a[i] - n[i];
    if (!isfinite(r))
      return false;
    *here = (moments){here->n + 1,
                      here->z + z,
                      here->r + r,
                      here->zz + z * z,
                      here->zr + z * r,
                      fmax(here->slack, gchk_diagnosis_error(d, draw, i)),
                      here->has_fail || d->fails[i],
                      here->tells || d->fails[i] || gchk_is_told_from_zero(d, i)};
  }
  size_t same = 0, known = 0;
  if (!is_overdetermined(m, groups, b == ONE_X ? 2 : 1) || !are_most_wrong(m, groups))
    return false;
  for (size_t i = 0; i < d->total; i++) {
    const moments *here = &m[group_of(&d->t->shape, g, i)];
    if (!here->has_fail)
      continue;
    double constant, slope;
    fit(here, b, &constant, &slope);
    double residual = a[i] - n[i], rest = fabs(residual - constant - slope * basis_value(d, b, i));
    known++;
    // What is left must also be little beside what there was: wide bounds fit anything.
    same += rest <= GCHK_CANDIDATE_BARS * here->slack && (!d->fails[i] || rest <= fabs(residual) / 3);
  }
  return gchk_is_nearly_all(same, known);
}

static bool holds(const gchk_diagnosis *d, grouping g, basis b, moments *m, size_t groups) {
  for (size_t draw = 0; draw < d->draws; draw++)
    if (!holds_in_draw(d, g, b, draw, m, groups))
      return false;
  return true;
}

// Outputs that are all positive and add up to one in every group: a softmax over it.
static bool is_softmax(const gchk_diagnosis *d, grouping g, moments *m, size_t groups) {
  for (size_t k = 0; k < groups; k++)
    m[k] = (moments){0};
  for (size_t i = 0; i < d->total; i++) {
    if (!(d->work->y[i] >= 0))
      return false;
    m[group_of(&d->t->shape, g, i)].z += d->work->y[i];
  }
  for (size_t k = 0; k < groups; k++)
    if (fabs(m[k].z - 1) > (double)d->total * d->unit)
      return false;
  return true;
}

static bool report(gchk_diagnosis *d, grouping g, basis b) {
  static const struct {
    gchk_code code;
    const char *sentence;
  } words[BASES] = {
      [ONE] = {GCHK_CODE_MISSING_MEAN_TERM,
               "a constant, as where the term with the mean of the upstream gradient is missing or wrong"},
      [X] = {GCHK_CODE_MISSING_VARIANCE_TERM, "a multiple of x, as where the term of its mean square, length or "
                                              "variance is missing or wrong, with N-1 for N, "
                                              "or with another eps"},
      [Y] = {GCHK_CODE_MISSING_SUM_TERM,
             "a multiple of the output: the sum of v y over a softmax row is missing or wrong"},
      [ONE_X] = {GCHK_CODE_MISSING_VARIANCE_TERM,
                 "a multiple of x - mean(x), up to a constant, as where the variance term is missing or wrong, with "
                 "N-1 for N, or with another eps"},
  };
  char axis[GCHK_AXIS_TEXT] = "";
  if (d->t->shape.rank > 0)
    (void)gchk_axis_name(d, d->tensor->index, g.axis, axis, sizeof axis);
  gchk_finding *finding =
      gchk_diagnosis_add(d, words[b].code, d->fail_count, "analytic - numeric is, %s %s, %s",
                         g.is_slab ? "over all with one index of" : "along", axis, words[b].sentence);
  gchk_finding_text(&d->tensor->findings, finding, "axis", "%s", axis);
  gchk_finding_text(&d->tensor->findings, finding, "groups", "%s", g.is_slab ? "slabs" : "fibres");
  return true;
}

bool gchk_diagnose_terms(gchk_diagnosis *d) {
  const gchk_shape *shape = &d->t->shape;
  if (d->fail_count < 3 || shape->rank == 0 || d->t->role != GCHK_INPUT)
    return false;
  moments *m = gchk_arena_alloc(d->arena, d->total, sizeof *m);
  if (m == NULL)
    return false;
  for (int b = 0; b < BASES; b++) {
    if (b == Y && d->output_count != d->total)
      continue;
    for (size_t k = shape->rank; k-- > 0;) {
      for (int is_slab = 0; is_slab < 2; is_slab++) {
        grouping g = {k, is_slab != 0};
        size_t groups = group_count(shape, g, d->total);
        if ((b != Y || is_softmax(d, g, m, groups)) && holds(d, g, (basis)b, m, groups))
          return report(d, g, (basis)b);
      }
    }
  }
  return false;
}
