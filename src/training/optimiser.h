/*
 * Optimisers: how parameters change with their gradients. One row of a table each.
 *
 *     sgd        w -= rate g
 *     momentum   v = 0.9 v - rate g,  w += v                                (Polyak 1964)
 *     adam       m = b1 m + (1-b1) g,  s = b2 s + (1-b2) g^2,
 *                w -= rate (m/(1-b1^k)) / (sqrt(s/(1-b2^k)) + 1e-8)         at step k; b1 = 0.9, b2 = 0.999
 *                (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1)
 *
 * The change is computed in double, for float parameters too, and rounded once when it is added.
 */
#ifndef GCHK_TRAINING_OPTIMISER_H
#define GCHK_TRAINING_OPTIMISER_H

#include "gradcheck/train.h"
#include "instance/instance.h"

/* What a step is taken with: the learning rate, and its number, from 1. */
typedef struct gchk_optimiser_step {
  double rate;
  uint64_t number;
} gchk_optimiser_step;

enum { GCHK_MOST_MOMENTS = 2 };

typedef struct gchk_optimiser_kind {
  gchk_optimiser_info info; /* what callers see of it */
  size_t moment_count;      /* arrays that it keeps for each parameter, zero at the start; at most GCHK_MOST_MOMENTS */
  /* change[i] is what is added to parameter i, whose gradient is g[i]; moment[k] are those of these parameters. */
  void (*change)(double *change, double *const *moment, const double *g, size_t count, const gchk_optimiser_step *step);
} gchk_optimiser_kind;

/* The kind called `name`, or NULL. */
const gchk_optimiser_kind *gchk_optimiser_kind_of(const char *name);

typedef struct gchk_optimiser gchk_optimiser;

/* For the parameters of `instance` that have a gradient. rate 0: that of the kind. GCHK_INVALID when there are none. */
gchk_status gchk_optimiser_new(gchk_optimiser **optimiser, const gchk_optimiser_kind *kind, double rate,
                               const gchk_instance *instance, gchk_error *error) GCHK_MUST_USE;
void gchk_optimiser_free(gchk_optimiser *optimiser);

/* Changes the parameters of the same instance by their gradients, over the layer's grad_scale. Allocates nothing. */
void gchk_optimiser_step_once(gchk_optimiser *optimiser, gchk_instance *instance);

double gchk_optimiser_rate(const gchk_optimiser *optimiser);

#endif
