/* Why a plug-in cannot be loaded, in words that say what to do. */
#ifndef GCHK_SUITE_PLUGIN_REASON_H
#define GCHK_SUITE_PLUGIN_REASON_H

#include "gradcheck/status.h"

/* `reason` is what the loader said, NULL for nothing, which mostly begins with `full`, the path that it was given. */
gchk_status gchk_plugin_load_failed(const char *path, const char *full, const char *reason, gchk_error *error);

#endif
