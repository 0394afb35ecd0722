/* Loading a plug-in on trial, in a process of its own. */
#define _DEFAULT_SOURCE // prctl
#include "suite/plugin_trial.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "core/clock.h"
#include "core/memory.h"
#include "crash/crash_watch.h"
#include "crash/signal_words.h"
#include "crash/stderr_tail.h"

static const double patience_s = 30;

_Noreturn static void load(const char *full, int errors, gchk_crash_box *box) {
#ifdef __linux__
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  (void)signal(SIGINT, SIG_DFL);
  (void)signal(SIGTERM, SIG_DFL);
  const struct rlimit none = {0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  const int nowhere = open("/dev/null", O_WRONLY);
  (void)dup2(nowhere, STDOUT_FILENO);
  (void)dup2(errors, STDERR_FILENO);
  gchk_crash_watch(box);
  gchk_note_callback("start-up code", NULL);
  (void)dlopen(full, RTLD_NOW | RTLD_LOCAL);
  box->is_done = true;
  _exit(EXIT_SUCCESS);
}

// Waits for the child's end, and keeps what it writes; false where it does not end.
static bool watch(pid_t pid, int errors, gchk_tail *tail, int *status) {
  const double began = gchk_now();
  for (bool is_dead = false, is_open = true; !is_dead;) {
    char bytes[4096];
    struct pollfd fd = {.fd = is_open ? errors : -1, .events = POLLIN};
    (void)poll(&fd, 1, 2);
    const pid_t ended = waitpid(pid, status, WNOHANG);
    is_dead = ended == pid || (ended < 0 && errno != EINTR);
    ssize_t n;
    while ((n = read(errors, bytes, sizeof bytes)) > 0)
      gchk_tail_take(tail, bytes, (size_t)n, -1);
    is_open = is_open && n != 0;
    if (!is_dead && gchk_now() - began > patience_s) {
      (void)kill(pid, SIGKILL);
      while (waitpid(pid, status, 0) < 0 && errno == EINTR)
        continue;
      return false;
    }
  }
  gchk_tail_end(tail, -1);
  return true;
}

// The innermost function that has a line of source.
static const gchk_box_frame *culprit(const gchk_crash_box *box) {
  for (size_t i = 0; i < box->frame_count; i++)
    if (box->frames[i].line > 0 && box->frames[i].file[0] == '/' && strncmp(box->frames[i].file, "/usr/", 5) != 0)
      return &box->frames[i];
  return NULL;
}

static gchk_status describe(const char *path, const gchk_crash_box *box, const gchk_tail *tail, int status,
                            gchk_error *error) {
  gchk_arena *arena = gchk_arena_new();
  if (arena == NULL)
    return gchk_fail_memory(error, path);
  const int number = box->signal != 0 ? box->signal : WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  const char *how = number != 0 ? gchk_arena_printf(arena, "crashed with %s", gchk_signal_name(arena, number))
                                : gchk_arena_printf(arena, "ended the process with exit status %d",
                                                    WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  const gchk_box_frame *frame = culprit(box);
  const char *where =
      frame != NULL ? gchk_arena_printf(arena, " in %s at %s:%d", frame->function, frame->file, frame->line) : "";
  const size_t lines = gchk_tail_kept(tail);
  const char *words = lines > 0 ? gchk_arena_printf(arena, ": %s", gchk_tail_line(tail, lines - 1)) : "";
  gchk_status result = GCHK_NO_MEMORY;
  if (how == NULL || where == NULL || words == NULL)
    (void)gchk_fail_memory(error, path);
  else
    result = gchk_fail(error, GCHK_LAYER_FAILED,
                       "%s: cannot be loaded: its start-up code (a constructor, or the initial value of a C++ object) "
                       "%s%s%s",
                       path, how, where, words);
  gchk_arena_free(arena);
  return result;
}

static gchk_status run(const char *full, const char *path, gchk_crash_box *box, gchk_tail *tail, gchk_error *error) {
  int ends[2];
  if (pipe(ends) != 0)
    return gchk_fail(error, GCHK_IO, "%s: cannot be tried: %s", path, strerror(errno));
  (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
  (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  (void)fflush(NULL); // or the child would print it once more
  const pid_t pid = fork();
  if (pid == 0)
    load(full, ends[1], box);
  (void)close(ends[1]);
  int status = 0;
  const bool has_ended = pid > 0 && watch(pid, ends[0], tail, &status);
  (void)close(ends[0]);
  if (pid < 0)
    return gchk_fail(error, GCHK_IO, "%s: cannot be tried: %s", path, strerror(errno));
  if (!has_ended)
    return gchk_fail(error, GCHK_LAYER_FAILED, "%s: cannot be loaded: its start-up code did not end within %g s", path,
                     patience_s);
  gchk_crash_box *copy = box->is_done ? NULL : gchk_crash_box_copy(box);
  if (copy == NULL)
    return box->is_done ? GCHK_OK : gchk_fail_memory(error, path);
  const gchk_status result = describe(path, copy, tail, status, error);
  free(copy);
  return result;
}

gchk_status gchk_plugin_trial(const char *full, const char *path, gchk_error *error) {
  gchk_crash_box *box = gchk_crash_box_new();
  gchk_tail *tail = gchk_calloc(1, sizeof *tail);
  gchk_status status = box != NULL && tail != NULL ? run(full, path, box, tail, error) : gchk_fail_memory(error, path);
  free(tail);
  gchk_crash_box_free(box);
  return status;
}
