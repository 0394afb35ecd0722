/* A process that helps that of a case (core/crew.h): it leaves no trace of its own. */
#ifndef GCHK_CRASH_HELPER_H
#define GCHK_CRASH_HELPER_H

#include <stddef.h>
#include <sys/types.h>

/*
 * At its beginning. It ends with `leader`, its parent; notes nothing of what is under way; what the layer prints is
 * lost; and it ends itself, without a word, when it takes more than memory_mib (0: any amount) beyond what it has now.
 * What there is to say the leader says, who does anew what is not done.
 */
void gchk_become_helper(pid_t leader, size_t memory_mib);

#endif
