/* gradcheck new FILE, gradcheck init FILE: plug-ins to begin with. */
#include <stdlib.h>

#include "commands.h"
#include "common.h"
#include "gradcheck/author.h"

static int say(char *said, FILE *out) {
  (void)fputs(said, out);
  free(said);
  return cli_flush(0);
}

int cli_new(const cli_options *options) {
  gchk_error error;
  char *next;
  if (gchk_author_new(options->arguments[0], &next, &error) != GCHK_OK)
    return cli_fail(&error);
  return say(next, gchk_output());
}

int cli_init(const cli_options *options) {
  gchk_error error;
  char *said;
  if (gchk_author_init(options->arguments[0], options->output, &said, &error) != GCHK_OK)
    return cli_fail(&error);
  return say(said, cli_is_stdout(options->output) ? gchk_errors() : gchk_output());
}
