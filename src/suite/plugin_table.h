/* The table that a plug-in exports, looked over before anything in it is used. */
#ifndef GCHK_SUITE_PLUGIN_TABLE_H
#define GCHK_SUITE_PLUGIN_TABLE_H

#include <stdbool.h>

#include "gradcheck/plugin.h"

/* GCHK_INVALID, with the plug-in's path, where the table makes no sense. In a twin two layers may have one name. */
gchk_status gchk_plugin_table_check(const gchk_plugin *table, bool is_twin, const char *path,
                                    gchk_error *error) GCHK_MUST_USE;

/* The first layer called `name`, or NULL. */
const gchk_layer *gchk_plugin_table_layer(const gchk_plugin *table, const char *name);

#endif
