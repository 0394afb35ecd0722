/* One case of a suite: its keys, its values, its layer or network, and the gchk_case that comes of them. */
#include "suite/suite_case.h"

#include <string.h>

#include "core/memory.h"

static const char *const case_keys[] = {
    "name",      "layer",     "network",    "values",    "sizes", "options", "expect", "gradients", "upstream",
    "tolerance", "threshold", "thresholds", "keep_away", "dtype", "seed",    "mode",   "step",      "expected_failure",
    "skip",      "reference", "train",      "test",
};

gchk_suite_value *gchk_suite_case_value(const gchk_suite_case *c, const char *name) {
  for (size_t i = 0; i < c->value_count; i++)
    if (strcmp(c->values[i].name, name) == 0)
      return &c->values[i];
  return NULL;
}

static gchk_status read_values(gchk_suite_case *c) {
  const gchk_yaml *map = gchk_yaml_get(c->node, "values");
  if (map == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(c->reader, map, "values"));
  c->values = gchk_arena_alloc(c->reader->arena, map->count, sizeof(*c->values));
  if (c->values == NULL)
    return gchk_fail_memory(c->reader->error, c->name);
  for (size_t i = 0; i < map->count; i++) {
    const char *name = map->key[i]->text;
    if (*name == '\0' || strcmp(name, "..") == 0)
      return gchk_suite_fail(c->reader, map->key[i], "\"%s\" cannot be the name of a value; choose another", name);
    GCHK_TRY(gchk_suite_value_read(c->reader, name, map->item[i], &c->values[i]));
    c->value_count++;
  }
  return GCHK_OK;
}

static gchk_status read_mode(const gchk_suite_case *c, gchk_mode *mode) {
  const gchk_yaml *node = gchk_yaml_get(c->node, "mode");
  char text[64];
  if (node == NULL)
    return GCHK_OK;
  if (node->kind == GCHK_YAML_SCALAR && strcmp(node->text, "train") == 0)
    *mode = GCHK_TRAIN;
  else if (node->kind == GCHK_YAML_SCALAR && strcmp(node->text, "eval") == 0)
    *mode = GCHK_EVAL;
  else
    return gchk_suite_fail(c->reader, node, "mode is %s; train or eval is wanted",
                           gchk_yaml_describe(node, text, sizeof(text)));
  return GCHK_OK;
}

static gchk_status read_layer(gchk_suite_case *c) {
  const gchk_yaml *layer = gchk_yaml_get(c->node, "layer"), *network = gchk_yaml_get(c->node, "network");
  if (layer == NULL && network == NULL)
    return gchk_suite_fail(c->reader, c->node,
                           "case %s has no layer; write layer: NAME or network: with a list of layers", c->name);
  if (layer != NULL && network != NULL)
    return gchk_suite_fail(c->reader, network, "case %s has a layer and a network; one of them is wanted", c->name);
  return layer != NULL ? gchk_suite_single_layer(c, layer) : gchk_suite_network(c, network);
}

/* The case's settings over the defaults, and the caller's dtype over both. */
static gchk_status read_settings(gchk_suite_case *c) {
  c->settings = c->reader->defaults;
  GCHK_TRY(gchk_suite_read_settings(c->reader, c->node, &c->settings));
  c->has_own_dtype = c->settings.dtype != GCHK_DTYPE_UNSET && c->reader->dtype == GCHK_DTYPE_UNSET;
  if (c->reader->dtype != GCHK_DTYPE_UNSET)
    c->settings.dtype = c->reader->dtype;
  return GCHK_OK;
}

gchk_status gchk_suite_case_begin(gchk_suite_reader *reader, const gchk_yaml *map, gchk_suite_case *c) {
  char text[64];
  *c = (gchk_suite_case){.reader = reader, .node = map};
  if (map->kind != GCHK_YAML_MAP)
    return gchk_suite_fail(reader, map, "a case is %s; a map is wanted, such as {name: relu, layer: relu}",
                           gchk_yaml_describe(map, text, sizeof(text)));
  GCHK_TRY(gchk_suite_check_keys(reader, map, "a case", case_keys, GCHK_COUNT(case_keys)));
  const gchk_yaml *name = gchk_yaml_get(map, "name");
  if (name == NULL)
    return gchk_suite_fail(reader, map, "the case has no name; write name: NAME");
  GCHK_TRY(gchk_suite_text(reader, name, "name", &c->name));
  GCHK_TRY(read_settings(c));
  return read_values(c);
}

gchk_status gchk_suite_case_end(gchk_suite_case *c, gchk_case *out) {
  const gchk_suite_reader *reader = c->reader;
  const gchk_yaml *failure = gchk_yaml_get(c->node, "expected_failure");
  GCHK_TRY(read_layer(c));
  *out = (gchk_case){
      .name = c->name,
      .layer = c->layer,
      .sizes = c->sizes_text,
      .options = c->options,
      .threshold = c->settings.threshold,
      .step = c->settings.step,
      .seed = c->settings.seed,
      .has_seed = c->settings.has_seed,
      .file = reader->path,
      .line = c->node->line,
      .target = reader->path,
  };
  if (failure != NULL)
    GCHK_TRY(gchk_suite_text(reader, failure, "expected_failure, the reason,", &out->expected_failure));
  GCHK_TRY(read_mode(c, &out->mode));
  return gchk_suite_tensors(c, &out->settings, &out->setting_count);
}

gchk_status gchk_suite_case_read(gchk_suite_reader *reader, const gchk_yaml *map, gchk_case *out) {
  gchk_suite_case c;
  GCHK_TRY(gchk_suite_case_begin(reader, map, &c));
  GCHK_TRY(gchk_suite_check_training(&c));
  return gchk_suite_case_end(&c, out);
}
