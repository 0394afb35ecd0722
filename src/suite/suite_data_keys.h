/* What the keys of a value say of its data file: read and checked before the file is opened. */
#ifndef GCHK_SUITE_SUITE_DATA_KEYS_H
#define GCHK_SUITE_SUITE_DATA_KEYS_H

#include "suite/rows.h"
#include "suite/suite_keys.h"

typedef enum gchk_data_kind { GCHK_DATA_IDX = 0, GCHK_DATA_CSV, GCHK_DATA_NPY, GCHK_DATA_NPZ } gchk_data_kind;

typedef struct gchk_data_plan {
  const gchk_value_keys *keys; /* those that are there, and where each stands */
  gchk_data_kind kind;
  const gchk_yaml *file; /* the path's node */
  const char *path;      /* seen from where the program runs */
  bool has_header;
  gchk_rows rows;
  gchk_rows columns; /* of `column` or `columns` */
  bool is_train;     /* of `split` */
  const gchk_yaml *fraction_node;
  double fraction;
  uint64_t seed;
  bool is_one_mean; /* of `standardise`: one for all columns */
  double factor;    /* of `scale` */
  size_t classes;   /* of `labels`, `indices` or `one_hot`; 0: none of them is there */
} gchk_data_plan;

/* Is a file named? */
bool gchk_suite_is_data(const gchk_value_keys *keys);

/* Does this key name one? */
bool gchk_suite_is_data_key(const char *key);

/* Reads them for the value called `name`; keys that are wrong, or have no sense beside others, are refused. */
gchk_status gchk_suite_read_data_plan(const gchk_suite_reader *reader, const gchk_value_keys *keys, const char *name,
                                      gchk_data_plan *plan) GCHK_MUST_USE;

#endif
