/* What a compiler must be told to find the headers. */
#ifndef GCHK_CLI_CFLAGS_H
#define GCHK_CLI_CFLAGS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Prints "-I" and the folder that holds gradcheck/gradcheck.h: beside the executable that is installed, where it was
 * installed to, or in the source tree. Returns the exit status: unfinished, with a message, where there is none.
 */
int cli_print_cflags(void);

/* The folder that holds gradcheck/: beside the program, or where it was installed. False, with a message. */
bool cli_find_headers(char *folder, size_t size);

#endif
