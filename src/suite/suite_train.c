/*
 * Reading `train` and `test`, and building the case again with the first rows of the training data as its values.
 *
 * What the case expects of its own rows (values, gradients, references) is left out; fills of parameters, thresholds
 * and settings hold as they are.
 */
#include "suite/suite_train.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "suite/suite_case.h"

enum { MOST_NAMES = 256 };
static const char *const sections[] = {"train", "test"};

/* The value of the case that a key of `train` or `test` names. */
static gchk_status find_value(const gchk_suite_case *c, const char *section, const gchk_yaml *key,
                              gchk_suite_value **value) {
  const char *names[MOST_NAMES];
  size_t count = 0;
  *value = gchk_suite_case_value(c, key->text);
  if (*value != NULL)
    return GCHK_OK;
  for (size_t i = 0; i < c->value_count && count < MOST_NAMES; i++)
    names[count++] = c->values[i].name;
  char what[64];
  (void)snprintf(what, sizeof(what), "%s names no value of the case:", section);
  return gchk_suite_unknown(c->reader, key, what, key->text, names, count);
}

gchk_status gchk_suite_check_training(const gchk_suite_case *c) {
  gchk_suite_value *value = NULL;
  const gchk_yaml *train = gchk_yaml_get(c->node, "train"), *test = gchk_yaml_get(c->node, "test");
  if (test != NULL && train == NULL)
    return gchk_suite_fail(c->reader, test, "test is there and train is not; write train: {x: ..., t: ...} too");
  for (size_t s = 0; s < GCHK_COUNT(sections); s++) {
    const gchk_yaml *map = gchk_yaml_get(c->node, sections[s]);
    if (map == NULL)
      continue;
    GCHK_TRY(gchk_suite_map(c->reader, map, sections[s]));
    for (size_t i = 0; i < map->count; i++)
      GCHK_TRY(find_value(c, sections[s], map->key[i], &value));
    for (size_t i = 0; map == test && i < train->count; i++)
      if (gchk_yaml_get(test, train->key[i]->text) == NULL)
        return gchk_suite_fail(c->reader, test, "test has no %s, and train has; they name the same values",
                               train->key[i]->text);
    if (map == test && test->count != train->count)
      return gchk_suite_fail(c->reader, test, "test names %zu values and train %zu; they name the same values",
                             test->count, train->count);
  }
  return GCHK_OK;
}

/* Reads a section's data: a row of each value a sample. */
static gchk_status read_data(const gchk_suite_case *c, const gchk_yaml *map, gchk_data_set *data,
                             gchk_suite_value *read) {
  const gchk_suite_reader *reader = c->reader;
  gchk_samples *samples = gchk_arena_alloc(reader->arena, map->count, sizeof(*samples));
  if (samples == NULL)
    return gchk_fail_memory(reader->error, c->name);
  *data = (gchk_data_set){.count = map->count, .samples = samples};
  for (size_t i = 0; i < map->count; i++) {
    const char *name = map->key[i]->text;
    gchk_suite_value *value = &read[i];
    GCHK_TRY(gchk_suite_value_read(reader, name, map->item[i], value));
    if (!gchk_suite_value_has_numbers(value) || !value->has_shape || value->shape.rank == 0)
      return gchk_suite_fail(reader, map->item[i],
                             "%s has no rows; data to train on are rows of numbers, mostly from a file", name);
    const size_t rows = value->shape.dim[0];
    if (i > 0 && rows != data->rows)
      return gchk_suite_fail(reader, map->item[i], "%s has %zu rows, but %s has %zu; make them as many", name, rows,
                             samples[0].name, data->rows);
    data->rows = rows;
    samples[i] = (gchk_samples){.name = name, .width = value->fill.value_count / rows, .values = value->fill.values};
  }
  return GCHK_OK;
}

/* Puts the first `batch` rows of the training data in the place of the case's value; what is said beside them stays. */
static gchk_status take_batch(const gchk_suite_case *c, const gchk_yaml *key, const gchk_suite_value *read,
                              size_t batch) {
  gchk_suite_value *value = NULL;
  GCHK_TRY(find_value(c, "train", key, &value));
  const size_t rows = read->shape.dim[0];
  if (rows < batch)
    return gchk_suite_fail(c->reader, key, "%s has %zu rows, but a batch has %zu; give a smaller one, --batch %zu",
                           read->name, rows, batch, rows);
  gchk_suite_value before = *value;
  *value = *read;
  value->shape.dim[0] = batch;
  value->fill.value_count = read->fill.value_count / rows * batch;
  if (value->differentiate == GCHK_DIFFERENTIATE_UNSAID)
    value->differentiate = before.differentiate;
  return GCHK_OK;
}

/* The test data must look like the training data. */
static gchk_status compare(const gchk_suite_case *c, const gchk_suite_training *training, const gchk_yaml *test) {
  for (size_t i = 0; i < training->train.count; i++) {
    const gchk_samples *train = &training->train.samples[i];
    for (size_t k = 0; k < training->test.count; k++) {
      const gchk_samples *other = &training->test.samples[k];
      if (strcmp(train->name, other->name) == 0 && train->width != other->width)
        return gchk_suite_fail(c->reader, test, "a row of %s has %zu numbers here and %zu in train; make them as many",
                               train->name, other->width, train->width);
    }
  }
  return GCHK_OK;
}

gchk_status gchk_suite_training_read(gchk_suite_reader *reader, const gchk_yaml *map, size_t batch,
                                     gchk_suite_training *training) {
  gchk_suite_case c;
  *training = (gchk_suite_training){.train = {.rows = 0}};
  GCHK_TRY(gchk_suite_case_begin(reader, map, &c));
  GCHK_TRY(gchk_suite_check_training(&c));
  const gchk_yaml *train = gchk_yaml_get(map, "train"), *test = gchk_yaml_get(map, "test");
  if (train == NULL || train->count == 0)
    return gchk_suite_fail(reader, map,
                           "case %s has nothing to train on; write train: with data for its values, such as "
                           "train: {x: {csv: FILE}, t: {csv: FILE, column: 4, one_hot: 3}}",
                           c.name);
  const size_t test_count = test != NULL ? test->count : 0;
  const size_t most = train->count > test_count ? train->count : test_count;
  gchk_suite_value *read = gchk_arena_alloc(reader->arena, most, sizeof(*read));
  if (read == NULL)
    return gchk_fail_memory(reader->error, c.name);
  GCHK_TRY(read_data(&c, train, &training->train, read));
  c.is_training = true;
  for (size_t i = 0; i < train->count; i++)
    GCHK_TRY(take_batch(&c, train->key[i], &read[i], batch));
  GCHK_TRY(gchk_suite_case_end(&c, &training->spec));
  training->spec.expected_failure = NULL;
  if (test == NULL)
    return GCHK_OK;
  GCHK_TRY(read_data(&c, test, &training->test, read));
  return compare(&c, training, test);
}
