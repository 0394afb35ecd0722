/*
 * Opening a pipe for reading waits for somebody who writes, and a device may have no end: so everything is opened
 * without waiting, and what it is decides what is done with it.
 */
#include "core/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/write_all.h"

enum { PATIENCE_MS = 10000, CHUNK = 1 << 16 };

static gchk_status too_long(const char *path, size_t largest, gchk_error *error) {
  return gchk_fail(error, GCHK_INVALID, "%s: more than %zu bytes; such a file is at most that long", path, largest);
}

// A file that nobody else has, and that goes when it is closed.
static gchk_status open_nameless(int *fd, const char *path, gchk_error *error) {
  const char *folder = getenv("TMPDIR");
  char name[4096];
  const int length =
      snprintf(name, sizeof name, "%s/gradcheck-XXXXXX", folder != NULL && *folder != '\0' ? folder : "/tmp");
  *fd = length > 0 && (size_t)length < sizeof name ? mkstemp(name) : -1;
  if (*fd < 0)
    return gchk_fail(error, GCHK_IO, "%s: is a pipe, and a temporary file for what comes out of it cannot be made: %s",
                     path, strerror(errno));
  (void)unlink(name);
  (void)fcntl(*fd, F_SETFD, FD_CLOEXEC);
  return GCHK_OK;
}

static gchk_status copy_pipe(int to, int from, size_t *size, const char *path, size_t largest, gchk_error *error) {
  char bytes[CHUNK];
  *size = 0;
  for (;;) {
    struct pollfd ready = {.fd = from, .events = POLLIN};
    const int count = poll(&ready, 1, PATIENCE_MS);
    if (count == 0)
      return gchk_fail(error, GCHK_IO, "%s: is a pipe, and nothing came out of it for %d s; write a file instead", path,
                       PATIENCE_MS / 1000);
    if (count < 0)
      return gchk_fail(error, GCHK_IO, "%s: cannot be read: %s", path, strerror(errno));
    const ssize_t n = read(from, bytes, sizeof bytes);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (n < 0)
      return gchk_fail(error, GCHK_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (n == 0)
      return GCHK_OK;
    if ((size_t)n > largest - *size)
      return too_long(path, largest, error);
    if (!gchk_write_all(to, bytes, (size_t)n))
      return gchk_fail(error, GCHK_IO, "%s: is a pipe, and a temporary file cannot take what comes out of it: %s", path,
                       strerror(errno));
    *size += (size_t)n;
  }
}

// Puts a file with the pipe's bytes in the place of the pipe.
static gchk_status take_pipe(int *fd, size_t *size, const char *path, size_t largest, gchk_error *error) {
  int copy;
  GCHK_TRY(open_nameless(&copy, path, error));
  const gchk_status status = copy_pipe(copy, *fd, size, path, largest, error);
  if (status != GCHK_OK || lseek(copy, 0, SEEK_SET) != 0) {
    (void)close(copy);
    return status != GCHK_OK ? status : gchk_fail(error, GCHK_IO, "%s: cannot be read: %s", path, strerror(errno));
  }
  (void)close(*fd);
  *fd = copy;
  return GCHK_OK;
}

static gchk_status look_at(int *fd, size_t *size, const char *path, size_t largest, gchk_error *error) {
  struct stat status;
  if (fstat(*fd, &status) != 0)
    return gchk_fail(error, GCHK_IO, "%s: cannot be read: %s", path, strerror(errno));
  if (S_ISFIFO(status.st_mode))
    return take_pipe(fd, size, path, largest, error);
  if (!S_ISREG(status.st_mode))
    return gchk_fail(error, GCHK_IO, "%s: is a %s; a file is wanted", path,
                     S_ISDIR(status.st_mode)    ? "folder"
                     : S_ISSOCK(status.st_mode) ? "socket"
                     : isatty(*fd)              ? "terminal"
                                                : "device");
  if ((uintmax_t)status.st_size > largest)
    return too_long(path, largest, error);
  *size = (size_t)status.st_size;
  return GCHK_OK;
}

gchk_status gchk_input_open(int *fd, size_t *size, const char *path, size_t largest, gchk_error *error) {
  *size = 0;
  do
    *fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  while (*fd < 0 && errno == EINTR);
  if (*fd < 0)
    return gchk_fail(error, GCHK_IO, "%s: cannot be opened: %s", path, strerror(errno));
  const gchk_status status = look_at(fd, size, path, largest, error);
  if (status != GCHK_OK) {
    (void)close(*fd);
    *fd = -1;
  }
  return status;
}
