/* `gradcheck --cflags`, so that the commands that reports print work as they are pasted. */
#include "cflags.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "common.h"

enum { PATH_SIZE = 4096 };

static bool has_headers(const char *folder) {
  char path[2 * PATH_SIZE];
  int length = snprintf(path, sizeof path, "%s/gradcheck/gradcheck.h", folder);
  return length > 0 && (size_t)length < sizeof path && access(path, R_OK) == 0;
}

int cli_print_cflags(void) {
  char beside[PATH_SIZE];
  const char *found = cli_beside(beside, sizeof beside, "include") && has_headers(beside) ? beside : NULL;
  if (found == NULL && has_headers(GRADCHECK_INCLUDE_DIR))
    found = GRADCHECK_INCLUDE_DIR;
  if (found == NULL) {
    cli_complain("its headers are not where they were installed (%s)", GRADCHECK_INCLUDE_DIR);
    return EXIT_UNFINISHED;
  }
  (void)fprintf(gchk_output(), "-I%s\n", found);
  return 0;
}
