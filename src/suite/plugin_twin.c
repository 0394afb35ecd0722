/*
 * Double twins from shared objects of their own: the layers of a plug-in, copied with `twin` set to the layer of the
 * same name in another.
 *
 * Two objects that were built from the same sources define the same names. Each is loaded with RTLD_LOCAL, so that it
 * finds the program's names first and then its own, never the other's. The exception are the unique names of C++
 * (STB_GNU_UNIQUE: static variables of inline functions and of templates), of which a process has one for all objects:
 * a static buffer of floats would serve the twin's doubles. Such twins are refused (twin_symbols.c).
 */
#include "suite/plugin_twin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "suite/plugin_table.h"
#include "suite/twin_symbols.h"
#include "suite/twin_table.h"

/*
 * The layer of `twin` that is layer `i` of `file`: at the same place of a table as long, for the f32 and the f64
 * version of a layer may have one name; else the first of the name.
 */
static const gchk_layer *counterpart(const gchk_plugin_object *object, size_t i, const gchk_plugin_object *twin) {
  const gchk_plugin *table = twin->table;
  const char *name = object->table->layers[i]->name;
  if (table->layer_count == object->table->layer_count && strcmp(table->layers[i]->name, name) == 0)
    return table->layers[i];
  return gchk_plugin_table_layer(table, name);
}

// Copies of the table's layers, that are ours to change.
static gchk_status own_layers(gchk_plugin_object *object, gchk_error *error) {
  const size_t count = object->table->layer_count;
  if (object->layers != NULL)
    return GCHK_OK;
  object->layers = gchk_calloc(count, sizeof(const gchk_layer *));
  object->copies = gchk_calloc(count, 2 * sizeof(gchk_layer));
  if (object->layers == NULL || object->copies == NULL)
    return gchk_fail_memory(error, object->path);
  memcpy(object->layers, object->table->layers, count * sizeof(const gchk_layer *));
  object->own = *object->table;
  object->own.layers = object->layers;
  object->table = &object->own;
  return GCHK_OK;
}

static gchk_status give_twin(gchk_plugin_object *object, size_t i, const gchk_layer *twin, gchk_error *error) {
  GCHK_TRY(own_layers(object, error));
  gchk_layer *single = &object->copies[2 * i], *copy = &object->copies[2 * i + 1];
  if (object->layers[i] != single)
    *single = *object->layers[i];
  *copy = *twin;
  copy->twin = NULL; // in double it is nobody's float layer, whatever its source says
  single->twin = copy;
  object->layers[i] = single;
  return GCHK_OK;
}

static gchk_status keep(gchk_plugin_object *object, gchk_plugin_object *twin, gchk_error *error) {
  gchk_plugin_object **grown = realloc(object->twins, (object->twin_count + 1) * sizeof(gchk_plugin_object *));
  if (grown == NULL) {
    gchk_plugin_object_close(twin);
    return gchk_fail_memory(error, object->path);
  }
  object->twins = grown;
  object->twins[object->twin_count++] = twin;
  return GCHK_OK;
}

static size_t count_floats(const gchk_plugin_object *object) {
  size_t count = 0;
  for (size_t i = 0; i < object->table->layer_count; i++)
    count += object->table->layers[i]->dtype == GCHK_F32;
  return count;
}

static gchk_status pair(gchk_plugin_object *object, gchk_plugin_object *twin, size_t *paired, gchk_error *error) {
  for (size_t i = 0; i < object->table->layer_count; i++) {
    const gchk_layer *single = object->table->layers[i];
    const gchk_layer *other = single->dtype == GCHK_F32 ? counterpart(object, i, twin) : NULL;
    if (other == NULL)
      continue;
    // A table that makes no sense is said by whoever checks the layer, and has nothing to compare.
    if (gchk_layer_validate(single, NULL) != GCHK_OK)
      continue;
    gchk_status status = gchk_layer_validate(other, error);
    if (status == GCHK_OK)
      status = gchk_twin_table_matches(other, single, error);
    if (status != GCHK_OK)
      return gchk_fail_within(error, "%s: layer %s is no twin of that of %s", twin->path, single->name, object->path);
    GCHK_TRY(give_twin(object, i, other, error));
    *paired += 1;
  }
  return *paired == 0 ? GCHK_OK
                      : gchk_twin_symbols_are_apart(twin->handle, twin->path, object->handle, object->path, error);
}

static gchk_status add_twin(gchk_plugin_object *object, const char *path, bool is_quiet, size_t *paired,
                            gchk_error *error) {
  gchk_plugin_object *twin = NULL;
  *paired = 0;
  GCHK_TRY(gchk_plugin_object_load(&twin, path, (gchk_plugin_loading){true, is_quiet}, error));
  GCHK_TRY(keep(object, twin, error));
  return pair(object, twin, paired, error);
}

// A plug-in that has a twin for one of its layers has one for all: what is missing was forgotten, or is of another
// build.
static gchk_status check_complete(const gchk_plugin_object *object, gchk_error *error) {
  for (size_t i = 0; i < object->table->layer_count; i++) {
    const gchk_layer *layer = object->table->layers[i];
    if (layer->dtype != GCHK_F32 || layer->twin != NULL || gchk_layer_validate(layer, NULL) != GCHK_OK)
      continue;
    char names[512] = "";
    size_t used = 0;
    const gchk_plugin_object *twin = object->twins[object->twin_count - 1];
    for (size_t k = 0; k < twin->table->layer_count && used < sizeof names; k++)
      used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
                               twin->table->layers[k]->name);
    return gchk_fail(error, GCHK_INVALID, "%s: has no layer %s, as %s has; it has %s; %s", twin->path, layer->name,
                     object->path, names, "build both from the same sources, with the same options");
  }
  return GCHK_OK;
}

static bool ends_with(const char *text, size_t length, const char *end) {
  size_t end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static gchk_status add_twin_beside(gchk_plugin_object *object, const char *path, bool is_quiet, gchk_error *error) {
  size_t paired = 0;
  if (access(path, F_OK) != 0)
    return GCHK_OK;
  gchk_status status = add_twin(object, path, is_quiet, &paired, error);
  if (status == GCHK_OK && paired == 0)
    status = gchk_fail(error, GCHK_INVALID, "%s: none of its layers is one of %s; build both from the same sources",
                       path, object->path);
  if (status == GCHK_OK)
    status = check_complete(object, error);
  return status == GCHK_OK ? GCHK_OK
                           : gchk_fail_within(error, "the twin beside %s, which --no-twin leaves out", object->path);
}

static gchk_status find_twin_beside(gchk_plugin_object *object, bool is_quiet, gchk_error *error) {
  static const char suffix[] = ".so", twin_suffix[] = ".twin.so";
  const size_t length = strlen(object->path), size = length + sizeof twin_suffix;
  if (!ends_with(object->path, length, suffix) || ends_with(object->path, length, twin_suffix))
    return GCHK_OK;
  char *path = gchk_calloc(size, 1);
  if (path == NULL)
    return gchk_fail_memory(error, object->path);
  (void)snprintf(path, size, "%.*s%s", (int)(length - strlen(suffix)), object->path, twin_suffix);
  gchk_status status = add_twin_beside(object, path, is_quiet, error);
  free(path);
  return status;
}

static gchk_status find_twins(gchk_plugin_object *object, const gchk_twin_options *twins, bool is_quiet,
                              gchk_error *error) {
  bool has_any = false;
  if (count_floats(object) == 0)
    return GCHK_OK;
  for (size_t k = 0; k < twins->count; k++) {
    size_t paired = 0;
    GCHK_TRY(add_twin(object, twins->paths[k], is_quiet, &paired, error));
    twins->used[k] += paired;
    has_any = has_any || paired > 0;
  }
  if (has_any)
    return check_complete(object, error);
  return twins->none_beside ? GCHK_OK : find_twin_beside(object, is_quiet, error);
}

gchk_status gchk_plugin_object_open(gchk_plugin_object **object, const char *path, const gchk_twin_options *twins,
                                    bool is_quiet, gchk_error *error) {
  GCHK_TRY(gchk_plugin_object_load(object, path, (gchk_plugin_loading){false, is_quiet}, error));
  const gchk_status status = twins != NULL ? find_twins(*object, twins, is_quiet, error) : GCHK_OK;
  if (status != GCHK_OK) {
    gchk_plugin_object_close(*object);
    *object = NULL;
  }
  return status;
}
