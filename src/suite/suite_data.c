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
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "gradcheck/random.h"
#include "suite/csv.h"
#include "suite/idx.h"
#include "suite/npy.h"
#include "suite/npz_read.h"
#include "suite/suite_data_keys.h"

enum { MOST_ONE_HOT = 1 << 28, MOST_KEPT = 1 << 20 /* numbers of a table */ };

typedef struct loader {
  const gchk_suite_reader *reader;
  const gchk_data_plan *plan;
  gchk_rows rows; /* of the plan, as long as they are still to be chosen */
  gchk_array array;
  unsigned char *bytes;     /* the numbers, where they stay bytes; the array has their shape and count alone */
  double *mean, *deviation; /* one a column, or NULL */
} loader;

/* An error of a reader, at the place where the file is named. */
static gchk_status within(const loader *l, const gchk_yaml *node, gchk_status status) {
  return status == GCHK_OK ? GCHK_OK : gchk_suite_fail_within(l->reader, node);
}

/* Can they stay bytes? Labels that are wrong are told of as others are, when they are doubles. */
static bool can_stay_bytes(const loader *l, const gchk_idx *idx) {
  const gchk_value_keys *keys = l->plan->keys;
  const bool is_changed = keys->column != NULL || keys->columns != NULL || keys->split != NULL ||
                          keys->standardise != NULL || keys->shape != NULL;
  if (!l->reader->keeps_bytes || idx->type != GCHK_IDX_BYTES || is_changed || !isfinite(UINT8_MAX * l->plan->factor))
    return false;
  if (l->plan->classes == 0)
    return true;
  for (size_t i = 0; i < idx->count; i++)
    if (idx->bytes[i] >= l->plan->classes)
      return false;
  return keys->scale == NULL && idx->shape.rank < GCHK_MAX_RANK;
}

static gchk_status take_idx(loader *l, gchk_idx *idx) {
  if (!can_stay_bytes(l, idx))
    return gchk_idx_to_array(idx, &l->array, l->reader->error);
  l->array.shape = idx->shape;
  l->array.count = idx->count;
  l->bytes = gchk_arena_adopt(l->reader->arena, idx->bytes);
  idx->bytes = NULL;
  return l->bytes != NULL ? GCHK_OK : gchk_fail_memory(l->reader->error, l->plan->path);
}

static gchk_status load_idx(loader *l, gchk_source *source) {
  gchk_idx idx = GCHK_IDX_INIT;
  gchk_error *error = l->reader->error;
  /* A split needs all rows; else only those that are wanted are kept. */
  bool has_split = l->plan->keys->split != NULL;
  gchk_status status = gchk_idx_read(&idx, source, has_split ? GCHK_ALL_ROWS : l->rows, error);
  if (status == GCHK_OK)
    status = take_idx(l, &idx);
  if (status == GCHK_OK && !has_split)
    l->rows = GCHK_ALL_ROWS;
  gchk_idx_deinit(&idx);
  return status;
}

static gchk_status copy_array(gchk_array *to, const gchk_array *from, gchk_error *error) {
  GCHK_TRY(gchk_array_resize(to, &from->shape, error));
  memcpy(to->values, from->values, from->count * sizeof *to->values);
  to->is_integer = from->is_integer;
  return GCHK_OK;
}

static gchk_status load_csv(loader *l, gchk_source *source) {
  const gchk_data_plan *plan = l->plan;
  gchk_error *error = l->reader->error;
  gchk_suite_table *kept = l->reader->table;
  if (kept != NULL && kept->path != NULL && strcmp(kept->path, plan->path) == 0 && kept->has_header == plan->has_header)
    return copy_array(&l->array, &kept->array, error);
  GCHK_TRY(gchk_csv_read(&l->array, source, plan->has_header, error));
  if (kept == NULL || l->array.count > MOST_KEPT)
    return GCHK_OK;
  kept->path = NULL;
  GCHK_TRY(copy_array(&kept->array, &l->array, error));
  kept->path = plan->path;
  kept->has_header = plan->has_header;
  return GCHK_OK;
}

static gchk_status load_npy(loader *l, gchk_source *source) {
  return gchk_npy_read(&l->array, source, l->reader->error);
}

static gchk_status load_npz(loader *l, gchk_source *source) {
  gchk_npz *npz = NULL;
  gchk_error *error = l->reader->error;
  const gchk_yaml *member = l->plan->keys->member;
  const char *name = member != NULL ? member->text : "";
  gchk_status status = gchk_npz_open(&npz, source, error);
  if (status != GCHK_OK)
    return status;
  size_t index = gchk_npz_find(npz, name);
  if (member == NULL && gchk_npz_count(npz) == 1)
    index = 0;
  if (index < gchk_npz_count(npz))
    status = gchk_npz_read(npz, index, &l->array, error);
  else if (gchk_npz_count(npz) == 0)
    status = gchk_fail(error, GCHK_INVALID, "%s: holds no arrays; write it anew: numpy.savez(path, name=array)",
                       l->plan->path);
  else if (member == NULL)
    status = gchk_fail(error, GCHK_INVALID, "%s: holds %zu arrays; say which with member: NAME", l->plan->path,
                       gchk_npz_count(npz));
  else
    status = gchk_fail(error, GCHK_INVALID, "%s: has no array \"%s\"; it has %s%s", l->plan->path, name,
                       gchk_npz_name(npz, 0), gchk_npz_count(npz) > 1 ? " and others" : "");
  gchk_npz_close(npz);
  return status;
}

static gchk_status (*const load[])(loader *l, gchk_source *source) = {
    [GCHK_DATA_IDX] = load_idx, [GCHK_DATA_CSV] = load_csv, [GCHK_DATA_NPY] = load_npy, [GCHK_DATA_NPZ] = load_npz};

/*
 * Adds to an error about a file that cannot be opened where paths begin, or what brings the file: a script fetch.sh in
 * the folder above it, as fixtures/mnist has one.
 */
static gchk_status no_file(const loader *l, gchk_status status) {
  gchk_error *error = l->reader->error;
  /* "mnist/fetch.sh" of "mnist/full/images": full itself may not be there. */
  size_t length = strlen(l->plan->path);
  for (int level = 0; level < 2 && length > 0; level++)
    do
      length--;
    while (length > 0 && l->plan->path[length] != '/');
  const char *script =
      length > 0 ? gchk_arena_printf(l->reader->arena, "%.*s/fetch.sh", (int)length, l->plan->path) : NULL;
  bool has_script = script != NULL && access(script, R_OK) == 0;
  char *before = gchk_arena_strdup(l->reader->arena, error->message);
  if (before == NULL)
    return gchk_fail_memory(error, l->plan->path);
  return gchk_fail(error, status, "%s; %s%s", before,
                   has_script ? "it is brought by: sh " : "paths are seen from the suite's folder",
                   has_script ? script : "");
}

static gchk_status load_file(loader *l) {
  const gchk_suite_reader *reader = l->reader;
  gchk_source *source = NULL;
  gchk_status status = gchk_source_open(&source, l->plan->path, reader->error);
  status = status == GCHK_OK ? load[l->plan->kind](l, source) : no_file(l, status);
  gchk_source_close(source);
  return within(l, l->plan->file, status);
}

/* columns: [from, to) keeps a table, column: k a list. */
static gchk_status choose_columns(loader *l) {
  const gchk_yaml *one = l->plan->keys->column;
  const gchk_yaml *node = one != NULL ? one : l->plan->keys->columns;
  const size_t from = l->plan->columns.from, to = l->plan->columns.to;
  gchk_array *a = &l->array;
  if (node == NULL)
    return GCHK_OK;
  if (a->shape.rank != 2 || to > a->shape.dim[1]) {
    char shape[128];
    return gchk_suite_fail(l->reader, node, "%s is %s, and columns up to %zu are wanted; the first column is 0",
                           l->plan->path, gchk_shape_format(&a->shape, shape, sizeof(shape)), to - 1);
  }
  size_t rows = a->shape.dim[0], width = a->shape.dim[1], kept = to - from;
  for (size_t i = 0; i < rows; i++)
    memmove(a->values + i * kept, a->values + i * width + from, kept * sizeof(*a->values));
  a->count = rows * kept;
  a->shape.rank = one != NULL ? 1 : 2;
  a->shape.dim[1] = kept;
  return GCHK_OK;
}

/* How many of the rows are the part `train`. */
static gchk_status count_train_rows(const loader *l, size_t *count) {
  const double fraction = l->plan->fraction;
  const size_t rows = l->array.shape.dim[0];
  /* A little more than half an ulp of the product: 0.7 of 10 rows are 7. */
  *count = fraction < 1 ? (size_t)floor(fraction * (double)rows + 1e-9) : rows;
  if (*count == 0 || *count >= rows)
    return gchk_suite_fail(l->reader, l->plan->fraction_node,
                           "a fraction of %g leaves one part of the %zu rows empty; it is between 0 and 1", fraction,
                           rows);
  return GCHK_OK;
}

/* Sums over the first `rows` rows: the mean and the deviation (with n - 1) of every column, or one for all. */
static gchk_status measure(loader *l, size_t rows) {
  const gchk_yaml *node = l->plan->keys->standardise;
  const gchk_array *a = &l->array;
  if (node == NULL)
    return GCHK_OK;
  size_t width = a->count / a->shape.dim[0], groups = l->plan->is_one_mean ? 1 : width;
  size_t n = rows * width / groups;
  if (n < 2)
    return gchk_suite_fail(l->reader, node, "standardise needs two numbers at least; there is %zu", n);
  l->mean = gchk_calloc(groups, sizeof(double));
  l->deviation = gchk_calloc(groups, sizeof(double));
  if (l->mean == NULL || l->deviation == NULL)
    return gchk_fail_memory(l->reader->error, l->plan->path);
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
  gchk_array *a = &l->array;
  size_t train_rows = 0;
  if (l->plan->keys->split == NULL)
    return GCHK_OK;
  GCHK_TRY(count_train_rows(l, &train_rows));
  size_t rows = a->shape.dim[0], width = a->count / rows;
  double *row = gchk_calloc(width, sizeof(*row));
  if (row == NULL)
    return gchk_fail_memory(l->reader->error, l->plan->path);
  gchk_random random = gchk_random_seeded(l->plan->seed);
  for (size_t i = rows; i-- > 1;) {
    size_t j = gchk_random_below(&random, i + 1), bytes = width * sizeof(*row);
    if (j == i)
      continue;
    memcpy(row, a->values + i * width, bytes);
    memcpy(a->values + i * width, a->values + j * width, bytes);
    memcpy(a->values + j * width, row, bytes);
  }
  free(row);
  GCHK_TRY(measure(l, train_rows));
  gchk_array_keep_rows(a, l->plan->is_train ? 0 : train_rows, l->plan->is_train ? train_rows : rows);
  return GCHK_OK;
}

static gchk_status choose_rows(loader *l) {
  const gchk_yaml *node = l->plan->keys->rows;
  if (l->array.shape.rank == 0) {
    const gchk_yaml *split = l->plan->keys->split;
    if (node != NULL || split != NULL)
      return gchk_suite_fail(l->reader, node != NULL ? node : split,
                             "%s holds one number and has no rows; leave this out", l->plan->path);
    return GCHK_OK;
  }
  GCHK_TRY(choose_part(l));
  GCHK_TRY(within(l, node != NULL ? node : l->plan->file,
                  gchk_rows_fit(&l->rows, l->array.shape.dim[0], l->plan->path, l->reader->error)));
  gchk_array_keep_rows(&l->array, l->rows.from, l->rows.to);
  return GCHK_OK;
}

static gchk_status rescale(loader *l) {
  const gchk_yaml *scale = l->plan->keys->scale, *standardise = l->plan->keys->standardise;
  gchk_array *a = &l->array;
  if (scale != NULL) {
    for (size_t i = 0; i < a->count; i++)
      a->values[i] *= l->plan->factor;
    a->is_integer = false;
  }
  if (standardise == NULL)
    return GCHK_OK;
  if (a->shape.rank == 0)
    return gchk_suite_fail(l->reader, standardise, "%s holds one number; standardise needs two at least",
                           l->plan->path);
  if (l->mean == NULL)
    GCHK_TRY(measure(l, a->shape.dim[0]));
  assert(l->mean != NULL && l->deviation != NULL);
  size_t width = a->count / a->shape.dim[0];
  for (size_t i = 0; i < a->count; i++) {
    size_t g = l->plan->is_one_mean ? 0 : i % width;
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
      return gchk_suite_not_finite(l->reader, l->plan->file, l->plan->path, i, a->values[i]);
    if (isinf(a->values[i]))
      value->infinite = l->plan->file;
  }
  double *copy = gchk_arena_copy(l->reader->arena, a->values, a->count, sizeof(*copy));
  if (copy == NULL)
    return gchk_fail_memory(l->reader->error, l->plan->path);
  value->fill = (gchk_fill){.kind = GCHK_FILL_VALUES, .values = copy, .value_count = a->count};
  value->class = a->is_integer ? GCHK_VALUE_ANY : GCHK_VALUE_REAL;
  value->data_path = l->plan->path;
  if (value->has_shape) {
    GCHK_TRY(gchk_shape_count(&value->shape, &count, l->reader->error));
    if (count != a->count)
      return gchk_suite_fail(l->reader, l->plan->keys->shape,
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

static gchk_status choose_classes(const loader *l, gchk_suite_value *value) {
  const size_t classes = l->plan->classes;
  if (classes == 0)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_check_labels(l->reader, value, classes));
  value->label_count = classes;
  value->class = GCHK_VALUE_LABEL;
  return l->plan->keys->one_hot != NULL ? expand_one_hot(l->reader, value, classes) : GCHK_OK;
}

/* What is known of the value without its file: which it is, and whether it holds labels. */
static void outline(const gchk_data_plan *plan, gchk_suite_value *value) {
  value->data_path = plan->path;
  value->label_count = plan->classes;
  value->is_one_hot = plan->keys->one_hot != NULL;
  if (plan->classes > 0)
    value->class = value->is_one_hot ? GCHK_VALUE_REAL : GCHK_VALUE_LABEL;
}

static void give_bytes(const loader *l, gchk_suite_value *value) {
  const gchk_data_plan *plan = l->plan;
  const size_t classes = plan->keys->one_hot != NULL ? plan->classes : 0;
  outline(plan, value);
  if (plan->classes == 0 && plan->keys->scale != NULL)
    value->class = GCHK_VALUE_REAL;
  value->has_shape = true;
  value->shape = l->array.shape;
  value->fill = (gchk_fill){.kind = GCHK_FILL_VALUES, .value_count = l->array.count};
  value->packed = (gchk_samples){.bytes = l->bytes, .scale = plan->factor, .classes = classes};
  if (classes == 0)
    return;
  value->shape.dim[value->shape.rank++] = classes;
  value->fill.value_count *= classes;
}

static gchk_status load_numbers(loader *l, gchk_suite_value *value) {
  GCHK_TRY(load_file(l));
  if (l->bytes != NULL) {
    give_bytes(l, value);
    return GCHK_OK;
  }
  GCHK_TRY(choose_columns(l));
  GCHK_TRY(choose_rows(l));
  GCHK_TRY(rescale(l));
  GCHK_TRY(give(l, value));
  return choose_classes(l, value);
}

gchk_status gchk_suite_data_read(const gchk_suite_reader *reader, const gchk_value_keys *keys,
                                 gchk_suite_value *value) {
  gchk_data_plan plan;
  GCHK_TRY(gchk_suite_read_data_plan(reader, keys, value->name, &plan));
  if (reader->leaves_files) {
    outline(&plan, value);
    return GCHK_OK;
  }
  loader l = {.reader = reader, .plan = &plan, .rows = plan.rows};
  const gchk_status status = load_numbers(&l, value);
  free(l.mean);
  free(l.deviation);
  gchk_array_deinit(&l.array);
  return status;
}
