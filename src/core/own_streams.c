/* Descriptors 1 and 2, and with them stdout and stderr, are everybody's: they cannot be kept from a plug-in. */
#include "core/own_streams.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "gradcheck/supervise.h"

static FILE *own_output, *own_errors; // of this process, as stdout and stderr are; NULL: those

FILE *gchk_output(void) {
  return own_output != NULL ? own_output : stdout;
}

FILE *gchk_errors(void) {
  return own_errors != NULL ? own_errors : stderr;
}

// A stream on a descriptor of its own for what `fd` is.
static FILE *keep(int fd) {
  const int kept = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const bool is_written = kept >= 0 && (fcntl(kept, F_GETFL) & O_ACCMODE) != O_RDONLY;
  FILE *stream = kept >= 0 ? fdopen(kept, is_written ? "w" : "r") : NULL; // one that fails is said to have failed
  if (stream == NULL && kept >= 0)
    (void)close(kept);
  return stream;
}

bool gchk_part_streams(int errors) {
  FILE *output = keep(STDOUT_FILENO), *error = keep(STDERR_FILENO);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  const bool can = output != NULL && error != NULL && nowhere >= 0;
  if (can) {
    (void)setvbuf(error, NULL, _IONBF, 0);
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)dup2(errors, STDERR_FILENO);
    own_output = output;
    own_errors = error;
  } else if (output != NULL) {
    (void)fclose(output);
  }
  if (!can && error != NULL)
    (void)fclose(error);
  if (nowhere >= 0)
    (void)close(nowhere);
  return can;
}
