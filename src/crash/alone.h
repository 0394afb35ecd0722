/* Whether something else of this process goes on beside the thread that asks. */
#ifndef GCHK_CRASH_ALONE_H
#define GCHK_CRASH_ALONE_H

#include <stdbool.h>

/*
 * No other thread, and no child, alive or not waited for; of one that inherits orphans (leftovers.h) no descendant.
 * False where it cannot be told.
 */
bool gchk_is_alone(void);

#endif
