/* What close() says of a descriptor of one's own, nothing can be done about. */
#include "core/close_if_open.h"

#include <unistd.h>

void gchk_close_if_open(int fd) {
  if (fd >= 0)
    (void)close(fd);
}
