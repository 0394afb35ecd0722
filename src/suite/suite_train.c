/*
 * Reading `train` and `test`, and building the case again with the first rows of the training data as its values.
 *
 * What the case expects of its own rows (values, gradients, references) is left out; fills of parameters, thresholds
 * and settings hold as they are.
 */
#include "gradcheck/train.h"

#include <string.h>

#include "core/memory.h"
#include "suite/suite_build.h"
#include "suite/suite_entry.h"
#include "suite/suite_text.h"

/* Reads a section's data: a row of each value a sample. */
static gchk_status read_samples(const gchk_suite_case *c, const gchk_yaml *map, gchk_data_set *data,
                                gchk_suite_value *read) {
  const gchk_suite_reader *reader = c->reader;
  gchk_samples *samples = gchk_arena_alloc(reader->arena, map->count, sizeof(*samples));
  if (samples == NULL)
    return gchk_fail_memory(reader->error, c->keys.name);
  *data = (gchk_data_set){.count = map->count, .samples = samples};
  for (size_t i = 0; i < map->count; i++) {
    const char *name = map->key[i]->text;
    gchk_suite_value *value = &read[i];
    GCHK_TRY(gchk_suite_value_read(reader, name, map->item[i], value));
    GCHK_TRY(gchk_suite_check_finite(reader, value));
    if (!gchk_suite_value_has_numbers(value) || !value->has_shape || value->shape.rank == 0)
      return gchk_suite_fail(reader, map->item[i],
                             "%s has no rows; data to train on are rows of numbers, mostly from a file", name);
    const size_t rows = value->shape.dim[0];
    if (i > 0 && rows != data->rows)
      return gchk_suite_fail(reader, map->item[i], "%s has %zu rows, but %s has %zu; make them as many", name, rows,
                             samples[0].name, data->rows);
    data->rows = rows;
    samples[i] = value->packed;
    samples[i].name = name;
    samples[i].width = value->fill.value_count / rows;
    samples[i].values = value->fill.values;
  }
  return GCHK_OK;
}

/* Bytes stay bytes: MNIST is 47 MB so, and 376 MB as doubles. */
static gchk_status read_data(const gchk_suite_case *c, const gchk_yaml *map, gchk_data_set *data,
                             gchk_suite_value *read) {
  c->reader->keeps_bytes = true;
  const gchk_status status = read_samples(c, map, data, read);
  c->reader->keeps_bytes = false;
  return status;
}

/* The first `batch` rows as doubles; NULL when out of memory. */
static const double *first_rows(const gchk_suite_case *c, const gchk_samples *samples, size_t batch) {
  double *rows =
      samples->values == NULL ? gchk_arena_alloc(c->reader->arena, batch * samples->width, sizeof *rows) : NULL;
  for (size_t k = 0; rows != NULL && k < batch; k++)
    gchk_samples_row(samples, k, rows + k * samples->width);
  return samples->values != NULL ? samples->values : rows;
}

/* Puts the first `batch` rows of the training data in the place of the case's value; what is said beside them stays. */
static gchk_status take_batch(const gchk_suite_case *c, const gchk_yaml *key, const gchk_suite_value *read,
                              const gchk_samples *samples, size_t batch) {
  gchk_suite_value *value = gchk_suite_case_value(c, key->text);
  const size_t rows = read->shape.dim[0];
  if (rows < batch)
    return gchk_suite_fail(c->reader, key, "%s has %zu rows, but a batch has %zu; give a smaller one, --batch %zu",
                           read->name, rows, batch, rows);
  gchk_suite_value before = *value;
  *value = *read;
  value->shape.dim[0] = batch;
  value->fill.value_count = samples->width * batch;
  value->fill.values = first_rows(c, samples, batch);
  if (value->fill.values == NULL)
    return gchk_fail_memory(c->reader->error, c->keys.name);
  if (value->differentiate == GCHK_DIFFERENTIATE_UNSAID)
    value->differentiate = before.differentiate;
  return GCHK_OK;
}

/* The test data must look like the training data. */
static gchk_status compare(const gchk_suite_case *c, const gchk_suite_training *training, const gchk_yaml *test) {
  gchk_name_table names = {0};
  gchk_status status = GCHK_OK;
  for (size_t k = 0; k < training->test.count && status == GCHK_OK; k++)
    if (!gchk_name_table_put(&names, training->test.samples[k].name, k))
      status = gchk_fail_memory(c->reader->error, c->keys.name);
  for (size_t i = 0, k; i < training->train.count && status == GCHK_OK; i++) {
    const gchk_samples *train = &training->train.samples[i];
    const gchk_samples *other = gchk_name_table_find(&names, train->name, &k) ? &training->test.samples[k] : train;
    if (train->width != other->width)
      status = gchk_suite_fail(c->reader, test, "a row of %s has %zu numbers here and %zu in train; make them as many",
                               train->name, other->width, train->width);
  }
  gchk_name_table_deinit(&names);
  return status;
}

static gchk_status read_training(gchk_suite_case *c, size_t batch, gchk_suite_training *training) {
  gchk_suite_reader *reader = c->reader;
  const gchk_yaml *train = c->keys.train, *test = c->keys.test;
  if (train == NULL || train->count == 0)
    return gchk_suite_fail(reader, c->node,
                           "case %s has nothing to train on; write train: with data for its values, such as "
                           "train: {x: {csv: FILE}, t: {csv: FILE, column: 4, one_hot: 3}}",
                           c->keys.name);
  const size_t test_count = test != NULL ? test->count : 0;
  const size_t most = train->count > test_count ? train->count : test_count;
  gchk_suite_value *read = gchk_arena_alloc(reader->arena, most, sizeof(*read));
  if (read == NULL)
    return gchk_fail_memory(reader->error, c->keys.name);
  GCHK_TRY(read_data(c, train, &training->train, read));
  c->is_training = true;
  for (size_t i = 0; i < train->count; i++)
    GCHK_TRY(take_batch(c, train->key[i], &read[i], &training->train.samples[i], batch));
  GCHK_TRY(gchk_suite_case_end(c, &training->spec));
  training->spec.expected_failure = NULL;
  if (test == NULL)
    return GCHK_OK;
  GCHK_TRY(read_data(c, test, &training->test, read));
  return compare(c, training, test);
}

gchk_status gchk_suite_training_data(gchk_suite *suite, const char *name, size_t batch, gchk_suite_training *training,
                                     gchk_error *error) {
  gchk_error ignored;
  size_t i = 0;
  while (i < suite->count && strcmp(suite->cases[i].name, name) != 0)
    i++;
  suite->reader.error = error != NULL ? error : &ignored;
  gchk_suite_case c = {.reader = &suite->reader};
  *training = (gchk_suite_training){.train = {.rows = 0}};
  gchk_status status = i < suite->count
                           ? gchk_suite_case_begin(&suite->reader, suite->nodes[i], &c)
                           : gchk_fail(error, GCHK_INVALID, "%s has no case \"%s\"", suite->reader.path, name);
  if (status == GCHK_OK)
    status = read_training(&c, batch, training);
  gchk_suite_case_deinit(&c);
  suite->reader.error = NULL;
  return status;
}
