/* Files that are read: opened so that nothing hangs, and with their size known before a byte of them is. */
#ifndef GCHK_CORE_INPUT_FILE_H
#define GCHK_CORE_INPUT_FILE_H

#include <stddef.h>

#include "gradcheck/status.h"

/*
 * Opens a file of at most `largest` bytes at its beginning; the caller closes *fd, from which can be read and sought.
 * A pipe is read to its end into a temporary file first, and must not pause for long. Folders, devices, terminals and
 * sockets are refused. *size is 0 for files of /proc. Errors name the path.
 */
gchk_status gchk_input_open(int *fd, size_t *size, const char *path, size_t largest, gchk_error *error) GCHK_MUST_USE;

#endif
