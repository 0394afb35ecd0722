/* Loading a plug-in on trial: what its start-up code does to a process, it does to one of its own first. */
#ifndef GCHK_SUITE_PLUGIN_TRIAL_H
#define GCHK_SUITE_PLUGIN_TRIAL_H

#include "gradcheck/status.h"

/*
 * Loads `full` in a child process. GCHK_LAYER_FAILED where that crashes, ends or does not end: constructors of C++
 * objects and functions with the attribute run there. What it writes is dropped; it writes it again when it is loaded
 * in earnest. GCHK_INVALID where reading its table does so. GCHK_OK for a file that cannot be loaded, which whoever
 * loads it next finds out.
 */
gchk_status gchk_plugin_trial(const char *full, const char *path, gchk_error *error) GCHK_MUST_USE;

#endif
