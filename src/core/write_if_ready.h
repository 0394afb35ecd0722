/* Writing to a descriptor that may take nothing for ever: a pipe that nobody reads, a terminal that is stopped. */
#ifndef GCHK_CORE_WRITE_IF_READY_H
#define GCHK_CORE_WRITE_IF_READY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes `length` bytes, at most PIPE_BUF, at once. Waits for the descriptor until *waited_ms, which grows by it, is
 * `patience_ms`; false where it has not taken them.
 */
bool gchk_write_if_ready(int fd, const char *data, size_t length, int patience_ms, int *waited_ms);

#endif
