/* What a process holds that it would share with those that it forks. */
#ifndef GCHK_CRASH_HELD_H
#define GCHK_CRASH_HELD_H

#include <stdbool.h>
#include <stddef.h>

typedef struct gchk_held {
  bool is_known; /* false: it cannot be told here */
  size_t descriptors;
  size_t shared_mappings;
} gchk_held;

/* Now, of this process. */
gchk_held gchk_held_now(void);

/*
 * Has the process no more of it than `before`, and is it alone (alone.h)? Then a fork of it goes on as it would by
 * itself: two that read one file, talk to one server or write into one mapping would not, and threads are not forked.
 */
bool gchk_holds_no_more_than(const gchk_held *before);

#endif
