/* What the kernel says of a process or a thread. */
#ifndef GCHK_CORE_PROCESS_STATE_H
#define GCHK_CORE_PROCESS_STATE_H

#include <sys/types.h>

/*
 * The state of the process or thread whose folder of /proc this is ("/proc/1", "/proc/self/task/2"): 'R' running or
 * ready to, 'S' asleep, 'Z' dead; '\0' where it is not there. *parent is its parent's number, or -1; may be NULL.
 */
char gchk_process_state(const char *folder, pid_t *parent);

#endif
