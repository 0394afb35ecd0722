/*
 * Loading a plug-in with dlopen, bound at once (RTLD_NOW), so that a symbol that is missing is said here and not in the
 * middle of a check. The table is looked over before anything in it is used: a plug-in may have been built with other
 * headers, and its structs are then not ours.
 */
#include "suite/plugin_file.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/child_environment.h"
#include "core/memory.h"
#include "suite/plugin_trial.h"

/* dlopen searches the system's folders for a name without a slash; a plug-in is a file. */
static char *file_path(const char *path) {
  bool has_slash = strchr(path, '/') != NULL;
  size_t size = strlen(path) + 3;
  char *text = gchk_calloc(size, 1);
  if (text != NULL)
    (void)snprintf(text, size, "%s%s", has_slash ? "" : "./", path);
  return text;
}

static gchk_status check_table(const gchk_plugin *table, bool is_twin, const char *path, gchk_error *error) {
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
  for (size_t i = 0; i < table->layer_count; i++) {
    const gchk_layer *layer = table->layers[i];
    if (layer == NULL || layer->name == NULL)
      return gchk_fail(error, GCHK_INVALID, "%s: layer %zu of %zu has no name; set .name", path, i + 1,
                       table->layer_count);
    for (size_t j = 0; j < i && !is_twin; j++)
      if (strcmp(table->layers[j]->name, layer->name) == 0 && table->layers[j]->dtype == layer->dtype)
        return gchk_fail(error, GCHK_INVALID, "%s: layers %zu and %zu are both called %s; give each a name of its own",
                         path, j + 1, i + 1, layer->name);
  }
  return GCHK_OK;
}

gchk_status gchk_plugin_load(gchk_plugin_file **file, const char *path, bool is_twin, gchk_error *error) {
  *file = NULL;
  gchk_status status = GCHK_NO_MEMORY;
  gchk_plugin_file *made = gchk_calloc(1, sizeof(*made));
  char *full = file_path(path);
  if (made == NULL || full == NULL || (made->path = file_path(path)) == NULL) {
    status = gchk_fail_memory(error, path);
    goto done;
  }
  memcpy(made->path, path, strlen(path) + 1); // file_path made room for more
  if (access(full, R_OK) != 0) {
    status = gchk_fail(error, GCHK_INVALID, "%s: cannot be opened: %s; build the plug-in, or correct its path", path,
                       strerror(errno));
    goto done;
  }
  gchk_let_threads_sleep();
  status = gchk_plugin_trial(full, path, error);
  if (status != GCHK_OK)
    goto done;
  made->handle = dlopen(full, RTLD_NOW | RTLD_LOCAL);
  if (made->handle == NULL) {
    const char *reason = dlerror();
    /* dlerror begins with the path, mostly. */
    size_t length = strlen(full);
    if (reason != NULL && strncmp(reason, full, length) == 0 && strncmp(reason + length, ": ", 2) == 0)
      reason += length + 2;
    status = gchk_fail(error, GCHK_INVALID, "%s: cannot be loaded: %s; a plug-in is a shared object (cc -shared -fPIC)",
                       path, reason != NULL ? reason : "no reason given");
    goto done;
  }
  made->table = dlsym(made->handle, GCHK_PLUGIN_SYMBOL);
  if (made->table == NULL) {
    status = gchk_fail(error, GCHK_INVALID,
                       "%s: has no symbol %s; write GCHK_PLUGIN(&layer, ...) at the foot of one of its files", path,
                       GCHK_PLUGIN_SYMBOL);
    goto done;
  }
  status = check_table(made->table, is_twin, path, error);
done:
  free(full);
  if (status == GCHK_OK)
    *file = made;
  else
    gchk_plugin_file_close(made);
  return status;
}

gchk_status gchk_plugin_file_open(gchk_plugin_file **file, const char *path, gchk_error *error) {
  return gchk_plugin_load(file, path, false, error);
}

void gchk_plugin_file_close(gchk_plugin_file *file) {
  if (file == NULL)
    return;
  for (size_t i = 0; i < file->twin_count; i++)
    gchk_plugin_file_close(file->twins[i]);
  free(file->twins);
  free(file->copies);
  free(file->layers);
  free(file->path);
  if (file->handle != NULL)
    (void)dlclose(file->handle);
  free(file);
}

const gchk_plugin *gchk_plugin_file_table(const gchk_plugin_file *file) {
  return file->table;
}

const gchk_layer *gchk_plugin_file_layer(const gchk_plugin_file *file, const char *name) {
  for (size_t i = 0; i < file->table->layer_count; i++)
    if (strcmp(file->table->layers[i]->name, name) == 0)
      return file->table->layers[i];
  return NULL;
}
