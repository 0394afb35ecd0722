/*
 * `precision: bf16`, `precision: 1/256` or `precision: {storage: bf16, products: tf32}`.
 *
 * A word alone is what a format is mostly used for: f16 and bf16 for storage, tf32 for products. A number is a unit
 * round-off, of storage.
 */
#include "suite/suite_precision.h"

#include <string.h>

#include "core/memory.h"
#include "gradcheck/check.h"

typedef struct format {
  const char *name;
  double unit;
  bool is_of_products;
} format;

static const format formats[] = {
    {"bf16", GCHK_UNIT_OF_BF16, false}, {"f16", GCHK_UNIT_OF_F16, false}, {"tf32", GCHK_UNIT_OF_TF32, true}};

static gchk_status read_unit(const gchk_suite_reader *reader, const gchk_yaml *node, const char *key, double *unit,
                             bool *is_of_products) {
  char text[64];
  *is_of_products = false;
  for (size_t i = 0; node->kind == GCHK_YAML_SCALAR && i < GCHK_COUNT(formats); i++) {
    if (strcmp(node->text, formats[i].name) != 0)
      continue;
    *unit = formats[i].unit;
    *is_of_products = formats[i].is_of_products;
    return GCHK_OK;
  }
  if (node->kind == GCHK_YAML_SCALAR && gchk_suite_positive(reader, node, key, unit) == GCHK_OK)
    return GCHK_OK;
  return gchk_suite_fail(reader, node, "%s is %s; bf16, f16, tf32 or a unit round-off such as 1/256 is wanted", key,
                         gchk_yaml_describe(node, text, sizeof text));
}

static gchk_status read_precision(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_layer *layer) {
  bool is_of_products;
  if (node->kind != GCHK_YAML_MAP) {
    double unit = 0;
    GCHK_TRY(read_unit(reader, node, "precision", &unit, &is_of_products));
    layer->unit = is_of_products ? 0 : unit;
    layer->product_unit = is_of_products ? unit : 0;
    return GCHK_OK;
  }
  gchk_precision_keys keys = {.storage = NULL};
  GCHK_TRY(gchk_suite_check_keys(reader, node, GCHK_KEYS_PRECISION, "precision"));
  GCHK_TRY(gchk_suite_read_keys(reader, node, GCHK_KEYS_PRECISION, &keys));
  layer->unit = layer->product_unit = 0;
  if (keys.storage != NULL)
    GCHK_TRY(read_unit(reader, keys.storage, "storage", &layer->unit, &is_of_products));
  if (keys.products != NULL)
    GCHK_TRY(read_unit(reader, keys.products, "products", &layer->product_unit, &is_of_products));
  return GCHK_OK;
}

gchk_status gchk_suite_declare_precision(gchk_suite_case *c) {
  const gchk_yaml *node = c->keys.settings.precision;
  if (node == NULL)
    return GCHK_OK;
  gchk_layer *layer = gchk_arena_copy(c->reader->arena, c->layer, 1, sizeof *layer);
  if (layer == NULL)
    return gchk_fail_memory(c->reader->error, "a layer");
  GCHK_TRY(read_precision(c->reader, node, layer));
  if (gchk_layer_validate(layer, c->reader->error) != GCHK_OK)
    return gchk_suite_fail_within(c->reader, node);
  c->layer = layer;
  return GCHK_OK;
}
