/* One case of a suite: its keys, its values, its layer or network, and the gchk_case that comes of them. */
#include "suite/suite_build.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "suite/suite_compare.h"
#include "suite/suite_entry.h"
#include "suite/suite_layer.h"
#include "suite/suite_network.h"
#include "suite/suite_outline.h"
#include "suite/suite_precision.h"
#include "suite/suite_tensors.h"

static gchk_status read_values(gchk_suite_case *c) {
  const gchk_yaml *map = c->keys.values;
  if (map == NULL)
    return GCHK_OK;
  c->values = gchk_arena_alloc(c->reader->arena, map->count, sizeof(*c->values));
  if (c->values == NULL)
    return gchk_fail_memory(c->reader->error, c->keys.name);
  for (size_t i = 0; i < map->count; i++) {
    const char *name = map->key[i]->text;
    if (*name == '\0' || strcmp(name, "..") == 0)
      return gchk_suite_fail(c->reader, map->key[i], "\"%s\" cannot be the name of a value; choose another", name);
    GCHK_TRY(gchk_suite_value_read(c->reader, name, map->item[i], &c->values[i]));
    if (!gchk_name_table_put(&c->value_names, name, i))
      return gchk_fail_memory(c->reader->error, c->keys.name);
    c->value_count++;
  }
  return GCHK_OK;
}

/* `train` and `test` name values of the case. */
static gchk_status check_name(const gchk_suite_case *c, const char *section, const gchk_yaml *key) {
  gchk_suite_names names = {.count = 0};
  if (gchk_suite_case_value(c, key->text) != NULL)
    return GCHK_OK;
  for (size_t i = 0; i < c->value_count; i++)
    gchk_suite_add_name(&names, c->values[i].name);
  char what[64];
  (void)snprintf(what, sizeof(what), "%s names no value of the case:", section);
  return gchk_suite_unknown(c->reader, key, what, key->text, &names);
}

/* The first key of `a` that `b` does not have; its count where there is none. */
static gchk_status find_missing(const gchk_suite_case *c, const gchk_yaml *a, const gchk_yaml *b, size_t *missing) {
  gchk_name_table names = {0};
  size_t first, i = 0;
  bool has_memory = true;
  for (size_t k = 0; k < b->count && has_memory; k++)
    has_memory = gchk_name_table_add(&names, b->key[k]->text, k, &first);
  while (has_memory && i < a->count && gchk_name_table_find(&names, a->key[i]->text, &first))
    i++;
  gchk_name_table_deinit(&names);
  *missing = i;
  return has_memory ? GCHK_OK : gchk_fail_memory(c->reader->error, c->keys.name);
}

static gchk_status check_section(const gchk_suite_case *c, const char *section, const gchk_yaml *map) {
  if (map == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(c->reader, map, section));
  for (size_t i = 0; i < map->count; i++)
    GCHK_TRY(check_name(c, section, map->key[i]));
  return GCHK_OK;
}

/* The data themselves are not read (suite_train.c). */
static gchk_status check_training(const gchk_suite_case *c) {
  const gchk_yaml *train = c->keys.train, *test = c->keys.test;
  if (test != NULL && train == NULL)
    return gchk_suite_fail(c->reader, test, "test is there and train is not; write train: {x: ..., t: ...} too");
  GCHK_TRY(check_section(c, "train", train));
  GCHK_TRY(check_section(c, "test", test));
  if (test == NULL)
    return GCHK_OK;
  size_t missing;
  GCHK_TRY(find_missing(c, train, test, &missing));
  if (missing < train->count)
    return gchk_suite_fail(c->reader, test, "test has no %s, and train has; they name the same values",
                           train->key[missing]->text);
  if (test->count != train->count)
    return gchk_suite_fail(c->reader, test, "test names %zu values and train %zu; they name the same values",
                           test->count, train->count);
  return GCHK_OK;
}

/* The case's keys over the defaults, and the caller's dtype over both. */
static gchk_status read_keys(gchk_suite_case *c) {
  gchk_dtype *dtype = &c->keys.settings.dtype, asked = c->reader->dtype;
  c->keys.settings = c->reader->defaults;
  GCHK_TRY(gchk_suite_read_keys(c->reader, c->node, GCHK_KEYS_OF_CASE, &c->keys));
  c->has_own_dtype = *dtype != GCHK_DTYPE_UNSET && asked == GCHK_DTYPE_UNSET;
  if (asked != GCHK_DTYPE_UNSET)
    *dtype = asked;
  return GCHK_OK;
}

gchk_status gchk_suite_case_begin(gchk_suite_reader *reader, const gchk_yaml *map, gchk_suite_case *c) {
  char text[64];
  *c = (gchk_suite_case){.reader = reader, .node = map};
  if (map->kind != GCHK_YAML_MAP)
    return gchk_suite_fail(reader, map, "a case is %s; a map is wanted, such as {name: relu, layer: relu}",
                           gchk_yaml_describe(map, text, sizeof(text)));
  GCHK_TRY(gchk_suite_check_keys(reader, map, GCHK_KEYS_OF_CASE, "a case"));
  GCHK_TRY(read_keys(c));
  if (c->keys.name == NULL)
    return gchk_suite_fail(reader, map, "the case has no name; write name: NAME");
  GCHK_TRY(read_values(c));
  return check_training(c);
}

/* A case has a layer or a network, and no keys that are for the other. */
static gchk_status check_layer_keys(const gchk_suite_case *c) {
  const gchk_yaml *layer = c->keys.layer, *network = c->keys.network;
  if (layer == NULL && network == NULL)
    return gchk_suite_fail(c->reader, c->node,
                           "case %s has no layer; write layer: NAME or network: with a list of layers", c->keys.name);
  if (layer != NULL && network != NULL)
    return gchk_suite_fail(c->reader, network, "case %s has a layer and a network; one of them is wanted",
                           c->keys.name);
  return network != NULL ? gchk_suite_check_network_keys(c) : GCHK_OK;
}

/* What its keys and its layer say of the case, without the settings of its tensors. */
static gchk_case case_of(const gchk_suite_case *c) {
  const gchk_suite_reader *reader = c->reader;
  return (gchk_case){
      .name = c->keys.name,
      .layer = c->layer,
      .mode = c->keys.mode,
      .expected_failure = c->keys.expected_failure,
      .sizes = c->sizes_text,
      .options = c->options,
      .threshold = gchk_suite_threshold_in(&c->keys.settings.threshold, c->layer->dtype),
      .step = c->keys.settings.step,
      .seed = c->keys.settings.seed.value,
      .has_seed = c->keys.settings.seed.is_given,
      .file = reader->path,
      .line = c->node->line,
      .target = reader->path,
  };
}

gchk_status gchk_suite_case_end(gchk_suite_case *c, gchk_case *out) {
  GCHK_TRY(check_layer_keys(c));
  GCHK_TRY(c->keys.layer != NULL ? gchk_suite_single_layer(c, c->keys.layer) : gchk_suite_network(c, c->keys.network));
  GCHK_TRY(gchk_suite_declare_precision(c));
  *out = case_of(c);
  GCHK_TRY(gchk_suite_compare(c, out));
  return gchk_suite_tensors(c, &out->settings, &out->setting_count);
}

/* Of a case whose files are left. */
static gchk_status outline(gchk_suite_case *c, gchk_case *out) {
  GCHK_TRY(check_layer_keys(c));
  GCHK_TRY(gchk_suite_outline(c));
  *out = case_of(c);
  return GCHK_OK;
}

gchk_status gchk_suite_case_read(gchk_suite_reader *reader, const gchk_yaml *map, gchk_case *out) {
  gchk_suite_case c;
  gchk_status status = gchk_suite_case_begin(reader, map, &c);
  if (status == GCHK_OK)
    status = reader->leaves_files && gchk_suite_names_files(&c) ? outline(&c, out) : gchk_suite_case_end(&c, out);
  gchk_suite_case_deinit(&c);
  return status;
}
