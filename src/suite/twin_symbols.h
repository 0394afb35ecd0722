/* Do two shared objects that were built from the same sources keep their static variables apart? */
#ifndef GCHK_SUITE_TWIN_SYMBOLS_H
#define GCHK_SUITE_TWIN_SYMBOLS_H

#include "gradcheck/status.h"

/*
 * GCHK_OK, or GCHK_INVALID with the name of a variable that two objects, opened with dlopen as `twin` and `single`,
 * have in common, and how to build the twin so that they have not. Loads nothing.
 */
gchk_status gchk_twin_symbols_are_apart(void *twin, const char *twin_path, void *single, const char *single_path,
                                        gchk_error *error) GCHK_MUST_USE;

#endif
