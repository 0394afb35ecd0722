/* gradcheck new FILE: a plug-in to begin with. */
#include <stdlib.h>

#include "commands.h"
#include "common.h"
#include "gradcheck/author.h"

int cli_new(const cli_options *options) {
  gchk_error error;
  char *next;
  if (gchk_author_new(options->arguments[0], &next, &error) != GCHK_OK)
    return cli_fail(&error);
  (void)fputs(next, gchk_output());
  free(next);
  return cli_flush(0);
}
