/* Double twins from shared objects of their own: a plug-in that is loaded with them. */
#ifndef GCHK_SUITE_PLUGIN_TWIN_H
#define GCHK_SUITE_PLUGIN_TWIN_H

#include "suite/plugin_object.h"

/*
 * Loads a plug-in, and its f32 layers' twins: from the paths, and where none of these has one of its layers, unless
 * none_beside is set, from NAME.twin.so beside NAME.so if that is there. used[k] grows by the layers that paths[k]
 * gave. NULL: no twins. GCHK_INVALID as gchk_plugin_file_open_with has it.
 */
gchk_status gchk_plugin_object_open(gchk_plugin_object **object, const char *path, const gchk_twin_options *twins,
                                    bool is_quiet, gchk_error *error) GCHK_MUST_USE;

#endif
