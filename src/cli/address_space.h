#ifndef CLI_ADDRESS_SPACE_H
#define CLI_ADDRESS_SPACE_H

/* Ends the program with a message where a limit on address space leaves the BLAS no room. Called by the loader. */
void cli_check_address_space(int argc, char **argv, char **environment);

#endif
