/* Threads that spin before they sleep: their state is what counts, a busy machine may give them no time to be seen. */
#include "calls/quiet.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <dirent.h>

// pid (name) state ...; a name may hold a parenthesis.
static bool is_running(const char *task) {
  char path[64], line[512];
  (void)snprintf(path, sizeof path, "/proc/self/task/%.20s/stat", task);
  FILE *file = fopen(path, "r");
  if (file == NULL)
    return false; // it has ended
  const size_t length = fread(line, 1, sizeof line - 1, file);
  (void)fclose(file);
  line[length] = '\0';
  const char *name_end = strrchr(line, ')');
  return name_end != NULL && strncmp(name_end, ") R", 3) == 0;
}

// This thread runs, who asks.
static bool do_others_run(void) {
  DIR *tasks = opendir("/proc/self/task");
  size_t running = 0;
  for (const struct dirent *entry = NULL; tasks != NULL && (entry = readdir(tasks)) != NULL;)
    running += entry->d_name[0] != '.' && is_running(entry->d_name);
  if (tasks != NULL)
    (void)closedir(tasks);
  return running > 1;
}

void gchk_wait_for_quiet(void) {
  enum { POLLS = 300, POLL_NS = 1000000 };
  const struct timespec poll = {0, POLL_NS};
  for (int n = 0; n < POLLS && do_others_run(); n++)
    (void)nanosleep(&poll, NULL);
}
