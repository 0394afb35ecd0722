/* What the losses' kernels for lanes (lanes.h) are made of: sums over the elements of each lane's row. */
#ifndef GCHK_LAYERS_LANES_ROWS_H
#define GCHK_LAYERS_LANES_ROWS_H

#include "layers/lanes.h"

/*
 * x[c] -= max_c x[c], e[c] = exp(x[c]), sum = sum_c e[c], in each of `width` lanes of `classes` elements. e may be x,
 * which then has the exponentials.
 */
void gchk_lanes_exp(size_t width, size_t classes, double *x, double *e, double *sum);

/* x[c] = exp(x[c])/sum_k exp(x[k]), in each lane. */
void gchk_lanes_softmax(size_t width, size_t classes, double *x);

/* y = 1/(1 + exp(-x)), as logistic.h computes it; x and y do not overlap. */
void gchk_lanes_logistic(size_t count, const double *x, double *y);

/* loss -= t (a - b), in `count` lanes. */
void gchk_lanes_subtract(size_t count, double *loss, double t, const double *a, const double *b);

/* to = e/sum + eps; to overlaps neither. */
void gchk_lanes_quotient(size_t count, double *to, const double *e, const double *sum, double eps);

/* loss -= t a, in `count` lanes. */
void gchk_lanes_subtract_times(size_t count, double *loss, double t, const double *a);

/* loss = 0 - loss a, where loss has the weight of each lane's term; and 0 - loss (a - b). */
void gchk_lanes_weigh(size_t count, double *loss, const double *a);
void gchk_lanes_weigh_difference(size_t count, double *loss, const double *a, const double *b);

/* loss -= t log(p + eps), in `count` lanes; `work` is room for as many numbers. */
void gchk_lanes_subtract_log(size_t count, double *loss, double t, const double *p, double eps, double *work);

/* A value has as many rows as its first dimension says; one sample is a vector. */
static inline size_t gchk_lane_rows(const gchk_tensor *t) {
  return t->shape.rank > 1 ? t->shape.dim[0] : 1;
}

#endif
