/*
 * The processor time of another process is a clock (clock_getcpuclockid); that a thread of it is ready to run is the
 * state R of /proc/PID/task/TID/stat, proc(5), which does not say whether it has a processor. Without /proc all time
 * is taken for sleep.
 */
#include "crash/patience.h"

#include <dirent.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "core/process_state.h"

enum { MOST_THREADS = 256 }; // that are looked at

static const double look_every_s = 0.1, longest_gap_s = 0.25;

static size_t ready_threads(pid_t pid) {
  char folder[64], thread[128];
  (void)snprintf(folder, sizeof folder, "/proc/%ld/task", (long)pid);
  DIR *threads = opendir(folder);
  size_t ready = 0;
  const struct dirent *entry = NULL;
  for (int seen = 0; threads != NULL && seen < MOST_THREADS && (entry = readdir(threads)) != NULL;) {
    if (entry->d_name[0] == '.')
      continue;
    (void)snprintf(thread, sizeof thread, "%s/%.20s", folder, entry->d_name);
    ready += gchk_process_state(thread, NULL) == 'R';
    seen++;
  }
  if (threads != NULL)
    (void)closedir(threads);
  return ready;
}

gchk_activity gchk_activity_of(pid_t pid) {
  clockid_t clock;
  struct timespec used;
  if (pid <= 0 || clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
    return (gchk_activity){.is_known = false};
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return (gchk_activity){.is_known = true,
                         .ready = ready_threads(pid),
                         .processors = online > 0 ? (size_t)online : 1,
                         .cpu_s = (double)used.tv_sec + 1e-9 * (double)used.tv_nsec};
}

gchk_patience gchk_patience_new(double now) {
  return (gchk_patience){.looked = now, .cpu_s = -1};
}

static double least(double a, double b) {
  return a < b ? a : b;
}

// A short limit is looked at more often, and no gap is a large part of it.
static double at_most(double seconds, double limit_s, double parts) {
  return limit_s > 0 ? least(seconds, limit_s / parts) : seconds;
}

// What a thread got of a processor since the last look, as far as that is known; all of them on one share of it.
static double share(const gchk_patience *p, const gchk_activity *a) {
  const size_t side_by_side = a->ready < a->processors ? a->ready : a->processors;
  return p->cpu_s < 0 ? 0 : (a->cpu_s - p->cpu_s) / (double)side_by_side;
}

void gchk_patience_count(gchk_patience *p, double limit_s, double now, const gchk_activity *activity) {
  const double counted = least(now - p->looked, at_most(longest_gap_s, limit_s, 4));
  const bool is_kept = activity->is_known && activity->ready > 0;
  p->looked = now;
  p->waited += counted;
  p->lived += is_kept ? least(counted, share(p, activity)) : counted;
  p->cpu_s = activity->is_known ? activity->cpu_s : -1;
}

void gchk_patience_look(gchk_patience *p, double limit_s, double now, pid_t pid) {
  if (now - p->looked < at_most(look_every_s, limit_s, 8))
    return;
  const gchk_activity activity = gchk_activity_of(pid);
  gchk_patience_count(p, limit_s, now, &activity);
}

bool gchk_patience_is_over(const gchk_patience *p, double limit_s) {
  return limit_s > 0 && (p->lived >= limit_s || p->waited >= GCHK_PATIENCE_MOST * limit_s);
}
