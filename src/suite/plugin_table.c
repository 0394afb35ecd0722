/*
 * The table of a plug-in: it may have been built with other headers, and its structs are then not ours; or with wrong
 * counts and pointers, which nobody finds out without following them.
 */
#include "suite/plugin_table.h"

#include <string.h>

#include "core/memory.h"
#include "core/name_table.h"
#include "gradcheck/status.h"

enum { MOST_LAYERS = 1 << 16 };

// A layer may be there in float and in double under one name: of one kind each name is once.
static gchk_status check_names(const gchk_plugin *table, bool is_float, const char *path, gchk_error *error) {
  gchk_name_table names = {0};
  gchk_status status = GCHK_OK;
  for (size_t i = 0; i < table->layer_count && status == GCHK_OK; i++) {
    const gchk_layer *layer = table->layers[i];
    size_t first;
    if ((layer->dtype == GCHK_F32) != is_float)
      continue;
    if (!gchk_name_table_add(&names, layer->name, i, &first))
      status = gchk_fail_memory(error, path);
    else if (first != i)
      status = gchk_fail(error, GCHK_INVALID, "%s: layers %zu and %zu are both called %s; give each a name of its own",
                         path, first + 1, i + 1, layer->name);
  }
  gchk_name_table_deinit(&names);
  return status;
}

gchk_status gchk_plugin_table_check(const gchk_plugin *table, bool is_twin, const char *path, gchk_error *error) {
  if (table->version != GCHK_PLUGIN_VERSION)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: was built for version %lu of the plug-in interface, but this gradcheck (%s) has version %d; "
                     "build it again with this gradcheck's headers",
                     path, (unsigned long)table->version, gchk_version(), (int)GCHK_PLUGIN_VERSION);
  if (table->layer_size != sizeof(gchk_layer))
    return gchk_fail(error, GCHK_INVALID,
                     "%s: was built where a gchk_layer has %lu bytes, but here it has %zu (version %d of the plug-in "
                     "interface both); build it again with this gradcheck's headers and compiler",
                     path, (unsigned long)table->layer_size, sizeof(gchk_layer), (int)GCHK_PLUGIN_VERSION);
  if (table->layers == NULL || table->layer_count == 0)
    return gchk_fail(error, GCHK_INVALID, "%s: lists no layers; write GCHK_PLUGIN(&layer, ...) with at least one",
                     path);
  if (table->layer_count > MOST_LAYERS)
    return gchk_fail(error, GCHK_INVALID, "%s: says that it lists %zu layers; use GCHK_PLUGIN, which counts them", path,
                     table->layer_count);
  for (size_t i = 0; i < table->layer_count; i++)
    if (table->layers[i] == NULL || table->layers[i]->name == NULL)
      return gchk_fail(error, GCHK_INVALID, "%s: layer %zu of %zu has no name; set .name", path, i + 1,
                       table->layer_count);
  if (is_twin)
    return GCHK_OK;
  GCHK_TRY(check_names(table, false, path, error));
  return check_names(table, true, path, error);
}

const gchk_layer *gchk_plugin_table_layer(const gchk_plugin *table, const char *name) {
  for (size_t i = 0; i < table->layer_count; i++)
    if (strcmp(table->layers[i]->name, name) == 0)
      return table->layers[i];
  return NULL;
}
