/* A matrix that is symmetric, and is not declared so. */
#include "diagnose/diagnose_symmetric.h"

#include <math.h>

#include "diagnose/candidate.h"

/* What is known of all pairs of elements above and below the diagonal. */
typedef struct pairs {
  size_t count;
  bool sums_agree, are_alike;
  bool above_is_zero, below_is_zero; /* the numeric gradient there */
} pairs;

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
      compare(d, draw, e, e - row * n - column + column * n + row, &p);
    p.count++;
  }
  return p;
}

bool gchk_diagnose_symmetric(gchk_diagnosis *d) {
  const gchk_shape *shape = &d->t->shape;
  const char *name = d->t->name;
  if (d->fail_count == 0 || d->bad_count > 0 || d->row->symmetric || shape->rank < 2 ||
      shape->dim[shape->rank - 1] != shape->dim[shape->rank - 2])
    return false;
  pairs p = compare_all(d, shape->dim[shape->rank - 1]);
  bool reads_one = p.above_is_zero != p.below_is_zero;
  if (p.count == 0 || !p.sums_agree || !(reads_one || (p.are_alike && !p.above_is_zero)))
    return false;
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_SYMMETRIC_INPUT, d->fail_count,
      "analytic and numeric agree once (i,j) and (j,i) are added up: forward reads %s, and backward divides the "
      "gradient "
      "between the two in another way. If %s is symmetric both are right: declare .symmetric = true",
      p.above_is_zero   ? "the lower triangle alone"
      : p.below_is_zero ? "the upper triangle alone"
                        : "both triangles alike",
      name);
  return true;
}
