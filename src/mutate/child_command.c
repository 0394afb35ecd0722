/* fork and exec; limits of the system's where it has them, and the clock for who sleeps. */
#include "mutate/child_command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/memory.h"
#include "core/text.h"

enum { NOT_STARTED = 127, PATIENCE_MS = 2000, LOOK_MS = 10 };

/* One argument with all values in their places. */
static char *fill(const char *argument, const gchk_place_holder *values, size_t count, gchk_arena *arena) {
  gchk_text text = {0};
  gchk_text_put(&text, "");
  for (const char *at = argument; *at != '\0';) {
    size_t k = 0;
    while (k < count && strncmp(at, values[k].name, strlen(values[k].name)) != 0)
      k++;
    if (k < count)
      gchk_text_put(&text, values[k].value);
    else
      gchk_text_write(&text, at, 1);
    at += k < count ? strlen(values[k].name) : 1;
  }
  char *filled = text.failed ? NULL : gchk_arena_strdup(arena, text.data != NULL ? text.data : "");
  gchk_text_deinit(&text);
  return filled;
}

gchk_status gchk_fill_command(char ***filled, const char *const *command, const gchk_place_holder *values, size_t count,
                              gchk_arena *arena, gchk_error *error) {
  size_t arguments = 0;
  while (command[arguments] != NULL)
    arguments++;
  char **out = gchk_arena_alloc(arena, arguments + 1, sizeof *out);
  for (size_t i = 0; out != NULL && i < arguments; i++)
    out[i] = fill(command[i], values, count, arena);
  *filled = out;
  return gchk_arena_has_failed(arena) ? gchk_fail_memory(error, "a command") : GCHK_OK;
}

/* In the child. */
static void limit_cpu(double seconds) {
  struct rlimit limit;
  if (seconds <= 0 || seconds > 1e9 || getrlimit(RLIMIT_CPU, &limit) != 0)
    return;
  const rlim_t most = (rlim_t)ceil(seconds);
  if (limit.rlim_max == RLIM_INFINITY || most < limit.rlim_max)
    limit.rlim_cur = most;
  (void)setrlimit(RLIMIT_CPU, &limit);
}

// What it makes for a while, and leaves when it is killed, goes to the folder of its log.
static void set_scratch(const char *log_path) {
  char folder[PATH_MAX];
  const char *slash = strrchr(log_path, '/');
  const size_t length = slash != NULL ? (size_t)(slash - log_path) : 0;
  if (length == 0 || length >= sizeof folder)
    return;
  memcpy(folder, log_path, length);
  folder[length] = '\0';
  (void)setenv("TMPDIR", folder, 1);
}

static void become(char *const *command, const char *log_path, int log, double cpu_s) {
  const int nothing = open("/dev/null", O_RDONLY);
  (void)setpgid(0, 0);
  (void)signal(SIGPIPE, SIG_DFL); // what this program ignores, its children need not
  (void)signal(SIGXFSZ, SIG_DFL);
  limit_cpu(cpu_s);
  set_scratch(log_path);
  if (nothing >= 0 && dup2(nothing, 0) == 0 && dup2(log, 1) == 1 && dup2(log, 2) == 2)
    (void)execvp(command[0], command);
  _exit(NOT_STARTED);
}

gchk_status gchk_start_command(gchk_running *running, char *const *command, const char *log,
                               const gchk_command_limits *limits, gchk_error *error) {
  const int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return gchk_fail(error, GCHK_IO, "%s: cannot be written: %s", log, strerror(errno));
  const double now = gchk_now();
  *running = (gchk_running){.pid = fork(), .ends = limits->wall_s > 0 ? now + limits->wall_s : HUGE_VAL};
  if (running->pid == 0)
    become(command, log, fd, limits->cpu_s);
  const int why = errno;
  (void)close(fd);
  if (running->pid > 0) {
    (void)setpgid(running->pid, running->pid); // here too: whoever comes first
    return GCHK_OK;
  }
  *running = (gchk_running){0};
  return gchk_fail(error, GCHK_IO, "%s: cannot be started: %s", command[0], strerror(why));
}

static double seconds_of(struct timeval t) {
  return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

bool gchk_has_ended(gchk_running *running, gchk_ended *ended) {
  int status;
  struct rusage used;
  if (gchk_now() > running->ends)
    (void)kill(-running->pid, SIGKILL);
  const pid_t pid = wait4(running->pid, &status, WNOHANG, &used);
  if (pid == 0 || (pid < 0 && errno == EINTR))
    return false;
  (void)kill(-running->pid, SIGKILL); // what it has left behind
  *ended = (gchk_ended){.exit_status = NOT_STARTED};
  if (pid > 0)
    *ended = (gchk_ended){.exit_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
                          .cpu_s = seconds_of(used.ru_utime) + seconds_of(used.ru_stime)};
  running->pid = 0;
  return true;
}

void gchk_stop_command(gchk_running *running) {
  gchk_ended ended;
  if (running->pid == 0)
    return;
  (void)kill(running->pid, SIGTERM);
  for (int waited = 0; running->pid != 0 && !gchk_has_ended(running, &ended); waited += LOOK_MS) {
    const struct timespec moment = {0, LOOK_MS * 1000000L};
    (void)nanosleep(&moment, NULL);
    if (waited > PATIENCE_MS)
      running->ends = 0;
  }
}
