/* The record of a training that came to its end, without its losses, points and checks. */
#ifndef CHECKS_REPORT_PLAIN_TRAINING_H
#define CHECKS_REPORT_PLAIN_TRAINING_H

#include "gradcheck/train_report.h"

static inline gchk_train_record plain_training(const char *name) {
  return (gchk_train_record){
      .name = name,
      .suite = "s.yaml",
      .optimiser = "sgd",
      .dtype = GCHK_F64,
      .rate = 0.1,
      .batch = 100,
      .train_rows = 60000,
      .test_rows = 10000,
      .is_complete = true,
      .ending = "",
      .environment =
          {.cpu = "cpu", .compiler = "cc", .os = "os", .blas_library = "blas", .blas_core = "core", .blas_threads = 2},
      .wall_s = 1.5};
}

#endif
