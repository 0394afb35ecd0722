/* Loading a plug-in in a process of its own, which sends what its table says: none of its code runs here. */
#ifndef GCHK_SUITE_PLUGIN_TRIAL_H
#define GCHK_SUITE_PLUGIN_TRIAL_H

#include "core/arena.h"
#include "core/text.h"
#include "gradcheck/suite.h"

typedef struct gchk_plugin_told {
  const char *const *notes; /* on what start-up code did, ended by NULL; the arena's */
  const char *const *code;  /* the files of the plug-in, its twins, and what was loaded with them; likewise */
  gchk_text tables;         /* the image of its layers (layer_image.h), with their twins; the caller's */
} gchk_plugin_told;

/*
 * Loads a plug-in and its twins in a child process. Its errors are gchk_plugin_object_open's, and GCHK_LAYER_FAILED
 * where start-up code crashes, ends the process or does not end: constructors of C++ objects and functions with the
 * attribute run there; GCHK_INVALID where following the table does so. What it prints is shown on standard error, with
 * the path before each line, where `is_shown` is set; else it is dropped. `limits` may be NULL.
 */
gchk_status gchk_plugin_trial(const char *path, const gchk_twin_options *twins, const gchk_load_limits *limits,
                              bool is_shown, gchk_arena *arena, gchk_plugin_told *told,
                              gchk_error *error) GCHK_MUST_USE;

#endif
