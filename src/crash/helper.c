/* Its memory is looked at by a thread of its own, for nobody else knows of it. */
#include "crash/helper.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "core/close_if_open.h"
#include "crash/memory_limit.h"
#include "instance/under_way.h"

static const long look_every_ns = 10000000;

static size_t most_kib; // of this process, which is one helper and no more

static void *look_after_memory(void *nothing) {
  size_t kib;
  while (!gchk_memory_of_self(&kib) || kib <= most_kib)
    (void)nanosleep(&(struct timespec){0, look_every_ns}, NULL);
  _exit(EXIT_FAILURE);
  return nothing;
}

static void limit_memory(size_t memory_mib) {
  pthread_t thread;
  sigset_t all, before;
  size_t kib;
  if (memory_mib == 0 || !gchk_memory_of_self(&kib))
    return;
  most_kib = kib + (memory_mib << 10);
  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before); // signals are the layer's
  if (pthread_create(&thread, NULL, look_after_memory, NULL) != 0)
    _exit(EXIT_FAILURE);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void gchk_become_helper(pid_t leader, size_t memory_mib) {
#ifdef __linux__
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (getppid() != leader)
    _exit(EXIT_FAILURE);
  gchk_under_way_keep(NULL);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0)
    (void)dup2(nowhere, STDERR_FILENO);
  gchk_close_if_open(nowhere);
  limit_memory(memory_mib);
}
