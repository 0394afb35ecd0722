/* Reading the standard error of a child while it runs, and what is left of it when it is dead. */
#ifndef GCHK_CRASH_LISTEN_H
#define GCHK_CRASH_LISTEN_H

#include "crash/stderr_tail.h"

typedef struct gchk_listener {
  int fd; /* that does not block; -1: closed */
  gchk_tail *tail;
  gchk_relay relay;
} gchk_listener;

/*
 * Reads what is there, but not for ever. At the end of file, and once the child is dead, it is closed: what the child
 * forked may hold on to its end, and write.
 */
void gchk_listen(gchk_listener *listener, bool is_dead);

/* The same where the child goes on: whatever it writes from here on belongs to something else. It stays open. */
void gchk_listen_out(gchk_listener *listener);

/* A pipe for one: ends[0] does not block, and no program that is executed gets an end. False with errno. */
bool gchk_listening_pipe(int ends[2]);

/* The same of two ends that are read and written both. */
bool gchk_listening_sockets(int ends[2]);

#endif
