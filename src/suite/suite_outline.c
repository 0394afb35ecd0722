/* What can be said of a case without its data. */
#include "suite/suite_outline.h"

#include "core/memory.h"
#include "suite/suite_data_keys.h"
#include "suite/suite_entry.h"
#include "suite/suite_layer.h"
#include "suite/suite_plan.h"

static bool is_from_file(const gchk_yaml *value) {
  for (size_t i = 0; value->kind == GCHK_YAML_MAP && i < value->count; i++)
    if (gchk_suite_is_data_key(value->key[i]->text))
      return true;
  return false;
}

static bool section_names_files(const gchk_yaml *map) {
  for (size_t i = 0; map != NULL && map->kind == GCHK_YAML_MAP && i < map->count; i++)
    if (is_from_file(map->item[i]))
      return true;
  return false;
}

static const gchk_yaml *item_of(const gchk_yaml *map, const char *key) {
  return map != NULL && map->kind == GCHK_YAML_MAP ? gchk_yaml_get(map, key) : NULL;
}

bool gchk_suite_names_files(const gchk_suite_case *c) {
  const gchk_case_keys *keys = &c->keys;
  return section_names_files(keys->values) || section_names_files(keys->expect) ||
         section_names_files(keys->gradients) || section_names_files(keys->upstream) ||
         item_of(keys->reference, "npz") != NULL || section_names_files(item_of(keys->reference, "gradients"));
}

static gchk_status look_through(const gchk_suite_case *c, const char *section, const gchk_yaml *map) {
  gchk_suite_value value;
  if (map == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(c->reader, map, section));
  for (size_t i = 0; i < map->count; i++)
    GCHK_TRY(gchk_suite_value_read(c->reader, map->key[i]->text, map->item[i], &value));
  return GCHK_OK;
}

static gchk_status look_through_sections(const gchk_suite_case *c) {
  const gchk_case_keys *keys = &c->keys;
  gchk_reference_keys reference = {.source = NULL};
  GCHK_TRY(look_through(c, "expect", keys->expect));
  GCHK_TRY(look_through(c, "gradients", keys->gradients));
  GCHK_TRY(look_through(c, "upstream", keys->upstream));
  if (keys->reference == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(c->reader, keys->reference, "reference"));
  GCHK_TRY(gchk_suite_check_keys(c->reader, keys->reference, GCHK_KEYS_REFERENCE, "reference"));
  GCHK_TRY(gchk_suite_read_keys(c->reader, keys->reference, GCHK_KEYS_REFERENCE, &reference));
  return look_through(c, "gradients", reference.gradients);
}

static gchk_status outline_network(gchk_suite_case *c, gchk_dtype *dtype) {
  gchk_suite_plan plan = {.c = c};
  const gchk_status status = gchk_suite_begin_plan(&plan, c->keys.network, dtype);
  gchk_suite_plan_deinit(&plan);
  return status;
}

gchk_status gchk_suite_outline(gchk_suite_case *c) {
  gchk_layer *layer = gchk_arena_alloc(c->reader->arena, 1, sizeof *layer);
  if (layer == NULL)
    return gchk_fail_memory(c->reader->error, c->keys.name);
  layer->name = c->keys.name;
  if (c->keys.network != NULL) {
    GCHK_TRY(outline_network(c, &layer->dtype));
  } else {
    GCHK_TRY(gchk_suite_outline_layer(c, c->keys.layer));
    layer->name = c->layer->name;
    layer->dtype = c->layer->dtype;
  }
  c->layer = layer;
  return look_through_sections(c);
}
