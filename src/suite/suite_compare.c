/* `compare: conv2d` or `compare: {layer: conv2d, stride: 2, w: W^T}`: the keys become terms (gradcheck/compare.h). */
#include "suite/suite_compare.h"

#include <string.h>

#include "core/memory.h"
#include "core/text.h"
#include "gradcheck/layers.h"

static gchk_status read_entry(const gchk_suite_case *c, const gchk_yaml *map, size_t i, gchk_text *terms,
                              const char **layer) {
  const char *key = map->key[i]->text, *value = NULL;
  GCHK_TRY(gchk_suite_text(c->reader, map->item[i], key, &value));
  if (value[strcspn(value, " \t\n")] != '\0')
    return gchk_suite_fail(c->reader, map->item[i], "%s is \"%s\"; write it without blanks, as in x: \"x(0,3,1,2)\"",
                           key, value);
  if (strcmp(key, "layer") == 0)
    *layer = value;
  else
    gchk_text_format(terms, " %s=%s", key, value);
  return GCHK_OK;
}

static gchk_status read_map(const gchk_suite_case *c, const gchk_yaml *map, gchk_text *terms, const char **text) {
  const char *layer = NULL;
  GCHK_TRY(gchk_suite_map(c->reader, map, "compare"));
  for (size_t i = 0; i < map->count; i++)
    GCHK_TRY(read_entry(c, map, i, terms, &layer));
  if (layer == NULL)
    return gchk_suite_fail(c->reader, map, "compare names no layer; write compare: {layer: conv2d, stride: 2}");
  *text = gchk_arena_printf(c->reader->arena, "%s%s", layer, terms->data != NULL ? terms->data : "");
  return *text == NULL || terms->failed ? gchk_fail_memory(c->reader->error, "a comparison") : GCHK_OK;
}

gchk_status gchk_suite_compare(const gchk_suite_case *c, gchk_case *out) {
  const gchk_yaml *node = c->keys.compare;
  const char *text = NULL;
  gchk_text terms = {0};
  if (node == NULL)
    return GCHK_OK;
  const gchk_status status = node->kind == GCHK_YAML_SCALAR ? gchk_suite_text(c->reader, node, "compare", &text)
                                                            : read_map(c, node, &terms, &text);
  gchk_text_deinit(&terms);
  GCHK_TRY(status);
  gchk_layer *layer = gchk_arena_copy(c->reader->arena, out->layer, 1, sizeof *layer);
  gchk_reference *reference = gchk_arena_alloc(c->reader->arena, 1, sizeof *reference);
  if (layer == NULL || reference == NULL)
    return gchk_fail_memory(c->reader->error, "a comparison");
  if (gchk_registry_reference(reference, text, out->layer, out->sizes, out->options, c->reader->error) != GCHK_OK)
    return gchk_suite_fail_within(c->reader, node);
  layer->reference = reference;
  out->layer = layer;
  return GCHK_OK;
}
