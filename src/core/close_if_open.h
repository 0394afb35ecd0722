/* Closing a descriptor that may be none. */
#ifndef GCHK_CORE_CLOSE_IF_OPEN_H
#define GCHK_CORE_CLOSE_IF_OPEN_H

/* Closes `fd`, unless it is negative: never opened, or closed already. */
void gchk_close_if_open(int fd);

#endif
