/*
 * Tending a child process.
 *
 * Signals are blocked and waited for, so that nothing happens between looking and waiting. A keeper stands between a
 * case and the process that runs all of them: it inherits what the case leaves behind, and so knows whose it was, and
 * it outlives a parent that is killed by as long as it needs to end everything. It runs no code of the layer.
 */
#include "crash/tend.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "core/clock.h"
#include "crash/crash_watch.h"
#include "crash/leftovers.h"
#include "crash/patience.h"

// A signal that comes so soon after another is the same: a terminal's and a parent's, for one Ctrl-C.
static const double same_s = 0.5;
enum { LOOK_NS = 50000000, LISTEN_MS = 20 };

static const int waited[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP, GCHK_SIGNAL_WHERE};

static sigset_t all_waited(void) {
  sigset_t all;
  (void)sigemptyset(&all);
  for (size_t i = 0; i < sizeof waited / sizeof waited[0]; i++)
    (void)sigaddset(&all, waited[i]);
  return all;
}

void gchk_tend_block(sigset_t *before) {
  const sigset_t all = all_waited();
  (void)sigprocmask(SIG_BLOCK, &all, before);
}

void gchk_tend_end(void) {
  for (size_t i = 0; i < sizeof waited / sizeof waited[0]; i++)
    if (waited[i] != SIGCHLD)
      (void)signal(waited[i], SIG_IGN); // one that has come is forgotten by it
}

typedef struct state {
  const gchk_tending *tending;
  gchk_outcome *outcome;
  double first;              // signal that was passed on; 0: none
  unsigned long long events; // of what is under way, when they last changed
  gchk_patience patience;    // since then
  double asked;
} state;

static void end(const state *s) {
  (void)kill(s->tending->pid, SIGKILL);
}

static void obey_master(const state *s, const siginfo_t *info) {
  const bool is_master = info->si_code <= 0 && info->si_pid == s->tending->master;
  if (info->si_signo == GCHK_SIGNAL_WHERE && is_master)
    (void)kill(s->tending->pid, GCHK_SIGNAL_WHERE);
  if (getppid() != s->tending->master || (info->si_signo == SIGTERM && is_master))
    end(s);
}

static void pass_on(state *s, const siginfo_t *info) {
  const int number = info->si_signo;
  struct sigaction now;
  if (number == GCHK_SIGNAL_WHERE ||
      (number == SIGHUP && sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler == SIG_IGN)) // nohup
    return;
  const double t = gchk_now();
  if (s->first > 0 && t - s->first > same_s)
    end(s);
  if (s->first <= 0)
    s->first = t;
  s->outcome->passed = number;
  (void)kill(s->tending->pid, number);
}

static void look_at_time(state *s) {
  const gchk_crash_box *box = s->tending->box;
  const double now = gchk_now(), limit = s->tending->timeout_s;
  if (!(limit > 0) || box == NULL)
    return;
  const bool is_writing = box->signal != 0 || box->has_exited;
  if (box->under_way.events != s->events || box->under_way.callback[0] == '\0') {
    s->events = box->under_way.events;
    s->patience = gchk_patience_new(now);
    return;
  }
  gchk_patience_look(&s->patience, limit, now, s->tending->pid);
  if (s->asked <= 0 && gchk_patience_is_over(&s->patience, limit + (is_writing ? GCHK_CRASHING_S : 0))) {
    s->outcome->is_hung = true;
    s->asked = now;
    (void)kill(s->tending->pid, GCHK_SIGNAL_WHERE);
  }
  if (s->asked > 0 && now - s->asked > GCHK_ASKED_S)
    end(s);
}

// True when the child is dead; its number is still its own.
static bool is_dead(pid_t pid) {
  siginfo_t info = {0};
  const int found = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG);
  return found == 0 ? info.si_pid == pid : errno != EINTR;
}

// Waits for what the child says, which also its end ends; false where nothing will come.
static bool listen_a_while(gchk_listener *listener) {
  if (listener == NULL || listener->fd < 0)
    return false;
  struct pollfd fd = {.fd = listener->fd, .events = POLLIN};
  (void)poll(&fd, 1, LISTEN_MS);
  gchk_listen(listener, false);
  return listener->fd >= 0;
}

void gchk_tend(const gchk_tending *tending, gchk_outcome *outcome) {
  state s = {.tending = tending, .outcome = outcome, .patience = gchk_patience_new(gchk_now())};
  const sigset_t all = all_waited();
  while (!is_dead(tending->pid)) {
    siginfo_t info = {0};
    const long wait_ns = listen_a_while(tending->listener) ? 0 : LOOK_NS;
    const int number = sigtimedwait(&all, &info, &(struct timespec){0, wait_ns});
    if (tending->master != 0)
      obey_master(&s, &info);
    else if (number > 0 && number != SIGCHLD)
      pass_on(&s, &info);
    look_at_time(&s);
  }
  struct rusage usage = {0};
  while (wait4(tending->pid, &outcome->status, 0, &usage) < 0 && errno == EINTR)
    continue;
  outcome->resident_kib = usage.ru_maxrss;
  outcome->left = gchk_kill_leftovers(tending->pid);
  if (tending->listener != NULL)
    gchk_listen(tending->listener, true);
  outcome->is_over = true;
}

static void end_with_master(pid_t master) {
#ifdef __linux__
  (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
  if (getppid() != master)
    _exit(EXIT_FAILURE);
}

_Noreturn void gchk_keep(const gchk_keeping *keeping, gchk_outcome *outcome) {
  const pid_t keeper = getpid();
  sigset_t all;
  (void)sigfillset(&all); // a layer can send its parent any
  (void)sigprocmask(SIG_BLOCK, &all, NULL);
  (void)signal(SIGCHLD, SIG_DFL); // ignored, nobody would be left to wait for
  (void)setpgid(0, 0);
  end_with_master(keeping->master);
  gchk_inherit_orphans();
  const pid_t pid = fork();
  if (pid == 0) {
    gchk_outcome_free(outcome);
    (void)sigprocmask(SIG_SETMASK, &keeping->mask, NULL);
    keeping->work(keeping->context, keeper);
    _exit(EXIT_FAILURE);
  }
  outcome->fork_error = pid < 0 ? errno : 0;
  outcome->pid = pid > 0 ? pid : 0;
  for (size_t i = 0; i < keeping->end_count; i++)
    (void)close(keeping->ends[i]);
  const gchk_tending tending = {.pid = pid, .master = keeping->master};
  if (pid > 0)
    gchk_tend(&tending, outcome);
  outcome->is_over = true;
  _exit(EXIT_SUCCESS);
}

gchk_outcome *gchk_outcome_new(void) {
  void *memory = mmap(NULL, sizeof(gchk_outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void gchk_outcome_free(gchk_outcome *outcome) {
  if (outcome != NULL)
    (void)munmap(outcome, sizeof *outcome);
}
