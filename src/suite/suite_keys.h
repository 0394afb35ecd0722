/*
 * The keys of a suite file, as one table: it reads the maps of a suite into the structs below, knows which key was
 * meant where one is misspelt, and is printed as the manual of the format (suite_manual.c).
 *
 * A new key is a row of the table (suite_keys.c), the field that it is read into, and what is done with it.
 */
#ifndef GCHK_SUITE_SUITE_KEYS_H
#define GCHK_SUITE_SUITE_KEYS_H

#include "suite/suite_names.h"
#include "suite/suite_reader.h"

/* The sections of the table. The keys of a map are those of one section or of several. */
enum {
  GCHK_KEYS_SUITE = 1 << 0,
  GCHK_KEYS_CASE = 1 << 1,
  GCHK_KEYS_SETTING = 1 << 2, /* of `defaults` and of a case */
  GCHK_KEYS_EXPECT = 1 << 3,
  GCHK_KEYS_TRAIN = 1 << 4,
  GCHK_KEYS_ITEM = 1 << 5, /* of a network's list; the layer's tensors, sizes and options are keys of it too */
  GCHK_KEYS_VALUE = 1 << 6,
  GCHK_KEYS_FILL = 1 << 7,
  GCHK_KEYS_CLASS = 1 << 8, /* fills of labels; beside a file or `values` they say what the numbers are */
  GCHK_KEYS_DATA = 1 << 9,
  GCHK_KEYS_SPLIT = 1 << 10,
  GCHK_KEYS_REFERENCE = 1 << 11,
  GCHK_KEYS_ARCHIVE = 1 << 12,
  GCHK_KEYS_PRECISION = 1 << 13,
  GCHK_KEYS_DOCUMENT = 1 << 14, /* of a row of `documents` */
  GCHK_KEYS_SUPPRESS = 1 << 15, /* of a row of `suppress` */
  GCHK_KEYS_OF_CASE = GCHK_KEYS_CASE | GCHK_KEYS_SETTING | GCHK_KEYS_EXPECT | GCHK_KEYS_TRAIN,
  GCHK_KEYS_OF_VALUE = GCHK_KEYS_VALUE | GCHK_KEYS_FILL | GCHK_KEYS_CLASS | GCHK_KEYS_DATA,
};

/* What a key's value is read into. All refuse what is not of the type. */
typedef enum gchk_key_type {
  GCHK_KEY_NODE, /* const gchk_yaml *: whatever stands there */
  GCHK_KEY_MAP,  /* const gchk_yaml *, a map */
  GCHK_KEY_TEXT, /* const char * */
  GCHK_KEY_REASON,
  GCHK_KEY_POSITIVE,  /* double */
  GCHK_KEY_THRESHOLD, /* gchk_suite_threshold */
  GCHK_KEY_SEED,      /* gchk_suite_seed */
  GCHK_KEY_DTYPE,     /* gchk_dtype */
  GCHK_KEY_MODE,      /* gchk_mode */
  GCHK_KEY_PART       /* gchk_suite_part */
} gchk_key_type;

typedef struct gchk_suite_key {
  unsigned section;
  const char *key;
  gchk_key_type type;
  size_t offset;        /* of the field in the struct of its map */
  const char *form;     /* what is written after the key, for the manual */
  const char *sentence; /* what it does */
} gchk_suite_key;

/* The structs that maps are read into. A field is NULL or 0, or as it was before, where the key is not there. */
typedef struct gchk_top_keys {
  const gchk_yaml *defaults, *plugins, *twins, *cases;
} gchk_top_keys;

typedef struct gchk_case_keys {
  gchk_suite_settings settings; /* first: `defaults` is read into the same struct by itself */
  const char *name, *expected_failure;
  gchk_mode mode;
  const gchk_yaml *layer, *network, *values, *sizes, *options;
  const gchk_yaml *expect, *gradients, *upstream, *reference, *compare, *thresholds, *skip, *suppress, *documents;
  const gchk_yaml *train, *test;
} gchk_case_keys;

typedef struct gchk_item_keys {
  const gchk_yaml *in, *as;
  const char *name;
} gchk_item_keys;

typedef struct gchk_value_keys {
  const gchk_yaml *shape, *differentiate;
  gchk_suite_threshold threshold;
  double keep_away;
  const gchk_yaml *normal, *uniform, *positive, *distinct, *constant, *values; /* fills */
  const gchk_yaml *he, *xavier, *lecun, *he_uniform, *xavier_uniform, *lecun_uniform;
  const gchk_yaml *one_hot, *labels, *indices, *ignored;    /* classes */
  const gchk_yaml *idx, *csv, *npy, *npz, *member, *header; /* files, and what of them */
  const gchk_yaml *column, *columns, *rows, *split, *scale, *standardise;
} gchk_value_keys;

typedef enum gchk_suite_part { GCHK_PART_UNSAID = 0, GCHK_PART_TRAIN, GCHK_PART_TEST } gchk_suite_part;

typedef struct gchk_split_keys {
  gchk_suite_part part;
  const gchk_yaml *fraction;
  gchk_suite_seed seed;
} gchk_split_keys;

typedef struct gchk_reference_keys {
  const char *source;
  double rtol, atol;
  const gchk_yaml *npz, *gradients;
} gchk_reference_keys;

typedef struct gchk_archive_keys {
  const gchk_yaml *f64, *f32;
} gchk_archive_keys;

typedef struct gchk_precision_keys {
  const gchk_yaml *storage, *products;
} gchk_precision_keys;

typedef struct gchk_document_keys {
  const char *document, *at, *prints;
  const gchk_yaml *value, *gradient, *shape, *mean_abs_diff, *agreement, *formula, *elsewhere, *misprint, *units;
} gchk_document_keys;

typedef struct gchk_suppress_keys {
  const char *finding, *tensor, *until, *reason;
} gchk_suppress_keys;

/* Refuses a map with a key of no section of `sections`, and names the nearest one; `what` is what the map is. */
gchk_status gchk_suite_check_keys(const gchk_suite_reader *reader, const gchk_yaml *map, unsigned sections,
                                  const char *what) GCHK_MUST_USE;

/* Reads the keys of `sections` that `map` has into the struct `keys`, in the order of the table. `map` may be NULL. */
gchk_status gchk_suite_read_keys(const gchk_suite_reader *reader, const gchk_yaml *map, unsigned sections,
                                 void *keys) GCHK_MUST_USE;

/* The rows, in order. */
const gchk_suite_key *gchk_suite_key_at(size_t index); /* NULL past the last */

/* The key called `name` in `sections`, or NULL. */
const gchk_suite_key *gchk_suite_find_key(unsigned sections, const char *name);

/* What the field at `offset` is called; for the keys of a value, for messages. */
const char *gchk_suite_value_key(size_t offset);

/* The node that was read into the field at `offset`, or NULL. */
const gchk_yaml *gchk_suite_key_node(const void *keys, size_t offset);

/* The names of the keys of `sections`, after what the list has. */
void gchk_suite_add_keys(gchk_suite_names *list, unsigned sections);

#endif
