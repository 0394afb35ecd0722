/* What stands beside the folder of the program. */
#ifndef CLI_BESIDE_H
#define CLI_BESIDE_H

#include <stdbool.h>
#include <stddef.h>

/* "/usr/include" for a program /usr/bin/gradcheck and "include"; false where that is not known, or not there. */
bool cli_beside(char *path, size_t size, const char *what);

#endif
