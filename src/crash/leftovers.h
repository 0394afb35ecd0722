/* What a process leaves behind: children that outlive it, in whatever group or session. */
#ifndef GCHK_CRASH_LEFTOVERS_H
#define GCHK_CRASH_LEFTOVERS_H

#include <stddef.h>
#include <sys/types.h>

/* From now on what descendants of this process leave behind becomes its children, not init's. */
void gchk_inherit_orphans(void);

/*
 * Kills all that this process has below it, takes it away, and returns how many were alive. The process group `group`,
 * of a child that was just taken away, goes at once.
 */
size_t gchk_kill_leftovers(pid_t group);

#endif
