/*
 * Values from files, in this order:
 *
 *     file    idx: PATH | csv: PATH (header: true) | npy: PATH | npz: PATH with member: NAME
 *     columns [from, to) or one `column` of a table
 *     split   {part: train, fraction: 0.8, seed: 42}: the rows are shuffled with the seed; the first floor(fraction n)
 *             of them are the part `train`, the others the part `test`
 *     rows    [from, to) of what is left
 *     scale   times a number; or standardise: true, (x - mean)/deviation with one mean and one deviation (of n - 1) for
 *             all columns, or standardise: columns, one for each. They are those of the part `train` where there is a
 *             split, else of the rows
 *     labels  k, or one_hot k: the numbers are labels below k; as they are, or each as a row of k
 *     shape   another shape for as many numbers
 */
#include "suite/suite_data.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "gradcheck/random.h"
#include "suite/csv.h"
#include "suite/idx.h"
#include "suite/npy.h"
#include "suite/npz_read.h"

enum { MOST_ONE_HOT = 1 << 28 };

typedef struct loader {
  const gchk_suite_reader *reader;
  const gchk_value_keys *keys;
  const gchk_yaml *file; /* the path's node */
  const char *path;
  gchk_rows rows;
  gchk_array array;
  double *mean, *deviation; /* one a column, or NULL */
  bool is_one_mean, has_header;
} loader;

/* An error of a reader, at the place where the file is named. */
static gchk_status within(const loader *l, const gchk_yaml *node, gchk_status status) {
  return status == GCHK_OK ? GCHK_OK : gchk_suite_fail_within(l->reader, node);
}

static gchk_status read_range(const gchk_suite_reader *reader, const gchk_yaml *node, const char *key, size_t *from,
                              size_t *to) {
  char text[64];
  if (node->kind != GCHK_YAML_LIST || node->count != 2)
    return gchk_suite_fail(reader, node, "%s is %s; two numbers are wanted, such as [0, 3] for 0, 1 and 2", key,
                           gchk_yaml_describe(node, text, sizeof(text)));
  GCHK_TRY(gchk_suite_whole(reader, node->item[0], key, 0, from));
  GCHK_TRY(gchk_suite_whole(reader, node->item[1], key, 0, to));
  if (*from >= *to)
    return gchk_suite_fail(reader, node, "%s [%zu, %zu) is empty; the second number must be the larger one", key, *from,
                           *to);
  return GCHK_OK;
}

static gchk_status load_idx(loader *l, gchk_source *source) {
  gchk_idx idx = GCHK_IDX_INIT;
  gchk_error *error = l->reader->error;
  /* A split needs all rows; else only those that are wanted are kept. */
  bool has_split = l->keys->split != NULL;
  gchk_status status = gchk_idx_read(&idx, source, has_split ? GCHK_ALL_ROWS : l->rows, error);
  if (status == GCHK_OK)
    status = gchk_idx_to_array(&idx, &l->array, error);
  if (status == GCHK_OK && !has_split)
    l->rows = GCHK_ALL_ROWS;
  gchk_idx_deinit(&idx);
  return status;
}

static gchk_status load_csv(loader *l, gchk_source *source) {
  return gchk_csv_read(&l->array, source, l->has_header, l->reader->error);
}

static gchk_status load_npy(loader *l, gchk_source *source) {
  return gchk_npy_read(&l->array, source, l->reader->error);
}

static gchk_status load_npz(loader *l, gchk_source *source) {
  gchk_npz *npz = NULL;
  gchk_error *error = l->reader->error;
  const gchk_yaml *member = l->keys->member;
  const char *name = member != NULL ? member->text : "";
  gchk_status status = gchk_npz_open(&npz, source, error);
  if (status != GCHK_OK)
    return status;
  size_t index = gchk_npz_find(npz, name);
  if (member == NULL && gchk_npz_count(npz) == 1)
    index = 0;
  if (index < gchk_npz_count(npz))
    status = gchk_npz_read(npz, index, &l->array, error);
  else if (member == NULL)
    status = gchk_fail(error, GCHK_INVALID, "%s: holds %zu arrays; say which with member: NAME", l->path,
                       gchk_npz_count(npz));
  else
    status = gchk_fail(error, GCHK_INVALID, "%s: has no array \"%s\"; it has %s%s", l->path, name,
                       gchk_npz_count(npz) > 0 ? gchk_npz_name(npz, 0) : "none",
                       gchk_npz_count(npz) > 1 ? " and others" : "");
  gchk_npz_close(npz);
  return status;
}

/* The kinds of files, and the key that no other kind has (NO_KEY: none). */
#define KEY(name) offsetof(gchk_value_keys, name)
#define NO_KEY    SIZE_MAX
static const struct {
  size_t key, own_key;
  gchk_status (*load)(loader *l, gchk_source *source);
} kinds[] = {
    {KEY(idx), NO_KEY, load_idx},
    {KEY(csv), KEY(header), load_csv},
    {KEY(npy), NO_KEY, load_npy},
    {KEY(npz), KEY(member), load_npz},
};

bool gchk_suite_is_data(const gchk_value_keys *keys) {
  for (size_t i = 0; i < GCHK_COUNT(kinds); i++)
    if (gchk_suite_key_node(keys, kinds[i].key) != NULL)
      return true;
  return false;
}

/*
 * Adds to an error about a file that cannot be opened where paths begin, or what brings the file: a script fetch.sh in
 * the folder above it, as fixtures/mnist has one.
 */
static gchk_status no_file(const loader *l, gchk_status status) {
  gchk_error *error = l->reader->error;
  /* "mnist/fetch.sh" of "mnist/full/images": full itself may not be there. */
  size_t length = strlen(l->path);
  for (int level = 0; level < 2 && length > 0; level++)
    do
      length--;
    while (length > 0 && l->path[length] != '/');
  const char *script = length > 0 ? gchk_arena_printf(l->reader->arena, "%.*s/fetch.sh", (int)length, l->path) : NULL;
  bool has_script = script != NULL && access(script, R_OK) == 0;
  char *before = gchk_arena_strdup(l->reader->arena, error->message);
  if (before == NULL)
    return gchk_fail_memory(error, l->path);
  return gchk_fail(error, status, "%s; %s%s", before,
                   has_script ? "it is brought by: sh " : "paths are seen from the suite's folder",
                   has_script ? script : "");
}

/* The one kind of file that is named; keys of the other kinds have no sense beside it. */
static gchk_status find_kind(loader *l, size_t *kind) {
  for (size_t i = 0; i < GCHK_COUNT(kinds); i++) {
    const gchk_yaml *node = gchk_suite_key_node(l->keys, kinds[i].key);
    if (node != NULL && l->file != NULL)
      return gchk_suite_fail(l->reader, node, "both %s and %s are given; one file is wanted",
                             gchk_suite_value_key(kinds[*kind].key), gchk_suite_value_key(kinds[i].key));
    if (node != NULL) {
      l->file = node;
      *kind = i;
    }
  }
  for (size_t i = 0; i < GCHK_COUNT(kinds); i++) {
    const size_t own = kinds[i].own_key;
    const gchk_yaml *node = own != NO_KEY ? gchk_suite_key_node(l->keys, own) : NULL;
    if (node != NULL && i != *kind)
      return gchk_suite_fail(l->reader, node, "%s is for %s files, and this is %s; leave it out",
                             gchk_suite_value_key(own), gchk_suite_value_key(kinds[i].key),
                             gchk_suite_value_key(kinds[*kind].key));
  }
  return GCHK_OK;
}

static gchk_status load_file(loader *l) {
  const gchk_suite_reader *reader = l->reader;
  size_t kind = 0;
  const char *text = NULL;
  GCHK_TRY(find_kind(l, &kind));
  if (l->keys->header != NULL)
    GCHK_TRY(gchk_suite_flag(reader, l->keys->header, "header", &l->has_header));
  if (l->keys->member != NULL)
    GCHK_TRY(gchk_suite_text(reader, l->keys->member, "member", &text));
  GCHK_TRY(gchk_suite_text(reader, l->file, gchk_suite_value_key(kinds[kind].key), &text));
  l->path = gchk_suite_path(reader, text);
  if (l->path == NULL)
    return gchk_fail_memory(reader->error, text);
  gchk_source *source = NULL;
  gchk_status status = gchk_source_open(&source, l->path, reader->error);
  status = status == GCHK_OK ? kinds[kind].load(l, source) : no_file(l, status);
  gchk_source_close(source);
  return within(l, l->file, status);
}

/* columns: [from, to) keeps a table, column: k a list. */
static gchk_status choose_columns(loader *l) {
  const gchk_yaml *one = l->keys->column, *several = l->keys->columns;
  const gchk_yaml *node = one != NULL ? one : several;
  gchk_array *a = &l->array;
  size_t from = 0, to = 0;
  if (node == NULL)
    return GCHK_OK;
  if (one != NULL && several != NULL)
    return gchk_suite_fail(l->reader, several, "both column and columns are given; one of them is wanted");
  if (one != NULL) {
    GCHK_TRY(gchk_suite_whole(l->reader, one, "column", 0, &from));
    to = from + 1;
  } else {
    GCHK_TRY(read_range(l->reader, several, "columns", &from, &to));
  }
  if (a->shape.rank != 2 || to > a->shape.dim[1]) {
    char shape[128];
    return gchk_suite_fail(l->reader, node, "%s is %s, and columns up to %zu are wanted; the first column is 0",
                           l->path, gchk_shape_format(&a->shape, shape, sizeof(shape)), to - 1);
  }
  size_t rows = a->shape.dim[0], width = a->shape.dim[1], kept = to - from;
  for (size_t i = 0; i < rows; i++)
    memmove(a->values + i * kept, a->values + i * width + from, kept * sizeof(*a->values));
  a->count = rows * kept;
  a->shape.rank = one != NULL ? 1 : 2;
  a->shape.dim[1] = kept;
  return GCHK_OK;
}

typedef struct partition {
  bool is_train;
  size_t train_rows;
  uint64_t seed;
} partition;

static gchk_status read_split(loader *l, const gchk_yaml *node, partition *s) {
  const gchk_suite_reader *reader = l->reader;
  gchk_split_keys keys = {.part = GCHK_PART_UNSAID};
  double fraction = 0;
  size_t rows = l->array.shape.dim[0];
  GCHK_TRY(gchk_suite_map(reader, node, "split"));
  GCHK_TRY(gchk_suite_check_keys(reader, node, GCHK_KEYS_SPLIT, "split"));
  GCHK_TRY(gchk_suite_read_keys(reader, node, GCHK_KEYS_SPLIT, &keys));
  if (keys.part == GCHK_PART_UNSAID || keys.fraction == NULL)
    return gchk_suite_fail(reader, node, "split wants part and fraction: {part: train, fraction: 0.8, seed: 42}");
  GCHK_TRY(gchk_suite_positive(reader, keys.fraction, "fraction", &fraction));
  s->is_train = keys.part == GCHK_PART_TRAIN;
  s->seed = keys.seed.value;
  /* A little more than half an ulp of the product: 0.7 of 10 rows are 7. */
  s->train_rows = fraction < 1 ? (size_t)floor(fraction * (double)rows + 1e-9) : rows;
  if (s->train_rows == 0 || s->train_rows >= rows)
    return gchk_suite_fail(reader, keys.fraction,
                           "a fraction of %g leaves one part of the %zu rows empty; it is between 0 and 1", fraction,
                           rows);
  return GCHK_OK;
}

/* Sums over the first `rows` rows: the mean and the deviation (with n - 1) of every column, or one for all. */
static gchk_status measure(loader *l, size_t rows) {
  const gchk_yaml *node = l->keys->standardise;
  const gchk_array *a = &l->array;
  char text[64];
  if (node == NULL)
    return GCHK_OK;
  bool is_scalar = node->kind == GCHK_YAML_SCALAR;
  l->is_one_mean = is_scalar && strcmp(node->text, "true") == 0;
  if (!l->is_one_mean && !(is_scalar && strcmp(node->text, "columns") == 0))
    return gchk_suite_fail(l->reader, node,
                           "standardise is %s; true (one mean for all) or columns (one a column) is wanted",
                           gchk_yaml_describe(node, text, sizeof(text)));
  size_t width = a->count / a->shape.dim[0], groups = l->is_one_mean ? 1 : width;
  size_t n = rows * width / groups;
  if (n < 2)
    return gchk_suite_fail(l->reader, node, "standardise needs two numbers at least; there is %zu", n);
  l->mean = gchk_calloc(groups, sizeof(double));
  l->deviation = gchk_calloc(groups, sizeof(double));
  if (l->mean == NULL || l->deviation == NULL)
    return gchk_fail_memory(l->reader->error, l->path);
  for (size_t i = 0; i < rows * width; i++)
    l->mean[i % groups] += a->values[i] / (double)n;
  for (size_t i = 0; i < rows * width; i++) {
    double d = a->values[i] - l->mean[i % groups];
    l->deviation[i % groups] += d * d / (double)(n - 1);
  }
  for (size_t g = 0; g < groups; g++)
    l->deviation[g] = sqrt(l->deviation[g]);
  return GCHK_OK;
}

/* Shuffles the rows (Fisher and Yates) and keeps one part. */
static gchk_status choose_part(loader *l) {
  const gchk_yaml *node = l->keys->split;
  gchk_array *a = &l->array;
  partition s = {.seed = 0};
  if (node == NULL)
    return GCHK_OK;
  GCHK_TRY(read_split(l, node, &s));
  size_t rows = a->shape.dim[0], width = a->count / rows;
  double *row = gchk_calloc(width, sizeof(*row));
  if (row == NULL)
    return gchk_fail_memory(l->reader->error, l->path);
  gchk_random random = gchk_random_seeded(s.seed);
  for (size_t i = rows; i-- > 1;) {
    size_t j = gchk_random_below(&random, i + 1), bytes = width * sizeof(*row);
    if (j == i)
      continue;
    memcpy(row, a->values + i * width, bytes);
    memcpy(a->values + i * width, a->values + j * width, bytes);
    memcpy(a->values + j * width, row, bytes);
  }
  free(row);
  GCHK_TRY(measure(l, s.train_rows));
  gchk_array_keep_rows(a, s.is_train ? 0 : s.train_rows, s.is_train ? s.train_rows : rows);
  return GCHK_OK;
}

static gchk_status choose_rows(loader *l) {
  const gchk_yaml *node = l->keys->rows;
  if (l->array.shape.rank == 0) {
    const gchk_yaml *split = l->keys->split;
    if (node != NULL || split != NULL)
      return gchk_suite_fail(l->reader, node != NULL ? node : split,
                             "%s holds one number and has no rows; leave this out", l->path);
    return GCHK_OK;
  }
  GCHK_TRY(choose_part(l));
  GCHK_TRY(within(l, node != NULL ? node : l->file,
                  gchk_rows_fit(&l->rows, l->array.shape.dim[0], l->path, l->reader->error)));
  gchk_array_keep_rows(&l->array, l->rows.from, l->rows.to);
  return GCHK_OK;
}

static gchk_status rescale(loader *l) {
  const gchk_yaml *scale = l->keys->scale, *standardise = l->keys->standardise;
  gchk_array *a = &l->array;
  double factor = 1;
  if (scale != NULL && standardise != NULL)
    return gchk_suite_fail(l->reader, scale, "both scale and standardise are given; one of them is wanted");
  if (scale != NULL) {
    GCHK_TRY(gchk_suite_number(l->reader, scale, "scale", &factor));
    for (size_t i = 0; i < a->count; i++)
      a->values[i] *= factor;
    a->is_integer = false;
  }
  if (standardise == NULL)
    return GCHK_OK;
  if (a->shape.rank == 0)
    return gchk_suite_fail(l->reader, standardise, "%s holds one number; standardise needs two at least", l->path);
  if (l->mean == NULL)
    GCHK_TRY(measure(l, a->shape.dim[0]));
  assert(l->mean != NULL && l->deviation != NULL);
  size_t width = a->count / a->shape.dim[0];
  for (size_t i = 0; i < a->count; i++) {
    size_t g = l->is_one_mean ? 0 : i % width;
    /* A constant column has nothing to be divided by, and is only centred. */
    a->values[i] = (a->values[i] - l->mean[g]) / (l->deviation[g] > 0 ? l->deviation[g] : 1);
  }
  a->is_integer = false;
  return GCHK_OK;
}

/* Moves the numbers into the arena and the value. */
static gchk_status give(loader *l, gchk_suite_value *value) {
  gchk_array *a = &l->array;
  size_t count = 0;
  char shape[128], wanted[128];
  for (size_t i = 0; i < a->count; i++) {
    if (isnan(a->values[i]))
      return gchk_suite_not_finite(l->reader, l->file, l->path, i, a->values[i]);
    if (isinf(a->values[i]))
      value->infinite = l->file;
  }
  double *copy = gchk_arena_copy(l->reader->arena, a->values, a->count, sizeof(*copy));
  if (copy == NULL)
    return gchk_fail_memory(l->reader->error, l->path);
  value->fill = (gchk_fill){.kind = GCHK_FILL_VALUES, .values = copy, .value_count = a->count};
  value->class = a->is_integer ? GCHK_VALUE_ANY : GCHK_VALUE_REAL;
  value->data_path = l->path;
  if (value->has_shape) {
    GCHK_TRY(gchk_shape_count(&value->shape, &count, l->reader->error));
    if (count != a->count)
      return gchk_suite_fail(l->reader, l->keys->shape,
                             "shape is %s, but there are %zu numbers, of shape %s; "
                             "make them as many",
                             gchk_shape_format(&value->shape, wanted, sizeof(wanted)), a->count,
                             gchk_shape_format(&a->shape, shape, sizeof(shape)));
  } else {
    value->shape = a->shape;
    value->has_shape = true;
  }
  return GCHK_OK;
}

/* Each label as a row of `classes` numbers with a 1 in it. */
static gchk_status expand_one_hot(const gchk_suite_reader *reader, gchk_suite_value *value, size_t classes) {
  size_t labels = value->fill.value_count, total = 0;
  if (value->shape.rank == GCHK_MAX_RANK || !gchk_multiply(labels, classes, &total) || total > MOST_ONE_HOT)
    return gchk_suite_fail(reader, value->node, "%zu one-hot rows of %zu do not fit; make them fewer", labels, classes);
  double *rows = gchk_arena_alloc(reader->arena, total, sizeof(*rows));
  if (rows == NULL)
    return gchk_fail_memory(reader->error, value->name);
  for (size_t i = 0; i < labels; i++)
    rows[i * classes + (size_t)value->fill.values[i]] = 1;
  value->fill.values = rows;
  value->fill.value_count = total;
  value->shape.dim[value->shape.rank++] = classes;
  value->class = GCHK_VALUE_REAL;
  value->is_one_hot = true;
  return GCHK_OK;
}

static gchk_status read_classes(const gchk_suite_reader *reader, const gchk_value_keys *keys, gchk_suite_value *value) {
  const gchk_yaml *one_hot = keys->one_hot, *labels = keys->labels != NULL ? keys->labels : keys->indices;
  const gchk_suite_key *row;
  for (size_t i = 0; (row = gchk_suite_key_at(i)) != NULL; i++)
    if (row->section == GCHK_KEYS_FILL && gchk_suite_key_node(keys, row->offset) != NULL)
      return gchk_suite_fail(reader, gchk_suite_key_node(keys, row->offset),
                             "%s is filled from a file and by %s; one of them is wanted", value->name, row->key);
  if (one_hot == NULL && labels == NULL)
    return GCHK_OK;
  if (one_hot != NULL && labels != NULL)
    return gchk_suite_fail(reader, one_hot, "both one_hot and labels are given; one of them is wanted");
  size_t classes = 0;
  GCHK_TRY(gchk_suite_whole(reader, one_hot != NULL ? one_hot : labels, one_hot != NULL ? "one_hot" : "labels", 1,
                            &classes));
  GCHK_TRY(gchk_suite_check_labels(reader, value, classes));
  value->label_count = classes;
  value->class = GCHK_VALUE_LABEL;
  return one_hot != NULL ? expand_one_hot(reader, value, classes) : GCHK_OK;
}

gchk_status gchk_suite_data_read(const gchk_suite_reader *reader, const gchk_value_keys *keys,
                                 gchk_suite_value *value) {
  loader l = {.reader = reader, .keys = keys, .rows = GCHK_ALL_ROWS};
  if (keys->rows != NULL)
    GCHK_TRY(read_range(reader, keys->rows, "rows", &l.rows.from, &l.rows.to));
  gchk_status status = load_file(&l);
  if (status == GCHK_OK)
    status = choose_columns(&l);
  if (status == GCHK_OK)
    status = choose_rows(&l);
  if (status == GCHK_OK)
    status = rescale(&l);
  if (status == GCHK_OK)
    status = give(&l, value);
  if (status == GCHK_OK)
    status = read_classes(reader, keys, value);
  free(l.mean);
  free(l.deviation);
  gchk_array_deinit(&l.array);
  return status;
}
