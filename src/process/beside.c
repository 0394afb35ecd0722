/*
 * Where the program is: by /proc, or without it as it was started. So no path of the build is in the program: a build
 * tree has links to the source tree where an installed program has folders.
 */
#define _DEFAULT_SOURCE // realpath
#include "process/beside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif

// For free(); NULL when it is not known.
static char *program(void) {
  char *path = realpath("/proc/self/exe", NULL);
#ifdef __linux__
  const char *started_as = (const char *)getauxval(AT_EXECFN);
  if (path == NULL && started_as != NULL)
    path = realpath(started_as, NULL);
#endif
  return path;
}

bool cli_beside(char *path, size_t size, const char *what) {
  char *self = program();
  char *slash = self != NULL ? strrchr(self, '/') : NULL;
  bool is_found = false;
  if (slash != NULL) {
    *slash = '\0';
    const int length = snprintf(path, size, "%s/../%s", self, what);
    char *found = length > 0 && (size_t)length < size ? realpath(path, NULL) : NULL;
    is_found = found != NULL && strlen(found) < size;
    if (is_found)
      (void)snprintf(path, size, "%s", found);
    free(found);
  }
  free(self);
  return is_found;
}
