/* Some turns at a time, for there is more to do than to listen to one child. */
#include "crash/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

// A pipe holds a MiB at the most, if nobody with privileges made it larger.
enum { CHUNK = 65536, TURNS = 4, LAST_TURNS = 64 };

static void end(gchk_listener *l) {
  (void)close(l->fd);
  l->fd = -1;
  gchk_tail_end(l->tail, &l->relay);
}

void gchk_listen(gchk_listener *l, bool is_dead) {
  char bytes[CHUNK];
  for (int turn = 0; l->fd >= 0 && turn < (is_dead ? LAST_TURNS : TURNS); turn++) {
    const ssize_t n = read(l->fd, bytes, sizeof bytes);
    if (n > 0) {
      gchk_tail_take(l->tail, bytes, (size_t)n, &l->relay);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      end(l);
    } else if (errno == EAGAIN) {
      break;
    }
  }
  if (l->fd >= 0 && is_dead)
    end(l);
}

bool gchk_listening_pipe(int ends[2]) {
  if (pipe(ends) != 0)
    return false;
  (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
  (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  return true;
}
