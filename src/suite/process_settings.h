/* What holds for a whole process, and what code that is loaded into it may change for everybody else. */
#ifndef GCHK_SUITE_PROCESS_SETTINGS_H
#define GCHK_SUITE_PROCESS_SETTINGS_H

#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>

enum { GCHK_KEPT_LIMITS = 8, GCHK_KEPT_SIGNALS = 6 };

typedef struct gchk_process_settings {
  fenv_t arithmetic;
  int folder; /* the working directory, open; -1: it cannot be opened */
  mode_t mask;
  sigset_t blocked;
  struct sigaction actions[GCHK_KEPT_SIGNALS];
  struct itimerval timer;
  struct rlimit limits[GCHK_KEPT_LIMITS];
  int standard[3]; /* copies of the standard descriptors; -1: it was closed */
  int output;      /* where output goes meanwhile: a copy of standard error, or nowhere */
  bool is_quiet;
  char *locale; /* NULL: out of memory, and it is not kept */
  locale_t thread_locale;
} gchk_process_settings;

/*
 * Keeps them. Until they are restored standard output goes to standard error, for what is printed is no report; or both
 * go nowhere.
 */
void gchk_process_settings_keep(gchk_process_settings *kept, bool is_quiet);

/*
 * Puts them back and frees `kept`. Writes what had been changed to `changed`, "flush-to-zero, the working directory";
 * an empty text: nothing.
 */
void gchk_process_settings_restore(gchk_process_settings *kept, char *changed, size_t size);

#endif
