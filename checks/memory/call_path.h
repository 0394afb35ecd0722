/* The calls by which a point of the program was reached: its own and its callers' return addresses. */
#ifndef CHECKS_MEMORY_CALL_PATH_H
#define CHECKS_MEMORY_CALL_PATH_H

#include <stddef.h>

/* How often it was reached by the very calls by which it is now, this time included, since call_path_reset. */
size_t call_path_times(void);

void call_path_reset(void);

#endif
