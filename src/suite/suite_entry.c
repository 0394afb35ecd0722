/*
 * Reading an entry: which kind it is decides who reads it.
 *
 *     tax: 1.1                                     a number (suite_literal.c)
 *     x: [[1, 2], [3, 4]]                          a literal
 *     x: {shape: [3, 4], normal: 0.5}              a fill (suite_fill.c)
 *     x: {idx: ../mnist/train-images.gz, ...}      data (suite_data.c)
 */
#include "suite/suite_entry.h"

#include <math.h>

#include "suite/suite_data.h"
#include "suite/suite_data_keys.h"
#include "suite/suite_fill.h"
#include "suite/suite_literal.h"

static gchk_status read_shape(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_shape *shape) {
  char text[64];
  size_t count = 0;
  if (node->kind != GCHK_YAML_LIST)
    return gchk_suite_fail(reader, node, "shape is %s; a list of sizes is wanted, such as [3, 4]",
                           gchk_yaml_describe(node, text, sizeof(text)));
  if (node->count > GCHK_MAX_RANK)
    return gchk_suite_fail(reader, node, "shape has %zu dimensions; there can be %d", node->count, GCHK_MAX_RANK);
  shape->rank = node->count;
  for (size_t i = 0; i < node->count; i++)
    GCHK_TRY(gchk_suite_whole(reader, node->item[i], "a size of shape", 1, &shape->dim[i]));
  if (gchk_shape_count(shape, &count, NULL) != GCHK_OK)
    return gchk_suite_fail(reader, node, "shape has more elements than fit the memory; make it smaller");
  return GCHK_OK;
}

/* A key of a source without a source is a slip that would otherwise be dropped silently. */
static gchk_status check_no_data_key(const gchk_suite_reader *reader, const gchk_yaml *map) {
  for (size_t i = 0; i < map->count; i++)
    if (gchk_suite_find_key(GCHK_KEYS_DATA, map->key[i]->text) != NULL)
      return gchk_suite_fail(reader, map->key[i], "%s is for numbers from a file; name one with idx, csv, npy or npz",
                             map->key[i]->text);
  return GCHK_OK;
}

static gchk_status read_ignored(const gchk_suite_reader *reader, const gchk_value_keys *keys, gchk_suite_value *value) {
  double label;
  if (keys->ignored == NULL)
    return GCHK_OK;
  if (keys->labels == NULL && keys->indices == NULL && keys->values == NULL && !gchk_suite_is_data(keys))
    return gchk_suite_fail(reader, keys->ignored, "ignored is for labels; write labels: 10 beside it");
  if (keys->one_hot != NULL)
    return gchk_suite_fail(reader, keys->ignored,
                           "one_hot has no row for a label that is ignored; leave one of them out");
  GCHK_TRY(gchk_suite_number(reader, keys->ignored, "ignored", &label));
  if (!(label >= INT32_MIN && label <= INT32_MAX && label == floor(label)))
    return gchk_suite_fail(reader, keys->ignored, "ignored is %g; a label is a whole number of 32 bits, such as -100",
                           label);
  value->has_ignored = true;
  value->ignored = (int32_t)label;
  return GCHK_OK;
}

/*
 * A number that is drawn nearer to 0 than `keep_away` is moved away by that much: to less than twice as far. Up to
 * `end`, the range beyond 0 has room for it, or has none that is so near.
 */
static bool has_room(double near, double end, double keep_away) {
  return end <= 0 || near >= keep_away || 2 * keep_away <= end;
}

static gchk_status check_keep_away(const gchk_suite_reader *reader, const gchk_yaml *map,
                                   const gchk_suite_value *value) {
  const gchk_fill *fill = &value->fill;
  const bool is_range = (fill->kind == GCHK_FILL_UNIFORM || fill->kind == GCHK_FILL_POSITIVE) && fill->a < fill->b;
  if (!is_range || (has_room(fill->a, fill->b, value->keep_away) && has_room(-fill->b, -fill->a, value->keep_away)))
    return GCHK_OK;
  return gchk_suite_fail(reader, map,
                         "keep_away %g moves numbers of the range [%g, %g) out of it; make it at most half as large as "
                         "the ends of the range, or begin the range there",
                         value->keep_away, fill->a, fill->b);
}

static gchk_status read_map(const gchk_suite_reader *reader, const gchk_yaml *map, gchk_suite_value *value) {
  gchk_value_keys keys = {.shape = NULL};
  bool is_on = false;
  GCHK_TRY(gchk_suite_check_keys(reader, map, GCHK_KEYS_OF_VALUE, "a value"));
  GCHK_TRY(gchk_suite_read_keys(reader, map, GCHK_KEYS_OF_VALUE, &keys));
  value->threshold = keys.threshold;
  value->keep_away = keys.keep_away;
  if (keys.shape != NULL) {
    GCHK_TRY(read_shape(reader, keys.shape, &value->shape));
    value->has_shape = true;
  }
  GCHK_TRY(read_ignored(reader, &keys, value));
  if (gchk_suite_is_data(&keys)) {
    GCHK_TRY(gchk_suite_data_read(reader, &keys, value));
  } else {
    GCHK_TRY(check_no_data_key(reader, map));
    GCHK_TRY(gchk_suite_read_fill(reader, &keys, value));
    GCHK_TRY(check_keep_away(reader, map, value));
  }
  if (keys.differentiate == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_flag(reader, keys.differentiate, "differentiate", &is_on));
  value->differentiate = is_on ? GCHK_DIFFERENTIATE_YES : GCHK_DIFFERENTIATE_NO;
  if (is_on && value->class == GCHK_VALUE_LABEL)
    return gchk_suite_fail(reader, keys.differentiate,
                           "%s holds labels, which are not differentiated; leave differentiate out", value->name);
  return GCHK_OK;
}

gchk_status gchk_suite_value_read(const gchk_suite_reader *reader, const char *name, const gchk_yaml *node,
                                  gchk_suite_value *value) {
  *value = (gchk_suite_value){.name = name, .node = node};
  switch (node->kind) {
  case GCHK_YAML_LIST:
    return gchk_suite_read_literal(reader, node, value);
  case GCHK_YAML_MAP:
    return read_map(reader, node, value);
  default:
    return gchk_suite_read_number(reader, node, value);
  }
}
