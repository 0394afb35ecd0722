/* Fills: how a tensor gets its numbers where they are neither from a file nor plainly written down. */
#include "suite/suite_fill.h"

#include <stddef.h>
#include <string.h>

#include "core/memory.h"
#include "suite/suite_initial.h"
#include "suite/suite_literal.h"

/* Two numbers in a list. */
static gchk_status read_pair(const gchk_suite_reader *reader, const gchk_yaml *node, const char *key, double *a,
                             double *b) {
  if (node->count != 2)
    return gchk_suite_fail(reader, node, "%s has %zu numbers; two are wanted", key, node->count);
  GCHK_TRY(gchk_suite_number(reader, node->item[0], key, a));
  return gchk_suite_number(reader, node->item[1], key, b);
}

static gchk_status read_normal(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value) {
  value->fill.kind = GCHK_FILL_NORMAL;
  if (node->kind == GCHK_YAML_LIST)
    GCHK_TRY(read_pair(reader, node, "normal", &value->fill.a, &value->fill.b));
  else
    GCHK_TRY(gchk_suite_number(reader, node, "normal", &value->fill.b));
  if (!(value->fill.b > 0))
    return gchk_suite_fail(reader, node,
                           "the standard deviation of normal is %g; it is greater than 0, and `constant` fills "
                           "with one number",
                           value->fill.b);
  return GCHK_OK;
}

/* [a, b) with a < b; or `true` for the range that the fill has by itself. */
static gchk_status read_range(const gchk_suite_reader *reader, const gchk_yaml *node, const char *key,
                              gchk_fill *fill) {
  bool is_on = false;
  if (node->kind != GCHK_YAML_LIST) {
    if (gchk_suite_flag(reader, node, key, &is_on) == GCHK_OK && is_on)
      return GCHK_OK;
    return gchk_suite_fail(reader, node, "%s wants true or a range such as [0.5, 2]", key);
  }
  GCHK_TRY(read_pair(reader, node, key, &fill->a, &fill->b));
  if (!(fill->a < fill->b))
    return gchk_suite_fail(reader, node, "%s has the range [%g, %g); the second number must be the larger one", key,
                           fill->a, fill->b);
  return GCHK_OK;
}

static gchk_status read_uniform(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value) {
  value->fill.kind = GCHK_FILL_UNIFORM;
  return read_range(reader, node, "uniform", &value->fill);
}

static gchk_status read_positive(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value) {
  value->fill.kind = GCHK_FILL_POSITIVE;
  GCHK_TRY(read_range(reader, node, "positive", &value->fill));
  if (value->fill.a < 0)
    return gchk_suite_fail(reader, node, "positive begins at %g; it begins at 0 or above", value->fill.a);
  return GCHK_OK;
}

static gchk_status read_distinct(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value) {
  value->fill.kind = GCHK_FILL_DISTINCT;
  if (node->kind == GCHK_YAML_SCALAR && strcmp(node->text, "true") == 0)
    return GCHK_OK;
  return gchk_suite_positive(reader, node, "distinct", &value->fill.b);
}

/* true, or how many classes there are: the last size of the shape. */
static gchk_status read_one_hot(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value) {
  size_t classes = 0;
  value->fill.kind = GCHK_FILL_ONE_HOT;
  value->class = GCHK_VALUE_REAL;
  value->is_one_hot = true;
  if (node->kind == GCHK_YAML_SCALAR && strcmp(node->text, "true") == 0)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_whole(reader, node, "one_hot", 1, &classes));
  if (value->has_shape && (value->shape.rank == 0 || value->shape.dim[value->shape.rank - 1] != classes))
    return gchk_suite_fail(reader, node,
                           "one_hot is %zu, but that is not the last size of the shape; make them the same, or "
                           "write one_hot: true",
                           classes);
  return GCHK_OK;
}

static gchk_status read_below(const gchk_suite_reader *reader, const gchk_yaml *node, const char *key,
                              gchk_suite_value *value) {
  GCHK_TRY(gchk_suite_whole(reader, node, key, 1, &value->label_count));
  value->class = GCHK_VALUE_LABEL;
  value->fill.below = gchk_arena_printf(reader->arena, "%zu", value->label_count);
  return value->fill.below != NULL ? GCHK_OK : gchk_fail_memory(reader->error, key);
}

static gchk_status read_labels(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value) {
  value->fill.kind = GCHK_FILL_LABELS;
  return read_below(reader, node, "labels", value);
}

static gchk_status read_indices(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value) {
  value->fill.kind = GCHK_FILL_INDICES;
  return read_below(reader, node, "indices", value);
}

/* `values: [[1, 2], [3, 4]]` inside of a map, so that it can have the other keys; `shape` gives the numbers another
 * shape. */
static gchk_status read_values(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value) {
  gchk_shape wanted = value->shape;
  bool has_wanted = value->has_shape;
  size_t count = 0;
  if (node->kind != GCHK_YAML_LIST)
    return gchk_suite_read_number(reader, node, value);
  GCHK_TRY(gchk_suite_read_literal(reader, node, value));
  if (!has_wanted)
    return GCHK_OK;
  value->shape = wanted;
  GCHK_TRY(gchk_shape_count(&wanted, &count, reader->error));
  if (count != value->fill.value_count)
    return gchk_suite_fail(reader, node, "%s has %zu numbers, but its shape has %zu; make them the same", value->name,
                           value->fill.value_count, count);
  return GCHK_OK;
}

/* In the order of the table of keys. An initialisation has no function of its own: it goes by its name. */
static const struct {
  size_t key;
  gchk_status (*read)(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value);
} fills[] = {
    {offsetof(gchk_value_keys, normal), read_normal},
    {offsetof(gchk_value_keys, uniform), read_uniform},
    {offsetof(gchk_value_keys, positive), read_positive},
    {offsetof(gchk_value_keys, distinct), read_distinct},
    {offsetof(gchk_value_keys, constant), gchk_suite_read_number},
    {offsetof(gchk_value_keys, he), NULL},
    {offsetof(gchk_value_keys, xavier), NULL},
    {offsetof(gchk_value_keys, lecun), NULL},
    {offsetof(gchk_value_keys, he_uniform), NULL},
    {offsetof(gchk_value_keys, xavier_uniform), NULL},
    {offsetof(gchk_value_keys, lecun_uniform), NULL},
    {offsetof(gchk_value_keys, one_hot), read_one_hot},
    {offsetof(gchk_value_keys, labels), read_labels},
    {offsetof(gchk_value_keys, indices), read_indices},
    {offsetof(gchk_value_keys, values), read_values},
};

gchk_status gchk_suite_read_fill(const gchk_suite_reader *reader, const gchk_value_keys *keys,
                                 gchk_suite_value *value) {
  const char *found = NULL;
  const gchk_yaml *labels = keys->labels != NULL ? keys->labels : keys->indices;
  for (size_t i = 0; i < GCHK_COUNT(fills); i++) {
    const gchk_yaml *node = gchk_suite_key_node(keys, fills[i].key);
    const char *key = gchk_suite_value_key(fills[i].key);
    /* labels beside values say how large the values may be. */
    bool is_bound = fills[i].read == read_labels || fills[i].read == read_indices;
    if (node == NULL || (is_bound && keys->values != NULL))
      continue;
    if (found != NULL)
      return gchk_suite_fail(reader, node, "%s is filled by %s and by %s; one of them is wanted", value->name, found,
                             key);
    found = key;
    GCHK_TRY(fills[i].read != NULL ? fills[i].read(reader, node, value)
                                   : gchk_suite_read_initial(reader, node, key, value));
    if (value->class == GCHK_VALUE_ANY && value->fill.kind != GCHK_FILL_VALUES)
      value->class = GCHK_VALUE_REAL;
  }
  if (keys->values == NULL || labels == NULL)
    return GCHK_OK;
  GCHK_TRY(read_below(reader, labels, "labels", value));
  return gchk_suite_check_labels(reader, value, value->label_count);
}
