/*
 * A plug-in in this process: the shared object, and its table, or one of our own where its layers were given twins
 * (plugin_twin.c).
 */
#ifndef GCHK_SUITE_PLUGIN_OBJECT_H
#define GCHK_SUITE_PLUGIN_OBJECT_H

#include <stdbool.h>

#include "gradcheck/suite.h"

typedef struct gchk_plugin_object {
  void *handle;
  char *path; /* as it was given */
  char *note; /* what its start-up code did to the process and was undone; NULL: nothing */
  const gchk_plugin *table;
  gchk_plugin own;                   /* with `layers`: table points here once a layer has a twin from elsewhere */
  const gchk_layer **layers;         /* those of the shared object, or of `copies` where a layer has such a twin */
  gchk_layer *copies;                /* two a layer: the layer, and its twin */
  struct gchk_plugin_object **twins; /* opened for these, and closed with the plug-in */
  size_t twin_count;
} gchk_plugin_object;

/* How it is loaded. */
typedef struct gchk_plugin_loading {
  bool is_twin;  /* two layers may have one name: f32 and f64 in the source, both f64 in double */
  bool is_quiet; /* what its start-up code prints is dropped; else standard output goes to standard error */
} gchk_plugin_loading;

/*
 * Runs its start-up code here. GCHK_INVALID as gchk_plugin_file_open has it. The table is looked over, not read whole.
 */
gchk_status gchk_plugin_object_load(gchk_plugin_object **object, const char *path, gchk_plugin_loading how,
                                    gchk_error *error) GCHK_MUST_USE;

/* Its code stays: what start-up code has begun, nobody can end. */
void gchk_plugin_object_close(gchk_plugin_object *object);

/* The index-th thing to say of it and of its twins; NULL: there is no more. */
const char *gchk_plugin_object_note(const gchk_plugin_object *object, size_t index);

#endif
