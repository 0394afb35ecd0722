/*
 * The settings of the process around code that is loaded: one row a setting.
 *
 * An object that was linked with -ffast-math has start-up code (GCC's crtfastmath.o) that lets the processor take
 * subnormal numbers for zero, in every object of the process. fesetenv puts back that bit too (MXCSR, FPCR). Others
 * change the working directory to find their data, the locale, or how signals are taken: reports would be written
 * elsewhere, and other layers judged with it.
 */
#include "suite/process_settings.h"

#include <fcntl.h>
#include <float.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Of a crash's own signals nothing is kept: a runtime may need its handlers, and crash_watch.h sets its own later.
static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGXFSZ};
static const int limits[] = {RLIMIT_AS,    RLIMIT_CORE,   RLIMIT_CPU,   RLIMIT_DATA,
                             RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_STACK, RLIMIT_NPROC};
_Static_assert(sizeof signals / sizeof signals[0] == GCHK_KEPT_SIGNALS, "one place a signal");
_Static_assert(sizeof limits / sizeof limits[0] == GCHK_KEPT_LIMITS, "one place a limit");

static bool flushes_to_zero(void) {
  volatile double smallest = DBL_MIN, subnormal = DBL_TRUE_MIN;
  return smallest / 2 == 0 || subnormal * 2 == 0;
}

static void keep_arithmetic(gchk_process_settings *kept) {
  (void)fegetenv(&kept->arithmetic);
}

static const char *restore_arithmetic(gchk_process_settings *kept) {
  const bool flushed = flushes_to_zero();
  const int rounding = fegetround();
  (void)fesetenv(&kept->arithmetic);
  if (flushed && !flushes_to_zero())
    return "flush-to-zero";
  return fegetround() != rounding ? "another rounding mode" : NULL;
}

static bool is_same_file(int a, int b) {
  struct stat of_a, of_b;
  if (fstat(a, &of_a) != 0 || fstat(b, &of_b) != 0)
    return false;
  return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

static void keep_folder(gchk_process_settings *kept) {
  kept->folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static const char *restore_folder(gchk_process_settings *kept) {
  if (kept->folder < 0)
    return NULL;
  const int now = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_same = now >= 0 && is_same_file(now, kept->folder);
  if (!is_same)
    (void)(fchdir(kept->folder) == 0);
  if (now >= 0)
    (void)close(now);
  (void)close(kept->folder);
  return is_same ? NULL : "the working directory";
}

static void keep_mask(gchk_process_settings *kept) {
  kept->mask = umask(0);
  (void)umask(kept->mask);
}

static const char *restore_mask(gchk_process_settings *kept) {
  return umask(kept->mask) != kept->mask ? "the file mode mask" : NULL;
}

static void keep_signals(gchk_process_settings *kept) {
  (void)sigprocmask(SIG_BLOCK, NULL, &kept->blocked);
  for (size_t i = 0; i < GCHK_KEPT_SIGNALS; i++)
    (void)sigaction(signals[i], NULL, &kept->actions[i]);
}

static const char *restore_signals(gchk_process_settings *kept) {
  bool is_changed = false;
  sigset_t now;
  (void)sigprocmask(SIG_SETMASK, &kept->blocked, &now);
  for (size_t i = 0; i < GCHK_KEPT_SIGNALS; i++) {
    struct sigaction action;
    (void)sigaction(signals[i], &kept->actions[i], &action);
    is_changed = is_changed || action.sa_handler != kept->actions[i].sa_handler ||
                 sigismember(&now, signals[i]) != sigismember(&kept->blocked, signals[i]);
  }
  return is_changed ? "how signals are taken" : NULL;
}

static void keep_timer(gchk_process_settings *kept) {
  (void)getitimer(ITIMER_REAL, &kept->timer);
}

static const char *restore_timer(gchk_process_settings *kept) {
  struct itimerval now;
  const bool was_off = kept->timer.it_value.tv_sec == 0 && kept->timer.it_value.tv_usec == 0;
  if (getitimer(ITIMER_REAL, &now) != 0 || !was_off || (now.it_value.tv_sec == 0 && now.it_value.tv_usec == 0))
    return NULL; // one that ran before goes on
  (void)setitimer(ITIMER_REAL, &kept->timer, NULL);
  return "the alarm clock";
}

static void keep_limits(gchk_process_settings *kept) {
  for (size_t i = 0; i < GCHK_KEPT_LIMITS; i++)
    (void)getrlimit((__rlimit_resource_t)limits[i], &kept->limits[i]);
}

static const char *restore_limits(gchk_process_settings *kept) {
  bool is_changed = false;
  for (size_t i = 0; i < GCHK_KEPT_LIMITS; i++) {
    const __rlimit_resource_t limit = (__rlimit_resource_t)limits[i];
    struct rlimit now;
    if (getrlimit(limit, &now) != 0)
      continue;
    is_changed = is_changed || now.rlim_cur != kept->limits[i].rlim_cur || now.rlim_max != kept->limits[i].rlim_max;
    if (setrlimit(limit, &kept->limits[i]) != 0) // only root may raise what is the most: as much as may be
      (void)setrlimit(limit, &(struct rlimit){now.rlim_max, now.rlim_max});
  }
  return is_changed ? "the limits of resources" : NULL;
}

static void keep_standard(gchk_process_settings *kept) {
  (void)fflush(stdout);
  (void)fflush(stderr);
  for (int i = 0; i < 3; i++)
    kept->standard[i] = fcntl(i, F_DUPFD_CLOEXEC, 3);
  kept->output = kept->is_quiet ? open("/dev/null", O_WRONLY | O_CLOEXEC) : kept->standard[STDERR_FILENO];
  if (kept->output < 0)
    return;
  (void)dup2(kept->output, STDOUT_FILENO);
  (void)dup2(kept->output, STDERR_FILENO);
}

static const char *restore_standard(gchk_process_settings *kept) {
  bool is_changed = false;
  (void)fflush(stdout);
  (void)fflush(stderr);
  for (int i = 0; i < 3; i++) {
    const int was = i == STDIN_FILENO || kept->output < 0 ? kept->standard[i] : kept->output;
    is_changed = is_changed || (was >= 0 && !is_same_file(i, was));
  }
  if (kept->is_quiet && kept->output >= 0)
    (void)close(kept->output);
  for (int i = 0; i < 3; i++)
    if (kept->standard[i] >= 0) {
      (void)dup2(kept->standard[i], i);
      (void)close(kept->standard[i]);
    }
  return is_changed ? "the standard descriptors" : NULL;
}

static void keep_locale(gchk_process_settings *kept) {
  const char *now = setlocale(LC_ALL, NULL);
  kept->locale = now != NULL ? strdup(now) : NULL;
  kept->thread_locale = uselocale((locale_t)0);
}

static const char *restore_locale(gchk_process_settings *kept) {
  const char *now = setlocale(LC_ALL, NULL);
  const bool is_same = kept->locale == NULL || now == NULL || strcmp(now, kept->locale) == 0;
  const bool is_same_here = uselocale(kept->thread_locale) == kept->thread_locale;
  if (!is_same)
    (void)setlocale(LC_ALL, kept->locale);
  free(kept->locale);
  return is_same && is_same_here ? NULL : "the locale";
}

typedef struct setting {
  void (*keep)(gchk_process_settings *kept);
  const char *(*restore)(gchk_process_settings *kept); // what was changed; NULL: nothing
} setting;

// Limits first: files may be opened again then.
static const setting settings[] = {
    {keep_limits, restore_limits},     {keep_arithmetic, restore_arithmetic}, {keep_folder, restore_folder},
    {keep_mask, restore_mask},         {keep_signals, restore_signals},       {keep_timer, restore_timer},
    {keep_standard, restore_standard}, {keep_locale, restore_locale},
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

void gchk_process_settings_keep(gchk_process_settings *kept, bool is_quiet) {
  *kept = (gchk_process_settings){.folder = -1, .is_quiet = is_quiet, .output = -1};
  for (size_t i = 0; i < SETTINGS; i++)
    settings[i].keep(kept);
}

void gchk_process_settings_restore(gchk_process_settings *kept, char *changed, size_t size) {
  size_t used = 0;
  changed[0] = '\0';
  for (size_t i = 0; i < SETTINGS; i++) {
    const char *what = settings[i].restore(kept);
    if (what != NULL && used < size)
      used += (size_t)snprintf(changed + used, size - used, "%s%s", used > 0 ? ", " : "", what);
  }
}
