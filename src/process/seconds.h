/* Time that only goes forward, for progress lines. */
#ifndef GCHK_PROCESS_SECONDS_H
#define GCHK_PROCESS_SECONDS_H

/* Seconds since some moment in the past; 0 where the machine has no such clock. */
double cli_seconds(void);

#endif
