/* The three standard descriptors, as they have to be before anything else is opened. */
#ifndef GCHK_PROCESS_DESCRIPTORS_H
#define GCHK_PROCESS_DESCRIPTORS_H

/* Puts something in the place of those that are closed; writing to what was standard output fails all the same. */
void cli_open_descriptors(void);

#endif
