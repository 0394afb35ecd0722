/*
 * The data of `gradcheck train`: a case's keys `train` and `test`.
 *
 *     train: {x: {idx: ../mnist/full/train-images-idx3-ubyte, scale: 1/255}, t: {idx: ..., one_hot: 10}}
 *     test:  {x: ..., t: ...}
 *
 * They are written like `values`, for those of the case's values that have a row a sample, and read only here: a suite
 * loads, and its cases run, without the files.
 */
#ifndef GCHK_SUITE_SUITE_TRAIN_H
#define GCHK_SUITE_SUITE_TRAIN_H

#include "gradcheck/check.h"
#include "gradcheck/suite.h"
#include "network/train.h"

/* A case that was built again for a batch of its training data, and the data. All of it belongs to the suite. */
typedef struct gchk_suite_training {
  gchk_case spec;            /* filled, its values are the first rows of the training data; nothing is expected of it */
  gchk_data_set train, test; /* test.rows is 0 where the case names no data to test with */
} gchk_suite_training;

/*
 * GCHK_INVALID when the case has no training data, they are fewer than a batch, or do not fit; GCHK_IO with the way to
 * get it when a file is missing. `suite` and what it gave before stay as they are.
 */
gchk_status gchk_suite_training_data(gchk_suite *suite, const char *name, size_t batch, gchk_suite_training *training,
                                     gchk_error *error) GCHK_MUST_USE;

#endif
