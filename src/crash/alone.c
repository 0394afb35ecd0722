/* A folder has a link from each folder in it, and two of its own: /proc/self/task has one folder a thread. */
#include "crash/alone.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>

static bool has_child(void) {
  siginfo_t info;
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

bool gchk_is_alone(void) {
  struct stat threads;
  return !has_child() && stat("/proc/self/task", &threads) == 0 && threads.st_nlink == 2 + 1;
}
