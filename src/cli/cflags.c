/* `gradcheck --cflags`, so that the commands that reports print work as they are pasted. */
#include "cflags.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "common.h"
#include "process/beside.h"

enum { PATH_SIZE = 4096 };

static bool has_headers(const char *folder) {
  char path[2 * PATH_SIZE];
  int length = snprintf(path, sizeof path, "%s/gradcheck/gradcheck.h", folder);
  return length > 0 && (size_t)length < sizeof path && access(path, R_OK) == 0;
}

bool cli_find_headers(char *folder, size_t size) {
  if (cli_beside(folder, size, "include") && has_headers(folder))
    return true;
  const int length = snprintf(folder, size, "%s", GRADCHECK_INCLUDE_DIR);
  if (length > 0 && (size_t)length < size && has_headers(folder))
    return true;
  cli_complain("its headers are not where they were installed (%s)", GRADCHECK_INCLUDE_DIR);
  return false;
}

int cli_print_cflags(void) {
  char folder[PATH_SIZE];
  if (!cli_find_headers(folder, sizeof folder))
    return EXIT_UNFINISHED;
  (void)fprintf(gchk_output(), "-I%s\n", folder);
  return 0;
}
