/* Double twins from shared objects of their own: what suites and the command line do alike (see gradcheck/suite.h). */
#ifndef GCHK_SUITE_PLUGIN_TWIN_H
#define GCHK_SUITE_PLUGIN_TWIN_H

#include "suite/plugin_file.h"

/*
 * Gives the f32 layers of `file` their twins: from `paths`, `count` of them, and where none of these has one of its
 * layers and `beside` is set, from NAME.twin.so beside NAME.so if that is there. used[k] counts the layers that
 * paths[k] gave.
 */
gchk_status gchk_plugin_file_find_twins(gchk_plugin_file *file, const char *const *paths, size_t count, bool beside,
                                        size_t *used, gchk_error *error) GCHK_MUST_USE;

#endif
