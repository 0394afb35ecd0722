/*
 * Training: the case of a network taken as far as its gradients take it. Link gradcheck_suite (gradcheck::suite).
 *
 *     gchk_suite_training training;
 *     gchk_train_options how = GCHK_TRAIN_OPTIONS_INIT;
 *     gchk_trainer *trainer = NULL;
 *     double loss;
 *     if (gchk_suite_training_data(suite, "two-layer-net", 100, &training, &error) == GCHK_OK &&
 *         gchk_trainer_new(&trainer, &training.spec, &training.train, &how, &error) == GCHK_OK)
 *       for (size_t k = 0; k < 1000 && gchk_trainer_step(trainer, &loss, &error) == GCHK_OK; k++) ...
 *     gchk_trainer_free(trainer);
 *
 * Minibatches go through the rows of the data in a random order, each row once, and then in another order. The loss is
 * the one number that the network puts out; the accuracy compares the largest of the scores that the last node reads
 * with its target, a one-hot row or a label. State of layers is reset before every forward, as in a check: rolling
 * statistics do not survive a minibatch.
 */
#ifndef GRADCHECK_TRAIN_H
#define GRADCHECK_TRAIN_H

#include "gradcheck/check.h"
#include "gradcheck/suite.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An optimiser. Made here, never by a caller; fields may be added at the end. */
typedef struct gchk_optimiser_info {
  const char *name;    /* "sgd" */
  double rate;         /* the learning rate where nobody says another */
  const char *formula; /* "w -= rate g" */
} gchk_optimiser_info;

/* The optimiser called `name`, or NULL; and all of them one after the other, NULL past the last. They live for ever. */
GCHK_API const gchk_optimiser_info *gchk_optimiser_find(const char *name);
GCHK_API const gchk_optimiser_info *gchk_optimiser_at(size_t index);

/*
 * The rows of a data set for one value of the network: as doubles, or as bytes, of which a row is made when it is
 * needed. The numbers belong to the caller.
 */
typedef struct gchk_samples {
  const char *name;           /* of the value: "x" */
  size_t width;               /* numbers a row */
  const double *values;       /* rows * width; NULL: there are bytes */
  const unsigned char *bytes; /* rows * width, each to be multiplied by `scale` */
  double scale;
  size_t classes; /* not 0: bytes are rows * width/classes labels below it, each a row of as many numbers with a 1 */
} gchk_samples;

/* Writes row `row` of them, `width` numbers, to `numbers`. */
GCHK_API void gchk_samples_row(const gchk_samples *samples, size_t row, double *numbers);

typedef struct gchk_data_set {
  size_t rows;
  size_t count; /* of samples */
  const gchk_samples *samples;
} gchk_data_set;

/* A case of a suite that was built again for a batch of its training data, and the data. All belongs to the suite. */
typedef struct gchk_suite_training {
  gchk_case spec;            /* filled, its values are the first rows of the training data; nothing is expected of it */
  gchk_data_set train, test; /* test.rows is 0 where the case names no data to test with */
} gchk_suite_training;

/*
 * The case called `name` for minibatches of `batch` rows. GCHK_INVALID when there is no such case, it has no training
 * data, they are fewer than a batch, or do not fit; GCHK_IO with the way to get it when a file is missing. `suite` and
 * what it gave before stay as they are. Reads the files of the data every time.
 */
GCHK_API gchk_status gchk_suite_training_data(gchk_suite *suite, const char *name, size_t batch,
                                              gchk_suite_training *training, gchk_error *error) GCHK_MUST_USE;

/* How to train. Begin with GCHK_TRAIN_OPTIONS_INIT: `size` says which fields the caller knows, the others are 0. */
typedef struct gchk_train_options {
  size_t size;
  const char *optimiser; /* NULL: "sgd" */
  double rate;           /* 0: that of the optimiser */
  uint64_t seed;         /* of the initial values, and of the order of rows; as gchk_options.seed */
} gchk_train_options;

#define GCHK_TRAIN_OPTIONS_INIT                                                                                        \
  { .size = sizeof(gchk_train_options) }

typedef struct gchk_trainer gchk_trainer;

/*
 * A trainer at the initial weights of `spec`, which are those that a check of it starts from with the same seed. A
 * batch has as many rows as the values of the case. The trainer belongs to the caller (gchk_trainer_free); it copies
 * `spec` but not what that points to, nor the data: these must outlive it. `how` may be NULL.
 * GCHK_INVALID when the data do not fit the network, it does not put out one number, or it has nothing to train.
 */
GCHK_API gchk_status gchk_trainer_new(gchk_trainer **trainer, const gchk_case *spec, const gchk_data_set *data,
                                      const gchk_train_options *how, gchk_error *error) GCHK_MUST_USE;
GCHK_API void gchk_trainer_free(gchk_trainer *trainer); /* NULL is fine */

/*
 * One minibatch: forward, backward, a step of the optimiser. *loss is that of the batch before the step. Allocates
 * nothing. GCHK_LAYER_FAILED when a callback of a layer does.
 */
GCHK_API gchk_status gchk_trainer_step(gchk_trainer *trainer, double *loss, gchk_error *error) GCHK_MUST_USE;

/*
 * The part of the rows of `data` that is classified right; NaN where the last node compares no scores with classes.
 * Costs one forward a batch of rows. The values of the network are then those of the last batch.
 */
GCHK_API gchk_status gchk_trainer_accuracy(gchk_trainer *trainer, const gchk_data_set *data, double *accuracy,
                                           gchk_error *error) GCHK_MUST_USE;

/* How many rows a minibatch has, and the learning rate in use. */
GCHK_API size_t gchk_trainer_batch(const gchk_trainer *trainer);
GCHK_API double gchk_trainer_rate(const gchk_trainer *trainer);

/*
 * All tensors as they are now, in the order of spec->layer's table, read with gchk_tensor_get; or one by its name, NULL
 * where there is none. They are views that hold until the trainer is freed; the next step changes the numbers in them.
 */
GCHK_API const gchk_tensor *gchk_trainer_tensors(const gchk_trainer *trainer, size_t *count);
GCHK_API const gchk_tensor *gchk_trainer_tensor(const gchk_trainer *trainer, const char *name);

/*
 * Checks the gradients at the present weights and rows, as gchk_check_cases would the case with these values. The
 * trainer stays as it is; the caller frees the result. `options` may be NULL; a budget keeps the cost down (about six
 * forwards an element). A wrong gradient is in the result and no error.
 */
GCHK_API gchk_status gchk_trainer_check(const gchk_trainer *trainer, const gchk_options *options, gchk_result **result,
                                        gchk_error *error) GCHK_MUST_USE;

/* Writes every parameter by its name, in the precision that it has, to an .npz file. GCHK_IO when it cannot. */
GCHK_API gchk_status gchk_trainer_save_weights(const gchk_trainer *trainer, const char *path,
                                               gchk_error *error) GCHK_MUST_USE;

/*
 * Reads such a file, in either precision, or one of numpy.savez: every parameter of the trainer by its name, in its
 * shape, and nothing else; all of them or none. GCHK_INVALID for another network's, a number that is not finite or a
 * damaged file, GCHK_IO where it cannot be read. Optimisers keep what they remember of the steps before.
 */
GCHK_API gchk_status gchk_trainer_load_weights(gchk_trainer *trainer, const char *path,
                                               gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
