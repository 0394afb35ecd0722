/* Sums over the elements of each lane's row. */
#include "layers/lanes_rows.h"

#include "core/clones.h"
#include "core/vector_exp.h"

enum { LANES = 128 }; /* that a loop works on at once, in an array of its own */

/* In the first `lanes` lanes; a comparison with NaN leaves the largest as it is, as in a row (softmax_row.h). */
GCHK_CLONES static void subtract_largest(size_t width, size_t classes, size_t lanes, double *x) {
  double largest[LANES];
  for (size_t k = 0; k < lanes; k++)
    largest[k] = x[k];
  for (size_t c = 1; c < classes; c++)
    for (size_t k = 0; k < lanes; k++)
      largest[k] = x[c * width + k] > largest[k] ? x[c * width + k] : largest[k];
  for (size_t c = 0; c < classes; c++)
    for (size_t k = 0; k < lanes; k++)
      x[c * width + k] -= largest[k];
}

static void subtract_all(size_t width, size_t classes, double *x) {
  for (size_t k = 0; k < width; k += LANES)
    subtract_largest(width, classes, width - k < LANES ? width - k : LANES, x + k);
}

/* The first `lanes` of them. */
GCHK_CLONES static void add_all(size_t width, size_t classes, size_t lanes, const double *restrict e,
                                double *restrict sum) {
  for (size_t k = 0; k < lanes; k++)
    sum[k] = 0;
  for (size_t c = 0; c < classes; c++)
    for (size_t k = 0; k < lanes; k++)
      sum[k] += e[c * width + k];
}

/* Few lanes at a time, whose numbers stay in the processor's first cache. */
void gchk_lanes_exp(size_t width, size_t classes, double *x, double *e, double *sum) {
  for (size_t k = 0; k < width; k += LANES) {
    const size_t lanes = width - k < LANES ? width - k : LANES;
    subtract_largest(width, classes, lanes, x + k);
    if (lanes == width)
      gchk_exp_array(e, x, classes * width);
    for (size_t c = 0; c < classes && lanes < width; c++)
      gchk_exp_array(e + c * width + k, x + c * width + k, lanes);
    add_all(width, classes, lanes, e + k, sum + k);
  }
}

GCHK_CLONES static void divide(size_t width, double *restrict e, const double *restrict sum) {
  for (size_t k = 0; k < width; k++)
    e[k] /= sum[k];
}

void gchk_lanes_softmax(size_t width, size_t classes, double *x) {
  double sum[GCHK_LANE_STEP];
  subtract_all(width, classes, x);
  gchk_exp_array(x, x, classes * width);
  for (size_t k = 0; k < width; k += GCHK_LANE_STEP) {
    add_all(width, classes, GCHK_LANE_STEP, x + k, sum);
    for (size_t c = 0; c < classes; c++)
      divide(GCHK_LANE_STEP, x + c * width + k, sum);
  }
}

GCHK_CLONES static void negate_size(size_t count, const double *restrict x, double *restrict y) {
  for (size_t k = 0; k < count; k++)
    y[k] = x[k] < 0 ? x[k] : -x[k];
}

GCHK_CLONES static void divide_logistic(size_t count, const double *restrict x, double *restrict e) {
  for (size_t k = 0; k < count; k++)
    e[k] = (x[k] < 0 ? e[k] : 1) / (1 + e[k]);
}

void gchk_lanes_logistic(size_t count, const double *x, double *y) {
  negate_size(count, x, y);
  gchk_exp_array(y, y, count);
  divide_logistic(count, x, y);
}

GCHK_CLONES static void subtract(size_t count, double *restrict loss, double t, const double *restrict a,
                                 const double *restrict b) {
  for (size_t k = 0; k < count; k++)
    loss[k] -= t * (a[k] - b[k]);
}

void gchk_lanes_subtract(size_t count, double *loss, double t, const double *a, const double *b) {
  subtract(count, loss, t, a, b);
}

GCHK_CLONES static void add_to_quotient(size_t count, double *restrict to, const double *restrict e,
                                        const double *restrict sum, double eps) {
  for (size_t k = 0; k < count; k++)
    to[k] = e[k] / sum[k] + eps;
}

void gchk_lanes_quotient(size_t count, double *to, const double *e, const double *sum, double eps) {
  add_to_quotient(count, to, e, sum, eps);
}

GCHK_CLONES static void subtract_times(size_t count, double *restrict loss, double t, const double *restrict a) {
  for (size_t k = 0; k < count; k++)
    loss[k] -= t * a[k];
}

void gchk_lanes_subtract_times(size_t count, double *loss, double t, const double *a) {
  subtract_times(count, loss, t, a);
}

GCHK_CLONES static void weigh(size_t count, double *restrict loss, const double *restrict a) {
  for (size_t k = 0; k < count; k++)
    loss[k] = 0 - loss[k] * a[k];
}

void gchk_lanes_weigh(size_t count, double *loss, const double *a) {
  weigh(count, loss, a);
}

GCHK_CLONES static void weigh_difference(size_t count, double *restrict loss, const double *restrict a,
                                         const double *restrict b) {
  for (size_t k = 0; k < count; k++)
    loss[k] = 0 - loss[k] * (a[k] - b[k]);
}

void gchk_lanes_weigh_difference(size_t count, double *loss, const double *a, const double *b) {
  weigh_difference(count, loss, a, b);
}

void gchk_lanes_subtract_log(size_t count, double *loss, double t, const double *p, double eps, double *work) {
  for (size_t k = 0; k < count; k++)
    work[k] = p[k] + eps;
  gchk_log_array(work, work, count);
  subtract_times(count, loss, t, work);
}
