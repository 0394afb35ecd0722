/*
 * Mistakes with the upstream gradient v and the Jacobian J, whose rows are d y_j / d x_i.
 *
 *     right          g_i = sum_j J_ij v_j
 *     identity       v_i                     the derivative forgotten
 *     diagonal       J_ii v_i                softmax without its other terms
 *     not transposed sum_j J_ji v_j
 *     skip lost      g_i - v_i               y = x + f(x) without the straight path
 *     ignored        sum_j J_ij
 *     a function     sum_j J_ij f(v_j)       squared, its size, its sign
 *     one element    sum_j J_ij v_0
 *     swapped        v of one output used for another
 */
#include "routes/diagnose_upstream.h"

#include <math.h>
#include <stdio.h>

#include "evidence/candidate.h"
#include "routes/output_pairs.h"

typedef double (*weight_fn)(const double *v, size_t j, size_t count);

static double plain_one(const double *v, size_t j, size_t count) {
  (void)v, (void)j, (void)count;
  return 1;
}

static double squared(const double *v, size_t j, size_t count) {
  (void)count;
  return v[j] * v[j];
}

static double magnitude(const double *v, size_t j, size_t count) {
  (void)count;
  return fabs(v[j]);
}

static double sign_of(const double *v, size_t j, size_t count) {
  (void)count;
  return v[j] < 0 ? -1 : 1;
}

static double first_of(const double *v, size_t j, size_t count) {
  (void)j, (void)count;
  return v[0];
}

static double last_of(const double *v, size_t j, size_t count) {
  (void)j;
  return v[count - 1];
}

static double reversed(const double *v, size_t j, size_t count) {
  return v[count - 1 - j];
}

static const struct weighting {
  weight_fn weight;
  gchk_code code;
  const char *sentence;
} weightings[] = {
    {plain_one, GCHK_CODE_UPSTREAM_IGNORED,
     "analytic is the gradient of the plain sum of the outputs: the upstream gradient was ignored"},
    {squared, GCHK_CODE_UPSTREAM_FUNCTION, "the upstream gradient was multiplied in twice (v^2 for v)"},
    {magnitude, GCHK_CODE_UPSTREAM_FUNCTION, "the size of the upstream gradient was used (|v| for v)"},
    {sign_of, GCHK_CODE_UPSTREAM_FUNCTION, "only the sign of the upstream gradient was used"},
    {first_of, GCHK_CODE_UPSTREAM_ONE_ELEMENT,
     "the first element of the upstream gradient was used for all (v[0] for v[j])"},
    {last_of, GCHK_CODE_UPSTREAM_ONE_ELEMENT, "the last element of the upstream gradient was used for all"},
    {reversed, GCHK_CODE_UPSTREAM_ONE_ELEMENT, "the upstream gradient was read backwards"},
};

// The error of sum_j J_ij w_j is that of the numeric gradient times how much larger w may be than v (|v| >= 1/2).
static double slack_of(const gchk_diagnosis *d, size_t draw, size_t i, double largest_weight) {
  return d->tensor->bound[draw][i] * 2 * fmax(largest_weight, 1);
}

static void weigh(const gchk_diagnosis *d, weight_fn weight, gchk_candidate *c) {
  for (size_t draw = 0; draw < d->draws; draw++) {
    const double *v = d->work->v[draw];
    for (size_t i = 0; i < d->total; i++) {
      const double *row = d->jacobian + i * d->output_count;
      double sum = 0, largest = 0;
      for (size_t j = 0; j < d->output_count; j++) {
        double w = weight(v, j, d->output_count);
        sum += row[j] * w;
        largest = fmax(largest, fabs(w));
      }
      c->value[draw][i] = sum;
      c->slack[draw][i] = slack_of(d, draw, i, largest);
    }
  }
}

static bool find_weighting(gchk_diagnosis *d, gchk_candidate *c) {
  for (size_t k = 0; k < sizeof weightings / sizeof weightings[0]; k++) {
    size_t matched;
    weigh(d, weightings[k].weight, c);
    if (!gchk_candidate_holds(d, c, true, &matched))
      continue;
    (void)gchk_diagnosis_add(d, weightings[k].code, matched, "%s, on %zu of %zu", weightings[k].sentence, matched,
                             d->fail_count);
    return true;
  }
  return false;
}

static double swapped(double of_a, double of_b, double v_a, double v_b) {
  return (of_a - of_b) * (v_b - v_a);
}

// Two outputs of one size whose upstream gradients changed places.
static bool find_swapped_outputs(gchk_diagnosis *d, gchk_candidate *c) {
  gchk_output_pair p;
  if (!gchk_find_output_pair(d, c, swapped, &p))
    return false;
  (void)gchk_diagnosis_add(d, GCHK_CODE_SWAPPED_TENSORS, p.matched,
                           "the upstream gradients of outputs %s and %s were swapped, on %zu of %zu", p.a->name,
                           p.b->name, p.matched, d->fail_count);
  return true;
}

typedef double (*square_fn)(const gchk_diagnosis *d, size_t draw, size_t i);

static double identity(const gchk_diagnosis *d, size_t draw, size_t i) {
  return d->work->v[draw][i];
}

static double diagonal(const gchk_diagnosis *d, size_t draw, size_t i) {
  return d->jacobian[i * d->output_count + i] * d->work->v[draw][i];
}

static double not_transposed(const gchk_diagnosis *d, size_t draw, size_t i) {
  double sum = 0;
  for (size_t j = 0; j < d->output_count; j++)
    sum += d->jacobian[j * d->output_count + i] * d->work->v[draw][j];
  return sum;
}

static double without_skip(const gchk_diagnosis *d, size_t draw, size_t i) {
  return d->tensor->numeric[draw][i] - d->work->v[draw][i];
}

static bool find_square(gchk_diagnosis *d, gchk_candidate *c, square_fn f, gchk_code code, const char *sentence) {
  double worst = 0;
  size_t matched;
  for (size_t draw = 0; draw < d->draws; draw++)
    for (size_t i = 0; i < d->total; i++)
      if (isfinite(d->tensor->bound[draw][i]))
        worst = fmax(worst, d->tensor->bound[draw][i]);
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      c->value[draw][i] = f(d, draw, i);
      // A column of J mixes the errors of all rows.
      c->slack[draw][i] = f == identity ? 0 : f == not_transposed ? 2 * worst : slack_of(d, draw, i, 2);
    }
  }
  if (!gchk_candidate_holds(d, c, true, &matched))
    return false;
  (void)gchk_diagnosis_add(d, code, matched, "%s, on %zu of %zu", sentence, matched, d->fail_count);
  return true;
}

bool gchk_diagnose_upstream(gchk_diagnosis *d) {
  gchk_candidate c;
  if (d->fail_count == 0 || d->output_count < 2 || !gchk_candidate_new(d, &c))
    return false;
  bool is_square = d->output_count == d->total;
  if (is_square && find_square(d, &c, identity, GCHK_CODE_IDENTITY_BACKWARD,
                               "analytic is the upstream gradient itself: the derivative was not multiplied in"))
    return true;
  if (is_square &&
      find_square(d, &c, without_skip, GCHK_CODE_PATH_LOST,
                  "numeric - analytic is the upstream gradient: the straight path of x + f(x) is lost, = for +="))
    return true;
  if (d->jacobian == NULL)
    return false;
  if (is_square &&
      find_square(
          d, &c, diagonal, GCHK_CODE_DIAGONAL_ONLY,
          "analytic is the diagonal of the Jacobian times the upstream gradient: the terms of the other outputs "
          "are missing"))
    return true;
  if (is_square && find_square(d, &c, not_transposed, GCHK_CODE_JACOBIAN_NOT_TRANSPOSED,
                               "analytic is J v where J^T v is right: multiplied from the wrong side"))
    return true;
  return find_weighting(d, &c) || find_swapped_outputs(d, &c);
}
