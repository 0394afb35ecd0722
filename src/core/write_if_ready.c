/* A pipe that polls as ready takes PIPE_BUF bytes without making its writer wait. */
#include "core/write_if_ready.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { TURN_MS = 20 };

static bool is_ready(int fd, int wait_ms) {
  struct pollfd one = {.fd = fd, .events = POLLOUT};
  return poll(&one, 1, wait_ms) > 0 && one.revents == POLLOUT; // not one whose reader is gone
}

bool gchk_write_if_ready(int fd, const char *data, size_t length, int patience_ms, int *waited_ms) {
  while (!is_ready(fd, *waited_ms < patience_ms ? TURN_MS : 0)) {
    if (*waited_ms >= patience_ms)
      return false;
    *waited_ms += TURN_MS;
  }
  ssize_t n;
  do
    n = write(fd, data, length);
  while (n < 0 && errno == EINTR);
  return n == (ssize_t)length;
}
