/* How many threads this process has. */
#ifndef CHECKS_THREADS_HERE_H
#define CHECKS_THREADS_HERE_H

#include <dirent.h>
#include <stddef.h>

/* What /proc/self/task has; 0 where it cannot be told. */
static inline size_t threads_here(void) {
  DIR *tasks = opendir("/proc/self/task");
  size_t count = 0;
  for (const struct dirent *entry = NULL; tasks != NULL && (entry = readdir(tasks)) != NULL;)
    count += entry->d_name[0] != '.';
  if (tasks != NULL)
    (void)closedir(tasks);
  return count;
}

#endif
