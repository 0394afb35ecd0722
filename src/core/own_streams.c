/*
 * Descriptors 1 and 2, and with them stdout and stderr, are everybody's: they cannot be kept from a plug-in.
 *
 * Standard error may be a pipe that nobody reads. Messages are worth a while of waiting, and no more: a program that
 * hangs gives no exit status. So there is a stream whose writes give up (fopencookie(3)).
 */
#include "core/own_streams.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "core/close_if_open.h"
#include "core/write_if_ready.h"
#include "gradcheck/supervise.h"

// What a pipe takes as one piece or not at all.
#ifdef PIPE_BUF
enum { AT_ONCE = PIPE_BUF };
#else
enum { AT_ONCE = 512 };
#endif
enum { PATIENCE_MS = 2000 };

static FILE *own_output, *own_errors; // of this process, as stdout and stderr are; NULL: those
static int errors_descriptor = STDERR_FILENO;
enum { MOST_PARTED = 8 };
static int parted[MOST_PARTED]; // files that are this program's alone
static size_t parted_count;
static int waited_ms; // since standard error took something

FILE *gchk_output(void) {
  return own_output != NULL ? own_output : stdout;
}

FILE *gchk_errors(void) {
  return own_errors != NULL ? own_errors : stderr;
}

int gchk_errors_descriptor(void) {
  return errors_descriptor;
}

// What is not taken is lost; that is no error, for there is nobody to tell.
static ssize_t give(void *nothing, const char *data, size_t length) {
  (void)nothing;
  for (size_t at = 0, piece; at < length; at += piece) {
    piece = length - at < AT_ONCE ? length - at : AT_ONCE;
    if (!gchk_write_if_ready(errors_descriptor, data + at, piece, PATIENCE_MS, &waited_ms))
      break;
    waited_ms = 0;
  }
  return (ssize_t)length;
}

static FILE *giving_up(void) {
  FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = give});
  if (stream != NULL)
    (void)setvbuf(stream, NULL, _IONBF, 0);
  return stream;
}

bool gchk_bound_errors(void) {
  if (own_errors == NULL)
    own_errors = giving_up();
  return own_errors != NULL;
}

static int keep(int fd) {
  return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

// A stream on a descriptor of its own for standard output.
static FILE *keep_output(void) {
  const int kept = keep(STDOUT_FILENO);
  const bool is_written = kept >= 0 && (fcntl(kept, F_GETFL) & O_ACCMODE) != O_RDONLY;
  FILE *stream = kept >= 0 ? fdopen(kept, is_written ? "w" : "r") : NULL; // one that fails is said to have failed
  if (stream == NULL && kept >= 0)
    (void)close(kept);
  return stream;
}

bool gchk_part_streams(int errors) {
  FILE *output = keep_output();
  const int kept = keep(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  const bool can = output != NULL && kept >= 0 && nowhere >= 0 && gchk_bound_errors();
  if (can) {
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)dup2(errors, STDERR_FILENO);
    own_output = output;
    errors_descriptor = kept;
  } else {
    gchk_close_if_open(kept);
    if (output != NULL)
      (void)fclose(output);
  }
  gchk_close_if_open(nowhere);
  return can;
}

bool gchk_part_descriptor(int fd) {
  if (parted_count == MOST_PARTED)
    return false;
  parted[parted_count++] = fd;
  return true;
}

void gchk_leave_streams(int errors) {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (errors != STDERR_FILENO) {
    (void)dup2(errors, STDERR_FILENO);
    (void)close(errors);
  }
  (void)dup2(nowhere >= 0 ? nowhere : STDERR_FILENO, STDOUT_FILENO);
  if (nowhere > STDERR_FILENO)
    (void)close(nowhere);
  if (own_output != NULL)
    (void)fclose(own_output);
  if (errors_descriptor != STDERR_FILENO)
    (void)close(errors_descriptor);
  while (parted_count > 0)
    (void)close(parted[--parted_count]);
  own_output = NULL;
  errors_descriptor = STDERR_FILENO;
}
