/*
 * Loading a plug-in with dlopen, bound at once (RTLD_NOW), so that a symbol that is missing is said here and not in the
 * middle of a check. It stays until the process ends: what start-up code has begun, nobody can end.
 */
#include "suite/plugin_object.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "instance/under_way.h"
#include "suite/object_file.h"
#include "suite/plugin_reason.h"
#include "suite/plugin_table.h"
#include "suite/process_settings.h"

/* dlopen searches the system's folders for a name without a slash; a plug-in is a file. */
static char *file_path(const char *path) {
  bool has_slash = strchr(path, '/') != NULL;
  size_t size = strlen(path) + 3;
  char *text = gchk_calloc(size, 1);
  if (text != NULL)
    (void)snprintf(text, size, "%s%s", has_slash ? "" : "./", path);
  return text;
}

// Opens it, and puts back what its start-up code did to the process of all.
static gchk_status open_object(gchk_plugin_object *object, const char *full, bool is_quiet, gchk_error *error) {
  static const char format[] = "%s: its start-up code changed what holds for the whole process (%s); that is undone, "
                               "for others would be judged with it";
  gchk_process_settings before;
  char changed[512];
  gchk_process_settings_keep(&before, is_quiet);
  gchk_note_step(object->path);
  gchk_note_callback(GCHK_START_UP_CODE, NULL);
  object->handle = dlopen(full, RTLD_NOW | RTLD_LOCAL);
  gchk_note_return();
  gchk_process_settings_restore(&before, changed, sizeof changed);
  if (changed[0] == '\0')
    return GCHK_OK;
  const size_t size = sizeof format + strlen(object->path) + strlen(changed);
  object->note = gchk_calloc(size, 1);
  if (object->note == NULL)
    return gchk_fail_memory(error, object->path);
  (void)snprintf(object->note, size, format, object->path, changed);
  return GCHK_OK;
}

gchk_status gchk_plugin_object_load(gchk_plugin_object **object, const char *path, gchk_plugin_loading how,
                                    gchk_error *error) {
  *object = NULL;
  gchk_status status = GCHK_NO_MEMORY;
  gchk_plugin_object *made = gchk_calloc(1, sizeof(*made));
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
  status = gchk_object_file_check(full, path, error);
  if (status == GCHK_OK)
    status = open_object(made, full, how.is_quiet, error);
  if (status != GCHK_OK)
    goto done;
  if (made->handle == NULL) {
    status = gchk_plugin_load_failed(path, full, dlerror(), error);
    goto done;
  }
  made->table = dlsym(made->handle, GCHK_PLUGIN_SYMBOL);
  if (made->table == NULL) {
    status = gchk_fail(error, GCHK_INVALID,
                       "%s: has no symbol %s; write GCHK_PLUGIN(&layer, ...) at the foot of one of its files", path,
                       GCHK_PLUGIN_SYMBOL);
    goto done;
  }
  status = gchk_plugin_table_check(made->table, how.is_twin, path, error);
done:
  free(full);
  if (status == GCHK_OK)
    *object = made;
  else
    gchk_plugin_object_close(made);
  return status;
}

void gchk_plugin_object_close(gchk_plugin_object *object) {
  if (object == NULL)
    return;
  for (size_t i = 0; i < object->twin_count; i++)
    gchk_plugin_object_close(object->twins[i]);
  free(object->twins);
  free(object->copies);
  free(object->layers);
  free(object->path);
  free(object->note);
  // Never dlclose: its threads, handlers and destructors may be anywhere, and it is mapped once in any case.
  free(object);
}

const char *gchk_plugin_object_note(const gchk_plugin_object *object, size_t index) {
  size_t found = 0;
  if (object->note != NULL && found++ == index)
    return object->note;
  for (size_t i = 0; i < object->twin_count; i++)
    if (object->twins[i]->note != NULL && found++ == index)
      return object->twins[i]->note;
  return NULL;
}
