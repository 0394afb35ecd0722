/* Signals that ask to stop: the command goes on to where it can write what it has. */
#ifndef GCHK_PROCESS_SIGNALS_H
#define GCHK_PROCESS_SIGNALS_H

#include <stdbool.h>

/*
 * From here on SIGINT, SIGTERM and SIGHUP (which nohup ignores, and stays so) set *flag instead of ending the process,
 * each but the first time where it is to be `once`: whoever looks at the flag may hang. A write that waits for its
 * reader fails then (EINTR), as soon as it has waited for a moment; a closed pipe is an error of a write. Returns the
 * flag.
 */
const volatile int *cli_catch_signals(bool once);

/* From here on a file beyond `ulimit -f` is an error of its write, with a message, and no death without one. */
void cli_ignore_size_limit(void);

#endif
