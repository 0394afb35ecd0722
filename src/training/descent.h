/*
 * Descent: minibatches of a data set, gradients by the network's own backward, steps of an optimiser, on an instance
 * that was built for the size of a batch and filled. What gradcheck/train.h offers, but for the case: making and
 * filling the instance, checks and files are not here.
 *
 * Every row of the data comes once an epoch (the source documents draw every row anew, with replacement).
 */
#ifndef GCHK_TRAINING_DESCENT_H
#define GCHK_TRAINING_DESCENT_H

#include "training/optimiser.h"

typedef struct gchk_descent gchk_descent;

/*
 * The instance holds the parameters that it starts from, and is borrowed, as the data are. The orders of rows come from
 * the stream "train" of `seed`. GCHK_INVALID when the data do not fit the instance, it does not put out one number, or
 * it has nothing to train.
 */
gchk_status gchk_descent_new(gchk_descent **descent, gchk_instance *instance, const gchk_data_set *data,
                             const gchk_optimiser_kind *kind, double rate, uint64_t seed,
                             gchk_error *error) GCHK_MUST_USE;
void gchk_descent_free(gchk_descent *descent);

/* One minibatch, as gchk_trainer_step. Allocates nothing. */
gchk_status gchk_descent_step(gchk_descent *descent, double *loss, gchk_error *error) GCHK_MUST_USE;

/* As gchk_trainer_accuracy. */
gchk_status gchk_descent_accuracy(gchk_descent *descent, const gchk_data_set *data, double *accuracy,
                                  gchk_error *error) GCHK_MUST_USE;

/* How many rows a minibatch has, and the learning rate in use. */
size_t gchk_descent_batch(const gchk_descent *descent);
double gchk_descent_rate(const gchk_descent *descent);

#endif
