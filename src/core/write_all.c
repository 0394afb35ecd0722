/* A write may take less than it was given, or be interrupted. */
#include "core/write_all.h"

#include <errno.h>
#include <unistd.h>

bool gchk_write_all(int fd, const char *data, size_t length) {
  while (length > 0) {
    const ssize_t n = write(fd, data, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    data += n;
    length -= (size_t)n;
  }
  return true;
}
