/*
 * What an emulator of a processor (qemu-user) cannot do. Such a part of a test is left out, which is said, and the test
 * then counts as skipped, not as passed. Asked while the tests of an executable are listed: in the process of all.
 */
#ifndef CHECKS_EXCUSED_H
#define CHECKS_EXCUSED_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIPPED_STATUS = 77 }; /* as ctest is told */

/* The emulator says on standard error that a signal ends its program. */
static inline bool is_emulated(void) {
  int ends[2];
  char said[5] = "";
  if (pipe(ends) != 0)
    return false;
  const pid_t child = fork();
  if (child == 0) {
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)dup2(ends[1], STDERR_FILENO);
    (void)signal(SIGABRT, SIG_DFL);
    abort();
  }
  (void)close(ends[1]);
  const ssize_t length = read(ends[0], said, sizeof said);
  (void)close(ends[0]);
  if (child > 0)
    (void)waitpid(child, NULL, 0);
  return length == (ssize_t)sizeof said && memcmp(said, "qemu:", sizeof said) == 0;
}

static inline bool excused(const char *what) {
  if (!is_emulated())
    return false;
  (void)printf("LEFT OUT: %s\n", what);
  (void)setenv("GRADCHECK_LEFT_OUT", "1", 1);
  return true;
}

/* The exit status of a test that did not fail. */
static inline int status_of_passed(void) {
  return getenv("GRADCHECK_LEFT_OUT") != NULL ? SKIPPED_STATUS : EXIT_SUCCESS;
}

#endif
