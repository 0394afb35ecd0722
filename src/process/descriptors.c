/* A file or a pipe that is opened gets the lowest number that is free: it would be taken for a standard descriptor. */
#include "process/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

void cli_open_descriptors(void) {
  static const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY}; // not O_WRONLY for output: that it is lost is to be said
  for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
    if (fcntl(i, F_GETFD) < 0)
      (void)open("/dev/null", modes[i]);
}
