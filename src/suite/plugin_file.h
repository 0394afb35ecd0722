/* A plug-in in memory: its table, or one of our own where its layers were given twins (plugin_twin.c). */
#ifndef GCHK_SUITE_PLUGIN_FILE_H
#define GCHK_SUITE_PLUGIN_FILE_H

#include <stdbool.h>

#include "gradcheck/suite.h"

struct gchk_plugin_file {
  void *handle;
  char *path; /* as it was given */
  char *note; /* what its start-up code did to the process and was undone; NULL: nothing */
  const gchk_plugin *table;
  gchk_plugin own;           /* with `layers`: table points here once a layer has a twin from elsewhere */
  const gchk_layer **layers; /* those of the shared object, or of `copies` where a layer has such a twin */
  gchk_layer *copies;        /* two a layer: the layer, and its twin */
  gchk_plugin_file **twins;  /* opened for these, and closed with the plug-in */
  size_t twin_count;
};

/* As gchk_plugin_file_open. In a twin two layers may have one name: f32 and f64 in the source, both f64 in double. */
gchk_status gchk_plugin_load(gchk_plugin_file **file, const char *path, bool is_twin, gchk_error *error) GCHK_MUST_USE;

#endif
