/* The beginning of a small file that may not be there. */
#ifndef GCHK_CORE_FILE_START_H
#define GCHK_CORE_FILE_START_H

#include <stddef.h>

/* Its first size - 1 bytes as a string; "" where it cannot be read. */
void gchk_file_start(const char *path, char *text, size_t size);

#endif
