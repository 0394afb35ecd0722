/* Whether two shared objects hold the same program. */
#ifndef GCHK_MUTATE_OBJECT_CODE_H
#define GCHK_MUTATE_OBJECT_CODE_H

#include <stdbool.h>

/*
 * Are the sections that are loaded the same, byte for byte, but for notes (a build's number)? What debuggers read does
 * not count. Files that are no ELF of this machine: are they the same? False where one cannot be read.
 */
bool gchk_is_same_code(const char *a, const char *b);

#endif
