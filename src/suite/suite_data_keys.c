/* The keys of data files: suite_data.c says what they do. */
#include "suite/suite_data_keys.h"

#include <stddef.h>
#include <string.h>

#include "core/memory.h"

/* The kinds of files, and the key that no other kind has (NO_KEY: none). */
#define KEY(name) offsetof(gchk_value_keys, name)
#define NO_KEY    SIZE_MAX
static const struct {
  size_t key, own_key;
} kinds[] = {
    [GCHK_DATA_IDX] = {KEY(idx), NO_KEY},
    [GCHK_DATA_CSV] = {KEY(csv), KEY(header)},
    [GCHK_DATA_NPY] = {KEY(npy), NO_KEY},
    [GCHK_DATA_NPZ] = {KEY(npz), KEY(member)},
};

bool gchk_suite_is_data(const gchk_value_keys *keys) {
  for (size_t i = 0; i < GCHK_COUNT(kinds); i++)
    if (gchk_suite_key_node(keys, kinds[i].key) != NULL)
      return true;
  return false;
}

bool gchk_suite_is_data_key(const char *key) {
  for (size_t i = 0; i < GCHK_COUNT(kinds); i++)
    if (strcmp(gchk_suite_value_key(kinds[i].key), key) == 0)
      return true;
  return false;
}

static gchk_status read_range(const gchk_suite_reader *reader, const gchk_yaml *node, const char *key,
                              gchk_rows *range) {
  char text[64];
  if (node->kind != GCHK_YAML_LIST || node->count != 2)
    return gchk_suite_fail(reader, node, "%s is %s; two numbers are wanted, such as [0, 3] for 0, 1 and 2", key,
                           gchk_yaml_describe(node, text, sizeof(text)));
  GCHK_TRY(gchk_suite_whole(reader, node->item[0], key, 0, &range->from));
  GCHK_TRY(gchk_suite_whole(reader, node->item[1], key, 0, &range->to));
  if (range->from >= range->to)
    return gchk_suite_fail(reader, node, "%s [%zu, %zu) is empty; the second number must be the larger one", key,
                           range->from, range->to);
  return GCHK_OK;
}

/* The one kind of file that is named; keys of the other kinds have no sense beside it. */
static gchk_status find_kind(const gchk_suite_reader *reader, gchk_data_plan *plan) {
  for (size_t i = 0; i < GCHK_COUNT(kinds); i++) {
    const gchk_yaml *node = gchk_suite_key_node(plan->keys, kinds[i].key);
    if (node != NULL && plan->file != NULL)
      return gchk_suite_fail(reader, node, "both %s and %s are given; one file is wanted",
                             gchk_suite_value_key(kinds[plan->kind].key), gchk_suite_value_key(kinds[i].key));
    if (node != NULL) {
      plan->file = node;
      plan->kind = (gchk_data_kind)i;
    }
  }
  for (size_t i = 0; i < GCHK_COUNT(kinds); i++) {
    const size_t own = kinds[i].own_key;
    const gchk_yaml *node = own != NO_KEY ? gchk_suite_key_node(plan->keys, own) : NULL;
    if (node != NULL && i != (size_t)plan->kind)
      return gchk_suite_fail(reader, node, "%s is for %s files, and this is %s; leave it out",
                             gchk_suite_value_key(own), gchk_suite_value_key(kinds[i].key),
                             gchk_suite_value_key(kinds[plan->kind].key));
  }
  return GCHK_OK;
}

static gchk_status read_file(const gchk_suite_reader *reader, gchk_data_plan *plan) {
  const gchk_value_keys *keys = plan->keys;
  const char *text = NULL;
  GCHK_TRY(find_kind(reader, plan));
  if (keys->header != NULL)
    GCHK_TRY(gchk_suite_flag(reader, keys->header, "header", &plan->has_header));
  if (keys->member != NULL)
    GCHK_TRY(gchk_suite_text(reader, keys->member, "member", &text));
  GCHK_TRY(gchk_suite_text(reader, plan->file, gchk_suite_value_key(kinds[plan->kind].key), &text));
  plan->path = gchk_suite_path(reader, text);
  return plan->path != NULL ? GCHK_OK : gchk_fail_memory(reader->error, text);
}

/* columns: [from, to) keeps a table, column: k a list. */
static gchk_status read_columns(const gchk_suite_reader *reader, gchk_data_plan *plan) {
  const gchk_yaml *one = plan->keys->column, *several = plan->keys->columns;
  if (one != NULL && several != NULL)
    return gchk_suite_fail(reader, several, "both column and columns are given; one of them is wanted");
  if (several != NULL)
    return read_range(reader, several, "columns", &plan->columns);
  if (one == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_whole(reader, one, "column", 0, &plan->columns.from));
  plan->columns.to = plan->columns.from + 1;
  return GCHK_OK;
}

static gchk_status read_split(const gchk_suite_reader *reader, gchk_data_plan *plan) {
  const gchk_yaml *node = plan->keys->split;
  gchk_split_keys keys = {.part = GCHK_PART_UNSAID};
  if (node == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(reader, node, "split"));
  GCHK_TRY(gchk_suite_check_keys(reader, node, GCHK_KEYS_SPLIT, "split"));
  GCHK_TRY(gchk_suite_read_keys(reader, node, GCHK_KEYS_SPLIT, &keys));
  if (keys.part == GCHK_PART_UNSAID || keys.fraction == NULL)
    return gchk_suite_fail(reader, node, "split wants part and fraction: {part: train, fraction: 0.8, seed: 42}");
  plan->is_train = keys.part == GCHK_PART_TRAIN;
  plan->seed = keys.seed.value;
  plan->fraction_node = keys.fraction;
  return gchk_suite_positive(reader, keys.fraction, "fraction", &plan->fraction);
}

static gchk_status read_scale(const gchk_suite_reader *reader, gchk_data_plan *plan) {
  const gchk_yaml *scale = plan->keys->scale, *node = plan->keys->standardise;
  char text[64];
  if (scale != NULL && node != NULL)
    return gchk_suite_fail(reader, scale, "both scale and standardise are given; one of them is wanted");
  if (scale != NULL)
    return gchk_suite_number(reader, scale, "scale", &plan->factor);
  if (node == NULL)
    return GCHK_OK;
  const bool is_scalar = node->kind == GCHK_YAML_SCALAR;
  plan->is_one_mean = is_scalar && strcmp(node->text, "true") == 0;
  if (plan->is_one_mean || (is_scalar && strcmp(node->text, "columns") == 0))
    return GCHK_OK;
  return gchk_suite_fail(reader, node, "standardise is %s; true (one mean for all) or columns (one a column) is wanted",
                         gchk_yaml_describe(node, text, sizeof(text)));
}

static gchk_status read_classes(const gchk_suite_reader *reader, const char *name, gchk_data_plan *plan) {
  const gchk_value_keys *keys = plan->keys;
  const gchk_yaml *one_hot = keys->one_hot, *labels = keys->labels != NULL ? keys->labels : keys->indices;
  const gchk_suite_key *row;
  for (size_t i = 0; (row = gchk_suite_key_at(i)) != NULL; i++)
    if (row->section == GCHK_KEYS_FILL && gchk_suite_key_node(keys, row->offset) != NULL)
      return gchk_suite_fail(reader, gchk_suite_key_node(keys, row->offset),
                             "%s is filled from a file and by %s; one of them is wanted", name, row->key);
  if (one_hot == NULL && labels == NULL)
    return GCHK_OK;
  if (one_hot != NULL && labels != NULL)
    return gchk_suite_fail(reader, one_hot, "both one_hot and labels are given; one of them is wanted");
  return gchk_suite_whole(reader, one_hot != NULL ? one_hot : labels, one_hot != NULL ? "one_hot" : "labels", 1,
                          &plan->classes);
}

gchk_status gchk_suite_read_data_plan(const gchk_suite_reader *reader, const gchk_value_keys *keys, const char *name,
                                      gchk_data_plan *plan) {
  *plan = (gchk_data_plan){.keys = keys, .rows = GCHK_ALL_ROWS, .factor = 1};
  if (keys->rows != NULL)
    GCHK_TRY(read_range(reader, keys->rows, "rows", &plan->rows));
  GCHK_TRY(read_file(reader, plan));
  GCHK_TRY(read_columns(reader, plan));
  GCHK_TRY(read_split(reader, plan));
  GCHK_TRY(read_scale(reader, plan));
  return read_classes(reader, name, plan);
}
