/* Whether a path can be written, told before there is anything to write. */
#ifndef GCHK_PROCESS_WRITABLE_H
#define GCHK_PROCESS_WRITABLE_H

#include <stdbool.h>

/* A file; `is_renamed`: it is written beside itself, and then renamed. Where it cannot be, errno says why. */
bool cli_can_be_file(const char *path, bool is_renamed);

/* A folder to put files into, which is there or can be made within one that is. */
bool cli_can_be_folder(const char *path);

/*
 * Is it a file, or nothing yet: what is written under a temporary name and renamed? Others, and "-", are read while
 * they are written, and cannot be changed.
 */
bool cli_is_replaced(const char *path);

#endif
