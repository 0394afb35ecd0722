/* Loading a plug-in and reading its table on trial, in a process of its own. */
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
#include "crash/listen.h"
#include "crash/lost_words.h"
#include "suite/plugin_table.h"

static const double patience_s = 30;
enum { PROCESSOR_S = 15, TABLE_S = 5 };
static const char reading_table[] = "reading table";

// From now on this process may use `seconds` more of the processor's time.
static void limit_time(rlim_t seconds) {
  struct rusage usage = {0};
  (void)getrusage(RUSAGE_SELF, &usage);
  const rlim_t limit = (rlim_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1 + seconds;
  struct rlimit now;
  if (getrlimit(RLIMIT_CPU, &now) == 0 && now.rlim_max >= limit)
    (void)setrlimit(RLIMIT_CPU, &(struct rlimit){limit, now.rlim_max});
}

_Noreturn static void load(const char *full, int errors, gchk_crash_box *box, pid_t parent) {
#ifdef __linux__
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (getppid() != parent)
    _exit(EXIT_FAILURE);
  (void)signal(SIGINT, SIG_DFL);
  (void)signal(SIGTERM, SIG_DFL);
  const struct rlimit none = {0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  limit_time(PROCESSOR_S);
  const int nowhere = open("/dev/null", O_WRONLY);
  (void)dup2(nowhere, STDOUT_FILENO);
  (void)dup2(errors, STDERR_FILENO);
  gchk_crash_watch(box);
  gchk_note_callback("start-up code", NULL);
  void *handle = dlopen(full, RTLD_NOW | RTLD_LOCAL);
  const gchk_plugin *table = handle != NULL ? dlsym(handle, GCHK_PLUGIN_SYMBOL) : NULL;
  gchk_note_return();
  gchk_note_callback(reading_table, NULL);
  limit_time(TABLE_S);
  if (table != NULL)
    gchk_plugin_table_try(table);
  box->is_done = true;
  _exit(EXIT_SUCCESS);
}

// Waits for the child's end, and keeps what it writes; false where it does not end.
static bool watch(pid_t pid, gchk_listener *listener, int *status) {
  const double began = gchk_now();
  for (bool is_dead = false; !is_dead;) {
    struct pollfd fd = {.fd = listener->fd, .events = POLLIN};
    (void)poll(&fd, 1, 2);
    const pid_t ended = waitpid(pid, status, WNOHANG);
    is_dead = ended == pid || (ended < 0 && errno != EINTR);
    gchk_listen(listener, is_dead);
    if (!is_dead && gchk_now() - began > patience_s) {
      (void)kill(pid, SIGKILL);
      while (waitpid(pid, status, 0) < 0 && errno == EINTR)
        continue;
      return false;
    }
  }
  return true;
}

static gchk_status describe(const char *path, const gchk_crash_box *box, const gchk_tail *tail, int status,
                            gchk_error *error) {
  gchk_arena *arena = gchk_arena_new();
  if (arena == NULL)
    return gchk_fail_memory(error, path);
  const bool is_table = strcmp(box->under_way.callback, reading_table) == 0;
  const bool is_late = box->signal == SIGXCPU || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
  const char *how = is_late ? gchk_arena_printf(arena, "did not end within %d s of processor time",
                                                is_table ? (int)TABLE_S : (int)PROCESSOR_S)
                            : gchk_lost_words(arena, box, status);
  const size_t lines = gchk_tail_kept(tail);
  const char *words = lines > 0 ? gchk_arena_printf(arena, ": %s", gchk_tail_line(tail, lines - 1)) : "";
  gchk_status result = GCHK_NO_MEMORY;
  if (how == NULL || words == NULL)
    (void)gchk_fail_memory(error, path);
  else if (is_table)
    result = gchk_fail(error, GCHK_INVALID,
                       "%s: its table cannot be read: whoever reads it %s; look at its counts (tensor_count, "
                       "option_count) and pointers%s",
                       path, how, words);
  else
    result = gchk_fail(error, GCHK_LAYER_FAILED,
                       "%s: cannot be loaded: its start-up code (a constructor, or the initial value of a C++ object) "
                       "%s%s",
                       path, how, words);
  gchk_arena_free(arena);
  return result;
}

static gchk_status run(const char *full, const char *path, gchk_crash_box *box, gchk_tail *tail, gchk_error *error) {
  int ends[2];
  if (!gchk_listening_pipe(ends))
    return gchk_fail(error, GCHK_IO, "%s: cannot be tried: %s", path, strerror(errno));
  (void)fflush(NULL); // or the child would print it once more
  const pid_t parent = getpid(), pid = fork();
  if (pid == 0)
    load(full, ends[1], box, parent);
  (void)close(ends[1]);
  int status = 0;
  gchk_listener listener = {.fd = ends[0], .tail = tail, .relay = {.fd = -1, .whose = path}};
  const bool has_ended = pid > 0 && watch(pid, &listener, &status);
  if (listener.fd >= 0)
    (void)close(listener.fd);
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
