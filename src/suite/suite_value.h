/* A value: a tensor of a layer or of a network as the suite lists it, and what else is said of it there. */
#ifndef GCHK_SUITE_SUITE_VALUE_H
#define GCHK_SUITE_SUITE_VALUE_H

#include "gradcheck/train.h"
#include "suite/suite_reader.h"

typedef enum gchk_differentiate {
  GCHK_DIFFERENTIATE_UNSAID = 0,
  GCHK_DIFFERENTIATE_YES,
  GCHK_DIFFERENTIATE_NO
} gchk_differentiate;

/* What the numbers of a value are, as far as is known: decides which kind of tensor it can be. */
typedef enum gchk_value_class {
  GCHK_VALUE_ANY = 0, /* whole numbers that may be either, or nothing but a shape */
  GCHK_VALUE_REAL,
  GCHK_VALUE_LABEL /* labels or indices: for integer tensors only */
} gchk_value_class;

typedef struct gchk_suite_initial gchk_suite_initial;

typedef struct gchk_suite_value {
  const char *name;
  const gchk_yaml *node;
  bool has_shape; /* false for a number and for a fill without a shape: it is as the layer wants it */
  gchk_shape shape;
  gchk_fill fill;                    /* GCHK_FILL_VALUES with numbers, or how to fill, or GCHK_FILL_DEFAULT */
  const gchk_suite_initial *initial; /* what makes the fill once its tensor is known; NULL: nothing */
  double fan_in, fan_out;            /* of that, as written; 0: as the tensor's shape says */
  const gchk_yaml *infinite;         /* where the first of its numbers is that is infinite; NULL: none is */
  gchk_value_class class;
  size_t label_count; /* the labels are below this; 0: not said */
  bool is_one_hot;
  bool has_ignored; /* `ignored` is a label that does not count */
  int32_t ignored;
  gchk_samples packed;   /* where it has bytes: the numbers of `fill`, which has their count alone then */
  const char *data_path; /* the file that the numbers are from; NULL: none */
  gchk_differentiate differentiate;
  gchk_suite_threshold threshold;
  double keep_away;
  bool is_used; /* some layer reads it */
} gchk_suite_value;

/* True for numbers that are written down or read from a file, false for a fill. */
bool gchk_suite_value_has_numbers(const gchk_suite_value *value);

/* The value with the ignored label that the row of a layer declares, where it has none of its own. */
gchk_suite_value gchk_suite_value_of_row(const gchk_suite_value *value, const gchk_layer *layer, size_t row,
                                         const double *options);

/* "data.csv: number 3 is nan; finite numbers are wanted", of the number `index` of a file. */
gchk_status gchk_suite_not_finite(const gchk_suite_reader *reader, const gchk_yaml *at, const char *path, size_t index,
                                  double x) GCHK_MUST_USE;

/* No number of it is infinite: "x is .inf; a finite number is wanted", or of a file as above. */
gchk_status gchk_suite_check_finite(const gchk_suite_reader *reader, const gchk_suite_value *value) GCHK_MUST_USE;

/* Every label, and every label that may be drawn, must be below `count`: "label 3 is 12, but there are 10 classes". */
gchk_status gchk_suite_check_labels(const gchk_suite_reader *reader, const gchk_suite_value *value,
                                    size_t count) GCHK_MUST_USE;

#endif
