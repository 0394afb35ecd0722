/*
 * What a training run leaves behind: its curves as CSV and as one HTML page.
 *
 * Both are pure functions of the record. The CSV holds nothing that depends on the clock.
 */
#ifndef GRADCHECK_TRAIN_REPORT_H
#define GRADCHECK_TRAIN_REPORT_H

#include "gradcheck/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The accuracies after so many iterations; NaN where there is none. */
typedef struct gchk_train_point {
  uint64_t iteration;
  double train_accuracy, test_accuracy;
} gchk_train_point;

/* A gradient check at the weights after so many iterations. */
typedef struct gchk_train_check {
  uint64_t iteration;
  gchk_verdict verdict;
  uint64_t elements; /* checked */
  const char *text;  /* what it found, or "" */
} gchk_train_check;

typedef struct gchk_train_record {
  const char *name, *suite, *optimiser;
  gchk_dtype dtype;
  double rate;
  size_t batch, train_rows, test_rows;
  uint64_t seed, iterations; /* as asked for */
  bool is_complete;
  const char *ending; /* why it is not: "stopped at a wrong gradient"; "" */
  size_t step_count;  /* iterations that were done */
  const double *loss; /* of each, before its step */
  size_t point_count;
  const gchk_train_point *points;
  size_t check_count;
  const gchk_train_check *checks;
  gchk_environment environment;
  double wall_s;
} gchk_train_record;

typedef enum gchk_train_format {
  GCHK_TRAIN_CSV,  /* "iteration,loss,train_accuracy,test_accuracy": a line an iteration, in 17 digits */
  GCHK_TRAIN_HTML, /* one page in the look of the HTML report, without scripts */
  GCHK_TRAIN_FORMAT_COUNT
} gchk_train_format;

/* Writes the record into the file `path`, as gchk_report_save does. GCHK_IO, GCHK_NO_MEMORY. */
GCHK_API gchk_status gchk_train_report_save(const gchk_train_record *record, gchk_train_format format, const char *path,
                                            gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
