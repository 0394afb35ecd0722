/* gradcheck --version. */
#ifndef GCHK_CLI_VERSION_H
#define GCHK_CLI_VERSION_H

/* The version on a line of its own, then what a report of a fault should say of this build. */
void cli_print_version(void);

#endif
