/*
 * Factors of whole rows that backward takes for constants.
 *
 *     row factor   y_j = s z_j along a row of the output, s a norm, a sum or a gate: without ds/dx what is missing is
 *                  D_ij = A_ij - J_ij = a_i y_j, with one a_i for all j of the row
 *     scale free   forward does not change with the length of a row x of the tensor: J x = 0; backward's A does not
 *                  stand across x, and J = s (A - x (x A)/(x x)) with one s for all outputs
 */
#include "routes/diagnose_normalisers.h"

#include <math.h>

#include "evidence/pairs.h"

/* Rows of outputs: the fibres of one output along an axis. Columns of one fibre have the same number. */
typedef struct fibres {
  size_t count;
  size_t *of; /* of a column; count: another output's */
} fibres;

static void find_fibres(const gchk_diagnosis *d, const gchk_pairs *p, size_t output, size_t axis, fibres *f) {
  f->count = 0;
  for (size_t c = 0; c < p->columns; c++) {
    size_t index, flat;
    const gchk_tensor *t = gchk_output_of(d, p->output[c], &index, &flat);
    f->of[c] = (size_t)-1;
    if (t == NULL || index != output)
      continue;
    const size_t stride = gchk_axis_stride(&t->shape, axis), n = t->shape.dim[axis];
    f->of[c] = flat / (stride * n) * stride + flat % stride;
    f->count = t->count / n;
  }
}

/* The fit D_rj = a y_j over the fibres, for one row at a time. */
typedef struct fit {
  double *dy, *yy, *largest; /* one a fibre */
  double *jy, *left;         /* of J itself, and what a multiple of y leaves of it */
  size_t *known, *forward;   /* pairs; those that forward has */
} fit;

static bool is_told(const gchk_pairs *p, size_t r, size_t c) {
  const size_t k = r * p->columns + c;
  return isfinite(p->numeric[k]) && isfinite(p->analytic[k]) && isfinite(p->error[r]);
}

static double off(const gchk_pairs *p, size_t r, size_t c) {
  return p->analytic[r * p->columns + c] - p->numeric[r * p->columns + c];
}

static void sum_row(const gchk_diagnosis *d, const gchk_pairs *p, const fibres *f, size_t r, fit *sums) {
  for (size_t k = 0; k < f->count; k++) {
    sums->dy[k] = sums->yy[k] = sums->largest[k] = sums->jy[k] = sums->left[k] = 0;
    sums->known[k] = sums->forward[k] = 0;
  }
  for (size_t c = 0; c < p->columns; c++) {
    const size_t k = f->of[c];
    if (k >= f->count || !is_told(p, r, c))
      continue;
    const double y = d->work->y[p->output[c]];
    sums->dy[k] += off(p, r, c) * y;
    sums->jy[k] += p->numeric[r * p->columns + c] * y;
    sums->yy[k] += y * y;
    sums->largest[k] = fmax(sums->largest[k], fabs(off(p, r, c)));
    sums->known[k]++;
    sums->forward[k] += gchk_pair_in_forward((gchk_pair_state)p->state[r * p->columns + c]);
  }
  for (size_t c = 0; c < p->columns; c++) {
    const size_t k = f->of[c];
    if (k < f->count && is_told(p, r, c))
      sums->left[k] = fmax(sums->left[k],
                           fabs(p->numeric[r * p->columns + c] - sums->jy[k] / sums->yy[k] * d->work->y[p->output[c]]));
  }
}

/* Pairs in fibres that are wrong: how many, and how many of them are a multiple of y. */
typedef struct tally {
  size_t wrong, same;
  size_t lost, changed, added; /* those that backward has not; both have; forward has not, though others of the fibre */
} tally;

static void count_row(const gchk_diagnosis *d, const gchk_pairs *p, const fibres *f, size_t r, const fit *sums,
                      tally *n) {
  enum { FEWEST = 3 };
  static const double resolved = 10;
  for (size_t c = 0; c < p->columns; c++) {
    const size_t k = f->of[c];
    if (k >= f->count || !is_told(p, r, c) || !(sums->largest[k] > resolved * p->error[r]))
      continue;
    // Too few to tell a multiple of y from anything else.
    const double left = fabs(off(p, r, c) - sums->dy[k] / sums->yy[k] * d->work->y[p->output[c]]);
    const bool fits = sums->known[k] >= FEWEST && left <= p->error[r];
    // Where J itself is a multiple of y, as that of a factor is, off by a number is so too: it tells nothing.
    const bool is_other = sums->left[k] > resolved * p->error[r] ||
                          fabs(sums->jy[k] / sums->yy[k] * d->work->y[p->output[c]]) <= p->error[r];
    n->wrong += !fits || is_other;
    n->same += fits && is_other;
    n->lost += p->state[r * p->columns + c] == GCHK_PAIR_LOST;
    n->changed += p->state[r * p->columns + c] == GCHK_PAIR_CHANGED;
    n->added += p->state[r * p->columns + c] == GCHK_PAIR_LEAKED && sums->forward[k] > 0;
  }
}

// Are a row's outputs of different sizes? Of equal ones a multiple is a constant, which says something else.
static bool does_vary(const gchk_diagnosis *d, const gchk_pairs *p, const fibres *f) {
  double low = (double)INFINITY, high = -(double)INFINITY;
  for (size_t c = 0; c < p->columns; c++) {
    if (f->of[c] >= f->count)
      continue;
    low = fmin(low, d->work->y[p->output[c]]);
    high = fmax(high, d->work->y[p->output[c]]);
  }
  return high - low > 0.1 * fmax(fabs(high), fabs(low));
}

static bool is_multiple_of_outputs(const gchk_diagnosis *d, const gchk_pairs *p, const fibres *f, fit *sums, tally *n) {
  enum { FEWEST = 12 };
  *n = (tally){0};
  for (size_t r = 0; r < p->rows; r++) {
    sum_row(d, p, f, r, sums);
    count_row(d, p, f, r, sums, n);
  }
  return n->same >= FEWEST && gchk_is_nearly_all(n->same, n->wrong);
}

// A term that forward has not: the factor is a constant there, and backward differentiates it all the same.
static bool report_row(gchk_diagnosis *d, const gchk_tensor *output, const char *axis, const tally *n) {
  const bool is_added = n->added > n->changed && n->lost == 0;
  gchk_finding *finding =
      is_added
          ? gchk_diagnosis_add(
                d, GCHK_CODE_CONTRIBUTIONS_ADDED, d->fail_count,
                "what is too much is a multiple of output %s itself along %s, of outputs that do not depend on the "
                "element: a factor of the whole row (a norm, a sum) is differentiated where forward has a constant "
                "there (a clamp at an eps, another branch)",
                output->name, axis)
          : gchk_diagnosis_add(
                d, GCHK_CODE_FACTOR_NOT_DIFFERENTIATED, d->fail_count,
                "what is missing is a multiple of output %s itself along %s: a factor of the whole row that depends on "
                "%s (a norm, the sum of a softmax, a gate) is taken for a constant, or its term is wrong",
                output->name, axis, d->t->name);
  gchk_finding_text(&d->tensor->findings, finding, "output", "%s", output->name);
  gchk_finding_text(&d->tensor->findings, finding, "axis", "%s", axis);
  return true;
}

bool gchk_diagnose_row_factor(gchk_diagnosis *d) {
  const gchk_pairs *p = d->fail_count > 0 ? gchk_pairs_of(d, d->tensor) : NULL;
  const gchk_tensor *output;
  size_t start, index;
  if (p == NULL)
    return false;
  fibres f = {0, gchk_arena_alloc(d->arena, p->columns, sizeof *f.of)};
  fit sums = {.dy = gchk_arena_alloc(d->arena, d->output_count, sizeof(double)),
              .yy = gchk_arena_alloc(d->arena, d->output_count, sizeof(double)),
              .largest = gchk_arena_alloc(d->arena, d->output_count, sizeof(double)),
              .jy = gchk_arena_alloc(d->arena, d->output_count, sizeof(double)),
              .left = gchk_arena_alloc(d->arena, d->output_count, sizeof(double)),
              .known = gchk_arena_alloc(d->arena, d->output_count, sizeof *sums.known),
              .forward = gchk_arena_alloc(d->arena, d->output_count, sizeof *sums.forward)};
  if (f.of == NULL || sums.dy == NULL || sums.yy == NULL || sums.largest == NULL || sums.jy == NULL ||
      sums.left == NULL || sums.known == NULL || sums.forward == NULL)
    return false;
  for (size_t k = 0; (output = gchk_output_tensor(d, k, &start, &index)) != NULL; k++) {
    for (size_t axis = output->shape.rank; axis-- > 0;) {
      find_fibres(d, p, index, axis, &f);
      tally n;
      char name[GCHK_AXIS_TEXT];
      if (output->shape.dim[axis] >= 3 && does_vary(d, p, &f) && is_multiple_of_outputs(d, p, &f, &sums, &n))
        return report_row(d, output, gchk_axis_name(d, index, axis, name, sizeof name), &n);
    }
  }
  return false;
}

/* A fibre of the tensor in a column: sums over its elements, x being their values. */
typedef struct dots {
  double xx, xj, xa, error;
  double terms; /* of xj, which cancel */
  bool is_known;
} dots;

static dots dots_of(const gchk_diagnosis *d, const gchk_pairs *p, size_t axis, size_t first, size_t c) {
  const size_t stride = gchk_axis_stride(&d->t->shape, axis);
  dots s = {.is_known = true};
  for (size_t n = 0; n < d->t->shape.dim[axis]; n++) {
    const size_t i = first + n * stride, k = i * p->columns + c;
    const double x = gchk_tensor_get(d->t, d->t->value, i);
    s.is_known = s.is_known && is_told(p, i, c);
    s.xx += x * x;
    s.xj += x * p->numeric[k];
    s.xa += x * p->analytic[k];
    s.terms += fabs(x * p->numeric[k]);
    s.error += fabs(x) * p->error[i];
  }
  return s;
}

/* Of one fibre: the factor s, and whether all of it is as a gradient that forgot the norm must be. */
static bool is_projection(const gchk_diagnosis *d, const gchk_pairs *p, size_t axis, size_t first, size_t *stands) {
  const size_t stride = gchk_axis_stride(&d->t->shape, axis), n = d->t->shape.dim[axis];
  double ja = 0, aa = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (size_t c = 0; c < p->columns; c++) {
      const dots s = dots_of(d, p, axis, first, c);
      if (!s.is_known || !(fabs(s.xj) <= s.error) || s.xx == 0)
        return false;
      // Where there is nothing to cancel, as where a unit is saturated, a sum of 0 says nothing.
      *stands += pass > 0 && fabs(s.xa) > 3 * s.error && s.terms > 3 * s.error;
      for (size_t e = 0; e < n; e++) {
        const size_t i = first + e * stride, k = i * p->columns + c;
        const double across = p->analytic[k] - gchk_tensor_get(d->t, d->t->value, i) * s.xa / s.xx;
        ja += pass == 0 ? across * p->numeric[k] : 0;
        aa += pass == 0 ? across * across : 0;
        if (pass > 0 && !(fabs(p->numeric[k] - ja / aa * across) <= p->error[i] * (1 + fabs(ja / aa))))
          return false;
      }
    }
    if (!(aa > 0))
      return false;
  }
  return true;
}

static size_t count_wrong(const gchk_diagnosis *d, size_t axis, size_t first) {
  size_t wrong = 0;
  for (size_t n = 0; n < d->t->shape.dim[axis]; n++)
    wrong += d->fails[first + n * gchk_axis_stride(&d->t->shape, axis)];
  return wrong;
}

static bool holds_along(const gchk_diagnosis *d, const gchk_pairs *p, size_t axis) {
  enum { FEWEST = 3 };
  size_t wrong = 0, explained = 0;
  for (size_t first = 0; first < d->total; first++) {
    if (gchk_axis_index(&d->t->shape, axis, first) != 0)
      continue;
    const size_t here = count_wrong(d, axis, first);
    size_t stands = 0;
    wrong += here > 0;
    explained += here > 0 && is_projection(d, p, axis, first, &stands) && stands >= FEWEST;
  }
  return explained > 0 && gchk_is_nearly_all(explained, wrong);
}

bool gchk_diagnose_scale_free(gchk_diagnosis *d) {
  const gchk_pairs *p = d->fail_count > 1 ? gchk_pairs_of(d, d->tensor) : NULL;
  if (p == NULL || p->rows != d->total)
    return false;
  for (size_t axis = d->t->shape.rank; axis-- > 0;) {
    if (d->t->shape.dim[axis] < 2 || !holds_along(d, p, axis))
      continue;
    char name[GCHK_AXIS_TEXT];
    gchk_finding *finding = gchk_diagnosis_add(
        d, GCHK_CODE_NORM_NOT_DIFFERENTIATED, d->fail_count,
        "forward does not change with the length of %s along %s (the sum of x times numeric is 0), and analytic is not "
        "across it; across it they agree up to a factor: the division by the norm is not, or not wholly, "
        "differentiated",
        d->t->name, gchk_axis_name(d, d->tensor->index, axis, name, sizeof name));
    gchk_finding_text(&d->tensor->findings, finding, "axis", "%s", name);
    return true;
  }
  return false;
}
