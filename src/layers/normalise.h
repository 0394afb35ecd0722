/*
 * Normalisation of groups of elements to mean 0 and variance 1, with a gain and a bias a channel: what layer_norm,
 * group_norm and batch_norm are, which differ in what a group is.
 *
 *     mean = sum x/n,  var = sum (x - mean)^2/n,  rstd = 1/sqrt(var + eps),  xhat = (x - mean) rstd
 *     y    = gamma xhat + beta
 *
 *     dxhat = dy gamma,  dgamma = sum dy xhat,  dbeta = sum dy
 *     dx    = rstd (dxhat - sum dxhat/n - xhat sum(dxhat xhat)/n)
 *
 * The second term of dx is the gradient by way of the mean, the third by way of the variance; both are left out where
 * mean and variance are given. The variance is that of differences from the mean: E[x^2] - E[x]^2 would cancel.
 */
#ifndef GCHK_LAYERS_NORMALISE_H
#define GCHK_LAYERS_NORMALISE_H

#include <string.h>

#include "layers/lanes_norm.h"
#include "layers/lanes_rows.h"
#include "layers/real.h"

/* The rows that the tables of these layers begin with. */
enum { X, GAMMA, BETA, Y, MEAN, RSTD };

/* The groups of x, and the channel of an element. */
typedef struct groups {
  size_t count, n;        /* groups, elements of each */
  size_t apart;           /* from the first element of a group to that of the next */
  size_t run, step;       /* a group is runs of elements side by side, `step` from one to the next */
  size_t inner, channels; /* element i of x is of channel i / inner % channels */
} groups;

/* Where the k-th element of group g is. */
static inline size_t place(const groups *s, size_t g, size_t k) {
  return g * s->apart + k / s->run * s->step + k % s->run;
}

static inline size_t channel(const groups *s, size_t at) {
  return at / s->inner % s->channels;
}

/* Mean and variance of group g. */
static inline void find_moments(const groups *s, size_t g, const real *x, real *mean, real *variance) {
  real sum = 0, squares = 0;
  for (size_t k = 0; k < s->n; k++)
    sum += x[place(s, g, k)];
  *mean = sum / (real)s->n;
  for (size_t k = 0; k < s->n; k++) {
    const real d = x[place(s, g, k)] - *mean;
    squares += d * d;
  }
  *variance = squares / (real)s->n;
}

/* y of group g, once its mean and rstd are in the caches. */
static inline void normalise_group(const gchk_call *call, const groups *s, size_t g) {
  const real *x = call->t[X].value, *gamma = call->t[GAMMA].value, *beta = call->t[BETA].value;
  const real *mean = call->t[MEAN].value, *rstd = call->t[RSTD].value;
  real *y = call->t[Y].value;
  for (size_t k = 0; k < s->n; k++) {
    const size_t at = place(s, g, k), c = channel(s, at);
    y[at] = gamma[c] * ((x[at] - mean[g]) * rstd[g]) + beta[c];
  }
}

/* forward with the groups' own mean and variance. */
static inline void normalise(const gchk_call *call, const groups *s, real eps) {
  real *mean = call->t[MEAN].value, *rstd = call->t[RSTD].value, variance;
  for (size_t g = 0; g < s->count; g++) {
    find_moments(s, g, call->t[X].value, &mean[g], &variance);
    rstd[g] = 1 / real_sqrt(variance + eps);
    normalise_group(call, s, g);
  }
}

/* backward of group g; dgamma and dbeta are added to. */
static inline void propagate_group(const gchk_call *call, const groups *s, size_t g, bool are_moments_given) {
  const real *x = call->t[X].value, *gamma = call->t[GAMMA].value, *dy = call->t[Y].grad;
  const real mean = ((const real *)call->t[MEAN].value)[g], rstd = ((const real *)call->t[RSTD].value)[g];
  real *dx = call->t[X].grad, *dgamma = call->t[GAMMA].grad, *dbeta = call->t[BETA].grad;
  real by_mean = 0, by_variance = 0;
  for (size_t k = 0; k < s->n; k++) {
    const size_t at = place(s, g, k), c = channel(s, at);
    const real xhat = (x[at] - mean) * rstd;
    dgamma[c] += dy[at] * xhat;
    dbeta[c] += dy[at];
    by_mean += dy[at] * gamma[c];
    by_variance += dy[at] * gamma[c] * xhat;
  }
  by_mean = are_moments_given ? 0 : by_mean / (real)s->n;
  by_variance = are_moments_given ? 0 : by_variance / (real)s->n;
  for (size_t k = 0; k < s->n; k++) {
    const size_t at = place(s, g, k), c = channel(s, at);
    const real xhat = (x[at] - mean) * rstd;
    dx[at] = rstd * (dy[at] * gamma[c] - by_mean - xhat * by_variance);
  }
}

static inline void propagate(const gchk_call *call, const groups *s, bool are_moments_given) {
  memset(call->t[GAMMA].grad, 0, call->t[GAMMA].count * sizeof(real));
  memset(call->t[BETA].grad, 0, call->t[BETA].count * sizeof(real));
  for (size_t g = 0; g < s->count; g++)
    propagate_group(call, s, g, are_moments_given);
}

/* LANES_OF_GROUPS: lanes of a layer whose groups are elements of a row side by side, as `groups_of` tells of a call. */
#if GCHK_REAL_IS_FLOAT
#define LANES_OF_GROUPS(name, groups_of)
#else
static inline gchk_lane_norm norm_of_groups(const gchk_call *call, groups s) {
  return (gchk_lane_norm){.kind = GCHK_NORM_MOMENTS,
                          .units = call->t[X].count / gchk_lane_rows(&call->t[X]),
                          .n = s.n,
                          .inner = s.inner,
                          .channels = s.channels,
                          .gamma = call->t[GAMMA].value,
                          .beta = call->t[BETA].value,
                          .x = call->t[X].value,
                          .y = call->t[Y].value,
                          .eps = call->option[0]};
}

/* xhat of one element of a row whose groups hold `n` each. */
static inline double lane_xhat(const gchk_call *call, size_t at, size_t n) {
  const double *x = call->t[X].value, *mean = call->t[MEAN].value, *rstd = call->t[RSTD].value;
  return (x[at] - mean[at / n]) * rstd[at / n];
}

#define LANES_OF_GROUPS(name, groups_of)                                                                               \
  static gchk_lane_norm lane_norm(const gchk_call *call) {                                                             \
    return norm_of_groups(call, groups_of(call));                                                                      \
  }                                                                                                                    \
  static double lane_factor(const gchk_call *call, size_t row, size_t unit) {                                          \
    const gchk_lane_norm norm = lane_norm(call);                                                                       \
    return lane_xhat(call, row * norm.units + unit, norm.n);                                                           \
  }                                                                                                                    \
  static bool lane_head(const gchk_call *call, size_t tensor, gchk_lane_head *head) {                                  \
    const gchk_lane_norm norm = lane_norm(call);                                                                       \
    return (tensor == GAMMA || tensor == BETA) &&                                                                      \
           gchk_lanes_norm_head(&norm, tensor == GAMMA ? lane_factor : NULL, head);                                    \
  }                                                                                                                    \
  NORM_LANES(gchk_##name##_lanes, lane_head)
#endif

/* Gains around 1, of which none is nearly 0. */
#define GAIN(name, ...) TENSOR(name, GCHK_PARAMETER, __VA_ARGS__, .fill = {.kind = GCHK_FILL_POSITIVE})

#define EPS_OPTION(initially, why)                                                                                     \
  { .name = "eps", .initial = (initially), .minimum = 0, .maximum = 1, .doc = (why) }

#endif
