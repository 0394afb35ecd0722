/* Who watches the case's process must not take what happens in this one for what happens there. */
#include "reach/run_apart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/close_if_open.h"
#include "instance/under_way.h"

static const double patience_s = 10;

static void leave_watchers(void) {
  static const int watched[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGQUIT, SIGTERM};
  for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++)
    (void)signal(watched[i], SIG_DFL);
  const int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) {
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)dup2(nowhere, STDERR_FILENO);
  }
  gchk_close_if_open(nowhere);
}

// What goes on there is progress of the case too.
static void wait_for(pid_t child, const gchk_under_way *there) {
  double changed = gchk_now();
  unsigned long long events = 0;
  for (long pause_ns = 20000;; pause_ns = pause_ns < 5000000 ? 2 * pause_ns : pause_ns) {
    const pid_t ended = waitpid(child, NULL, WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR))
      return;
    if (there->events != events) {
      events = there->events;
      changed = gchk_now();
      gchk_note_step("branches");
    }
    if (gchk_now() - changed > patience_s)
      (void)kill(child, SIGKILL);
    (void)nanosleep(&(struct timespec){0, pause_ns}, NULL);
  }
}

void gchk_run_apart(gchk_reach *reach, void (*work)(gchk_reach *reach, void *context), void *context) {
  gchk_under_way *there = gchk_shared_new(sizeof *there);
  const pid_t child = there != NULL ? fork() : -1;
  if (child == 0) {
    leave_watchers();
    gchk_under_way_keep(there);
    gchk_reach_follow(reach, there);
    work(reach, context);
    _exit(EXIT_SUCCESS);
  }
  if (child > 0)
    wait_for(child, there);
  gchk_shared_free(there, sizeof *there);
}

void *gchk_shared_new(size_t size) {
  void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return shared != MAP_FAILED ? shared : NULL;
}

void gchk_shared_free(void *shared, size_t size) {
  if (shared != NULL)
    (void)munmap(shared, size);
}
