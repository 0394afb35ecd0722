/* Matrices that are symmetric, declared so or not. */
#include "diagnose/diagnose_symmetric.h"

#include <math.h>

#include "evidence/candidate.h"

/* What is known of all pairs of elements above and below the diagonal. */
typedef struct pairs {
  size_t count;
  bool sums_agree, are_alike;
  bool above_is_zero, below_is_zero; /* the numeric gradient there */
} pairs;

// Of [..., row, column] the element [..., column, row].
static size_t mirror_of(size_t n, size_t element) {
  const size_t row = element / n % n, column = element % n;
  return element - (row * n + column) + column * n + row;
}

static double error_of(const gchk_diagnosis *d, size_t draw, size_t a, size_t b) {
  return GCHK_CANDIDATE_BARS * (gchk_diagnosis_error(d, draw, a) + gchk_diagnosis_error(d, draw, b));
}

static void compare(const gchk_diagnosis *d, size_t draw, size_t below, size_t above, pairs *p) {
  const double *g = d->tensor->analytic[draw], *n = d->tensor->numeric[draw];
  double error = error_of(d, draw, below, above);
  p->sums_agree = p->sums_agree && fabs(g[below] + g[above] - (n[below] + n[above])) <= error;
  p->are_alike = p->are_alike && fabs(n[below] - n[above]) <= error;
  p->above_is_zero = p->above_is_zero && n[above] == 0;
  p->below_is_zero = p->below_is_zero && n[below] == 0;
}

static pairs compare_all(const gchk_diagnosis *d, size_t n) {
  pairs p = {.sums_agree = true, .are_alike = true, .above_is_zero = true, .below_is_zero = true};
  for (size_t e = 0; e < d->total && p.sums_agree; e++) {
    size_t row = e / n % n, column = e % n;
    p.sums_agree = row != column || !d->fails[e];
    if (row <= column)
      continue;
    for (size_t draw = 0; draw < d->draws; draw++)
      compare(d, draw, e, mirror_of(n, e), &p);
    p.count++;
  }
  return p;
}

// Is the gradient of every pair `factor` times what it should be, that of the diagonal being right?
static bool are_pairs_times(const gchk_diagnosis *d, size_t n, double factor) {
  size_t pairs_of_it = 0;
  for (size_t e = 0; e < d->total; e++) {
    const bool is_diagonal = e / n % n == e % n;
    if (is_diagonal && d->fails[e])
      return false;
    for (size_t draw = 0; draw < d->draws && !is_diagonal; draw++) {
      const double g = d->tensor->analytic[draw][e], right = d->tensor->numeric[draw][e];
      if (!(fabs(g - factor * right) <= (1 + factor) * error_of(d, draw, e, e)))
        return false;
    }
    pairs_of_it += d->fails[e];
  }
  return pairs_of_it > 0;
}

static bool name_factor(gchk_diagnosis *d, size_t n) {
  const bool is_twice = are_pairs_times(d, n, 2);
  if (!is_twice && !are_pairs_times(d, n, 0.5))
    return false;
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_SYMMETRIC_PAIRS, d->fail_count,
      "%s is symmetric, and the gradients of (i,j) and (j,i) add up to %s the derivative of moving both, while the "
      "diagonal is right: %s",
      d->t->name, is_twice ? "twice" : "half",
      is_twice ? "each pair is counted twice" : "of each pair only one is counted");
  gchk_finding_number(&d->tensor->findings, finding, "factor", is_twice ? 2 : 0.5);
  return true;
}

static bool name_convention(gchk_diagnosis *d, size_t n) {
  const pairs p = compare_all(d, n);
  const bool reads_one = p.above_is_zero != p.below_is_zero;
  if (p.count == 0 || !p.sums_agree || !(reads_one || (p.are_alike && !p.above_is_zero)))
    return false;
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_SYMMETRIC_INPUT, d->fail_count,
      "analytic and numeric agree once (i,j) and (j,i) are added up: forward reads %s, and backward divides the "
      "gradient between the two in another way. If %s is symmetric both are right: declare .symmetric = true",
      p.above_is_zero   ? "the lower triangle alone"
      : p.below_is_zero ? "the upper triangle alone"
                        : "both triangles alike",
      d->t->name);
  return true;
}

// g[i,j] = (D[i,j] + D[j,i])/2, where forward reads each element by itself.
static bool name_mean(gchk_diagnosis *d, size_t n) {
  enum { FEWEST = 2 };
  const gchk_tensor_work *w = d->tensor;
  gchk_candidate c;
  size_t matched;
  if (d->fail_count < FEWEST || !gchk_candidate_new(d, &c))
    return false;
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      const size_t mirrored = mirror_of(n, i);
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

bool gchk_diagnose_symmetric(gchk_diagnosis *d) {
  const gchk_shape *shape = &d->t->shape;
  if (shape->rank < 2 || shape->dim[shape->rank - 1] != shape->dim[shape->rank - 2])
    return false;
  const size_t n = shape->dim[shape->rank - 1];
  const bool is_finite = d->fail_count > 0 && d->bad_count == 0;
  if (is_finite && (d->row->symmetric ? name_factor(d, n) : name_convention(d, n)))
    return true;
  return name_mean(d, n);
}
