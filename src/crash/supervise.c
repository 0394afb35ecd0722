/* Work in a child process whose end this one survives, describes and clears away. */
#include "gradcheck/supervise.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "core/arena.h"
#include "core/close_if_open.h"
#include "core/own_streams.h"
#include "core/text.h"
#include "crash/crash_watch.h"
#include "crash/leftovers.h"
#include "crash/listen.h"
#include "crash/lost_words.h"
#include "crash/tend.h"

// What runs at exit of a program that was built for it, and else would not.
extern void __gcov_dump(void) __attribute__((weak));
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));
enum { LEAKS_STATUS = 23 }; // as LeakSanitizer has it

typedef struct shared {
  gchk_crash_box box;
  volatile int returned; // once box.is_done
} shared;

typedef struct task {
  int (*work)(void *context);
  void *context;
} task;

static int finish(int status) {
  (void)fflush(NULL);
  if (__lsan_do_recoverable_leak_check != NULL && __lsan_do_recoverable_leak_check() != 0)
    status = LEAKS_STATUS;
  if (__gcov_dump != NULL)
    __gcov_dump();
  return status;
}

void gchk_end_process(int status) {
  _exit(finish(status));
}

_Noreturn static void run(const task *t, shared *page, pid_t parent, int errors) {
#ifdef __linux__
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (getppid() != parent)
    _exit(EXIT_FAILURE);
  if (errors >= 0 && !gchk_part_streams(errors))
    _exit(EXIT_FAILURE);
  if (errors >= 0)
    (void)close(errors);
  gchk_crash_watch(&page->box);
  page->returned = finish(t->work(t->context));
  page->box.is_done = true;
  _exit(page->returned);
}

static const char *describe(gchk_arena *arena, const gchk_crash_box *box, const gchk_outcome *outcome,
                            const gchk_supervision *setting) {
  const char *callback = box->under_way.callback;
  const char *whose = *callback != '\0' ? gchk_arena_printf(arena, " in %s", callback) : "";
  if (whose == NULL)
    return NULL;
  if (outcome->is_hung)
    return gchk_arena_printf(arena, "killed%s after %g s without progress: does it loop for ever?", whose,
                             setting->timeout_s);
  const char *how = gchk_lost_words(arena, box, outcome->status);
  return how == NULL ? NULL
                     : gchk_arena_printf(arena, "the process that runs the layers was lost%s before it was done: it %s",
                                         whose, how);
}

static void say(gchk_text *text, const gchk_crash_box *box, const gchk_outcome *outcome,
                const gchk_supervision *setting) {
  gchk_arena *arena = gchk_arena_new();
  gchk_crash_box *copy = gchk_crash_box_copy(box);
  const char *words = arena != NULL && copy != NULL ? describe(arena, copy, outcome, setting)
                                                    : "the process that runs the layers was lost";
  if (words != NULL) {
    gchk_text_visible(text, words, GCHK_MARKUP_PLAIN);
    gchk_text_put(text, "\n");
  }
  free(copy);
  gchk_arena_free(arena);
}

static bool is_request(int number) {
  return number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGPIPE;
}

// A process that was asked to end does so as it was asked; who asked wants to see it.
static void end_alike(int number) {
  const struct rlimit none = {0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  (void)signal(number, SIG_DFL);
  (void)raise(number);
}

static int judge(const shared *page, const gchk_outcome *outcome, const gchk_supervision *setting, gchk_text *text) {
  if (outcome->left > 0)
    gchk_text_format(text, "%zu process%s that a layer or a plug-in left behind %s killed\n", outcome->left,
                     outcome->left == 1 ? "" : "es", outcome->left == 1 ? "was" : "were");
  if (page->box.is_done)
    return page->returned;
  if (WIFSIGNALED(outcome->status) && is_request(WTERMSIG(outcome->status)) && page->box.sender != page->box.owner)
    end_alike(WTERMSIG(outcome->status));
  if (outcome->passed == 0 || !WIFSIGNALED(outcome->status) || WTERMSIG(outcome->status) != SIGKILL)
    say(text, &page->box, outcome, setting);
  return setting->lost;
}

static int supervise(const task *t, const gchk_supervision *setting, shared *page, gchk_listener *listener, int errors,
                     gchk_text *text) {
  gchk_outcome outcome = {.is_over = false};
  sigset_t before;
  (void)signal(SIGCHLD, SIG_DFL); // ignored, nobody would be left to wait for
  gchk_inherit_orphans();
  gchk_tend_block(&before);
  (void)fflush(NULL); // or the child would print it once more
  const pid_t parent = getpid(), pid = fork();
  if (pid == 0) {
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    if (listener != NULL)
      (void)close(listener->fd);
    run(t, page, parent, errors);
  }
  if (errors >= 0)
    (void)close(errors);
  if (pid < 0) {
    gchk_text_format(text, "cannot start a process: %s\n", strerror(errno));
  } else {
    const gchk_tending tending = {.pid = pid, .box = &page->box, .timeout_s = setting->timeout_s, .listener = listener};
    gchk_tend(&tending, &outcome);
  }
  if (page->box.is_done)
    gchk_tend_end(); // all is written, and its status stands
  (void)sigprocmask(SIG_SETMASK, &before, NULL);
  return pid < 0 ? setting->lost : judge(page, &outcome, setting, text);
}

// With a pipe for what is foreign, where it is to be told apart.
static int listen_and_supervise(const task *t, const gchk_supervision *setting, shared *page, gchk_text *text) {
  int ends[2];
  if (setting->whose == NULL)
    return supervise(t, setting, page, NULL, -1, text);
  gchk_tail *tail = gchk_tail_new();
  if (tail == NULL || !gchk_listening_pipe(ends)) {
    gchk_text_format(text, "cannot start a process: %s\n", strerror(tail == NULL ? ENOMEM : errno));
    free(tail);
    return setting->lost;
  }
  gchk_listener listener = {.fd = ends[0], .tail = tail, .relay = {gchk_errors_descriptor(), setting->whose}};
  const int status = supervise(t, setting, page, &listener, ends[1], text);
  gchk_close_if_open(listener.fd);
  free(tail);
  return status;
}

int gchk_supervise(int (*work)(void *context), void *context, const gchk_supervision *setting, char *said,
                   size_t size) {
  gchk_text text = {0};
  void *memory = mmap(NULL, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int status = setting->lost;
  if (memory == MAP_FAILED) {
    gchk_text_put(&text, "out of memory for a process\n");
  } else {
    status = listen_and_supervise(&(task){work, context}, setting, memory, &text);
    (void)munmap(memory, sizeof(shared));
  }
  (void)snprintf(said, size, "%s", text.data != NULL ? text.data : "");
  gchk_text_deinit(&text);
  return status;
}
