/* Some turns at a time, for there is more to do than to listen to one child. */
#include "crash/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

// A pipe holds a MiB at the most, if nobody with privileges made it larger.
enum { CHUNK = 65536, TURNS = 4, LAST_TURNS = 64 };

static void end(gchk_listener *l) {
  (void)close(l->fd);
  l->fd = -1;
  gchk_tail_end(l->tail, &l->relay);
}

// Reads what is there, in so many turns at the most.
static void take_turns(gchk_listener *l, int turns) {
  char bytes[CHUNK];
  for (int turn = 0; l->fd >= 0 && turn < turns; turn++) {
    const ssize_t n = read(l->fd, bytes, sizeof bytes);
    if (n > 0) {
      gchk_tail_take(l->tail, bytes, (size_t)n, &l->relay);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      end(l);
    } else if (errno == EAGAIN) {
      break;
    }
  }
}

void gchk_listen(gchk_listener *l, bool is_dead) {
  take_turns(l, is_dead ? LAST_TURNS : TURNS);
  if (l->fd >= 0 && is_dead)
    end(l);
}

void gchk_listen_out(gchk_listener *l) {
  take_turns(l, LAST_TURNS);
  if (l->fd >= 0)
    gchk_tail_end(l->tail, &l->relay);
}

static void set_up(const int ends[2]) {
  (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
  (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
}

bool gchk_listening_pipe(int ends[2]) {
  if (pipe(ends) != 0)
    return false;
  set_up(ends);
  return true;
}

bool gchk_listening_sockets(int ends[2]) {
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
    return false;
  set_up(ends);
  return true;
}
