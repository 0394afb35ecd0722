/*
 * Descendants that outlive whom they came from.
 *
 * A process that inherits orphans gets everything that its descendants leave behind, whatever group and session it went
 * to: kill a child, and its children are the next to be killed, until there is none. /proc says who they are, and is
 * looked at only where waiting says that there is somebody.
 */
#define _DEFAULT_SOURCE // prctl
#include "crash/leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "core/clock.h"
#include "core/process_state.h"

static const double patience_s = 2; // with what forks faster than it is killed, or is not killed at all

void gchk_inherit_orphans(void) {
#ifdef PR_SET_CHILD_SUBREAPER
  (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
}

// True where there was a child to kill. Those of the group go at once, which has its number as long as one is there.
static bool kill_children(pid_t group) {
  DIR *processes = opendir("/proc");
  bool is_any = false, has_group = processes == NULL;
  for (const struct dirent *entry = NULL; processes != NULL && (entry = readdir(processes)) != NULL;) {
    char folder[64];
    pid_t parent;
    (void)snprintf(folder, sizeof folder, "/proc/%.20s", entry->d_name);
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
      continue;
    const char state = gchk_process_state(folder, &parent);
    if (parent != getpid() || state == 'Z' || state == 'X')
      continue;
    const pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
    has_group = has_group || getpgid(pid) == group;
    (void)kill(pid, SIGKILL);
    is_any = true;
  }
  if (has_group)
    (void)kill(-group, SIGKILL);
  if (processes != NULL)
    (void)closedir(processes);
  return is_any || has_group;
}

// Takes away those that are dead, and adds how many of them were killed; false when there is no child any more.
static bool take_dead(size_t *killed) {
  pid_t pid;
  int status = 0;
  do {
    pid = waitpid(-1, &status, WNOHANG);
    *killed += pid > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  } while (pid > 0 || (pid < 0 && errno == EINTR));
  return pid == 0;
}

size_t gchk_kill_leftovers(pid_t group) {
  const double began = gchk_now();
  size_t dead_before = 0, count = 0;
  bool has_killed = false;
  while (take_dead(has_killed ? &count : &dead_before) && gchk_now() - began < patience_s) {
    has_killed = kill_children(group) || has_killed;
    (void)nanosleep(&(struct timespec){0, 1000000}, NULL);
  }
  return count;
}
