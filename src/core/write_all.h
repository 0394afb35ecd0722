/* Writing to a descriptor. */
#ifndef GCHK_CORE_WRITE_ALL_H
#define GCHK_CORE_WRITE_ALL_H

#include <stdbool.h>
#include <stddef.h>

/* All of it, however many calls that takes; false, with errno, where that cannot be. */
bool gchk_write_all(int fd, const char *data, size_t length);

#endif
