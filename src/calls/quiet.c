/* Threads that spin before they sleep: their state is what counts, a busy machine may give them no time to be seen. */
#include "calls/quiet.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include <dirent.h>

#include "core/process_state.h"

// This thread runs, who asks.
static bool do_others_run(void) {
  DIR *tasks = opendir("/proc/self/task");
  size_t running = 0;
  for (const struct dirent *entry = NULL; tasks != NULL && (entry = readdir(tasks)) != NULL;) {
    char folder[64];
    (void)snprintf(folder, sizeof folder, "/proc/self/task/%.20s", entry->d_name);
    running += entry->d_name[0] != '.' && gchk_process_state(folder, NULL) == 'R';
  }
  if (tasks != NULL)
    (void)closedir(tasks);
  return running > 1;
}

void gchk_wait_for_quiet(void) {
  enum { POLLS = 300, POLL_NS = 1000000 };
  const struct timespec poll = {0, POLL_NS};
  bool was_busy = false;
  // Its time is accounted for a moment after a thread is seen asleep: what ran is seen asleep twice.
  for (int n = 0; n < POLLS; n++) {
    const bool is_busy = do_others_run();
    if (!is_busy && !was_busy)
      return;
    was_busy = is_busy;
    (void)nanosleep(&poll, NULL);
  }
}
