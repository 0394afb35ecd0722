/* What the head of a shared object says of it, before the loader maps it. */
#ifndef GCHK_SUITE_OBJECT_FILE_H
#define GCHK_SUITE_OBJECT_FILE_H

#include "gradcheck/status.h"

/*
 * Is the file at `full` all there, and for this machine? Else GCHK_INVALID, which calls it `path`: mapping a file that
 * is cut off ends the process at the first page that is not there, and of another machine's the loader says that there
 * is no such file. GCHK_OK for what is no ELF file, which the loader tells of.
 */
gchk_status gchk_object_file_check(const char *full, const char *path, gchk_error *error) GCHK_MUST_USE;

#endif
