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

#include "gradcheck/train.h"
#include "suite/suite_reader.h"

/* gchk_suite_training_data of a case's map; for suite.c. */
gchk_status gchk_suite_training_read(gchk_suite_reader *reader, const gchk_yaml *case_map, size_t batch,
                                     gchk_suite_training *training) GCHK_MUST_USE;

#endif
