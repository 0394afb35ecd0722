/* Is this run one of several that were started together, and where do they meet? */
#ifndef OPTIONS_PART_OF_RUN_H
#define OPTIONS_PART_OF_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "options/options.h"

/*
 * Of several programs that were started together (mpirun) the first makes the result, and the others help it, and say
 * nothing. They meet in --store alone, so that no library is needed; its folder is made where it is not there, and
 * where all of them are on one machine, and their launcher has a folder for them, it need not be given. False, with
 * the problem and what to do, where that makes no sense; "" where another rank says so.
 */
bool cli_take_part(cli_options *options, char *problem, size_t size);

#endif
