/* `gradcheck --cflags`, so that the commands that reports print work as they are pasted. */
#include "cflags.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"

enum { PATH_SIZE = 4096 };

static bool has_headers(const char *folder) {
  char path[2 * PATH_SIZE];
  int length = snprintf(path, sizeof path, "%s/gradcheck/gradcheck.h", folder);
  return length > 0 && (size_t)length < sizeof path && access(path, R_OK) == 0;
}

// Beside bin/, as it is installed there: ".../bin/gradcheck" makes ".../include".
static bool find_beside(char *folder, size_t size) {
  char self[PATH_SIZE];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length <= 0)
    return false;
  self[length] = '\0';
  for (int up = 0; up < 2; up++) {
    char *slash = strrchr(self, '/');
    if (slash == NULL)
      return false;
    *slash = '\0';
  }
  (void)snprintf(folder, size, "%s/include", self);
  return has_headers(folder);
}

int cli_print_cflags(void) {
  char beside[PATH_SIZE + 64];
  const char *const places[] = {GRADCHECK_INCLUDE_DIR, GRADCHECK_SOURCE_INCLUDE};
  const char *found = find_beside(beside, sizeof beside) ? beside : NULL;
  for (size_t i = 0; i < sizeof places / sizeof places[0] && found == NULL; i++)
    found = has_headers(places[i]) ? places[i] : NULL;
  if (found == NULL) {
    (void)fprintf(stderr, "gradcheck: its headers are not where they were installed (%s)\n", GRADCHECK_INCLUDE_DIR);
    return EXIT_UNFINISHED;
  }
  (void)printf("-I%s\n", found);
  return 0;
}
