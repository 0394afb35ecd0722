/*
 * Cases in child processes.
 *
 * A child writes lines to a pipe: "S stage<TAB>elements" while it goes, "R length" and the case's result as JSON at its
 * end. A child that ends without a result crashed, and the last S line says where. Children lead process groups, so
 * that what a layer forks goes with it, and ask to be killed should this process die.
 */
#define _DEFAULT_SOURCE // wait4
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

#include "check/case_check.h"
#include "check/child_environment.h"
#include "check/isolate.h"
#include "core/clock.h"
#include "core/memory.h"
#include "result/case_json.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SHADOW_MEMORY 1
#endif
#endif
#ifndef HAS_SHADOW_MEMORY
#define HAS_SHADOW_MEMORY 0 // an address-space limit and a sanitizer's shadow memory do not go together
#endif

enum { POLL_MS = 50, STAGE_SIZE = 128, CHUNK = 65536 };

static const double tell_every_s = 0.1;

// ---- the child

typedef struct reporter {
  int fd;
  double last;
  char stage[STAGE_SIZE];
} reporter;

static bool write_all(int fd, const char *data, size_t length) {
  while (length > 0) {
    ssize_t n = write(fd, data, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    data += n;
    length -= (size_t)n;
  }
  return true;
}

static void report_stage(void *context, const char *stage, uint64_t elements_done) {
  reporter *r = context;
  double t = gchk_now();
  if (t - r->last < tell_every_s && strncmp(r->stage, stage, STAGE_SIZE - 1) == 0)
    return;
  r->last = t;
  (void)snprintf(r->stage, sizeof r->stage, "%s", stage);
  char line[STAGE_SIZE + 64];
  int length = snprintf(line, sizeof line, "S %s\t%llu\n", r->stage, (unsigned long long)elements_done);
  if (length > 0)
    (void)write_all(r->fd, line, (size_t)length);
}

static void confine(const gchk_options *options, pid_t parent) {
  (void)setpgid(0, 0);
#ifdef __linux__
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(EXIT_FAILURE);
#else
  (void)parent;
#endif
  (void)signal(SIGINT, SIG_IGN);
  (void)signal(SIGTERM, SIG_DFL);
  (void)signal(SIGPIPE, SIG_DFL);
  // What a layer prints at each of some thousand calls must not get into a report; --no-isolation shows it.
  int nowhere = open("/dev/null", O_WRONLY);
  (void)dup2(nowhere >= 0 ? nowhere : STDERR_FILENO, STDOUT_FILENO);
  struct rlimit none = {0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  if (options->memory_mib > 0 && !HAS_SHADOW_MEMORY) {
    struct rlimit limit = {(rlim_t)options->memory_mib << 20, (rlim_t)options->memory_mib << 20};
    (void)setrlimit(RLIMIT_AS, &limit);
  }
}

static void run_child(const gchk_case *spec, const gchk_options *options, int fd) {
  reporter r = {.fd = fd};
  gchk_error error = {GCHK_OK, ""};
  gchk_arena *arena = gchk_arena_new();
  gchk_case_result result;
  char *text = NULL;
  if (arena == NULL)
    _exit(EXIT_FAILURE);
  if (gchk_check_case(spec, options, arena, report_stage, &r, &result, &error) != GCHK_OK)
    gchk_case_failed(spec, arena, error.message, &result);
  if (gchk_case_to_json(&result, &text, &error) != GCHK_OK)
    _exit(EXIT_FAILURE);
  char head[64];
  size_t length = strlen(text);
  int head_length = snprintf(head, sizeof head, "R %zu\n", length);
  bool is_written = head_length > 0 && write_all(fd, head, (size_t)head_length) && write_all(fd, text, length);
  _exit(is_written ? EXIT_SUCCESS : EXIT_FAILURE);
}

// ---- the parent

typedef struct child {
  pid_t pid; // 0: free
  int fd;
  size_t index;
  double last_sign;
  bool is_hung, is_dead;
  int status; // once it is dead
  long resident_kib;
  char stage[STAGE_SIZE];
  unsigned long long elements;
  char *data;
  size_t length, capacity;
  size_t result_length; // 0: no R line yet
} child;

static gchk_status start_child(gchk_run *run, child *c, size_t index, gchk_error *error) {
  int ends[2];
  if (pipe(ends) != 0)
    return gchk_fail(error, GCHK_IO, "cannot make a pipe for a case: %s", strerror(errno));
  (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
  (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  (void)fflush(NULL); // or the child would print it once more
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid < 0) {
    (void)close(ends[0]);
    (void)close(ends[1]);
    return gchk_fail(error, GCHK_IO, "cannot start a process for a case: %s", strerror(errno));
  }
  if (pid == 0) {
    (void)close(ends[0]);
    confine(run->options, parent);
    gchk_use_one_thread();
    run_child(&run->cases[index], run->options, ends[1]);
  }
  (void)setpgid(pid, pid); // in both processes, so that it holds whoever comes first
  (void)close(ends[1]);
  *c = (child){.pid = pid, .fd = ends[0], .index = index, .last_sign = gchk_now(), .stage = "start"};
  return GCHK_OK;
}

// Takes whole S lines off the front of the data, up to the R line.
static void read_lines(gchk_run *run, child *c) {
  while (c->result_length == 0) {
    char *end = c->length > 0 ? memchr(c->data, '\n', c->length) : NULL;
    if (end == NULL)
      return;
    *end = '\0';
    size_t used = (size_t)(end - c->data) + 1;
    if (c->data[0] == 'R') {
      c->result_length = strtoull(c->data + 1, NULL, 10);
    } else if (c->data[0] == 'S' && used > 2) {
      char *tab = strrchr(c->data, '\t');
      if (tab != NULL) {
        *tab = '\0';
        c->elements = strtoull(tab + 1, NULL, 10);
      }
      (void)snprintf(c->stage, sizeof c->stage, "%s", c->data + 2);
      gchk_run_tell(run, c->index, c->stage, c->elements);
    }
    memmove(c->data, c->data + used, c->length - used);
    c->length -= used;
  }
}

static bool has_result(const child *c) {
  return c->result_length > 0 && c->length >= c->result_length;
}

typedef enum reading { NOTHING_YET, SOME, ENDED } reading;

// ENDED at the end of the pipe, and once the result is whole: something that the layer forked may hold the pipe open.
static reading read_some(gchk_run *run, child *c) {
  if (c->capacity - c->length < CHUNK) {
    char *grown = gchk_grow(c->data, c->capacity + 2 * CHUNK, 1);
    if (grown == NULL)
      return ENDED;
    c->data = grown;
    c->capacity += 2 * CHUNK;
  }
  ssize_t n = read(c->fd, c->data + c->length, CHUNK);
  if (n < 0)
    return errno == EINTR || errno == EAGAIN ? NOTHING_YET : ENDED;
  if (n == 0)
    return ENDED;
  c->length += (size_t)n;
  c->last_sign = gchk_now();
  read_lines(run, c);
  return has_result(c) ? ENDED : SOME;
}

/*
 * Takes the child's status if it has ended, or waits until it has. What the layer forked goes with it, and goes
 * before the child is taken away: until then nothing else can get its number.
 */
static void wait_for(child *c, bool until_dead) {
  siginfo_t info = {0};
  struct rusage usage = {0};
  if (c->is_dead)
    return;
  while (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT | (until_dead ? 0 : WNOHANG)) < 0 && errno == EINTR)
    continue;
  if (info.si_pid != c->pid)
    return;
  (void)kill(-c->pid, SIGKILL);
  while (wait4(c->pid, &c->status, 0, &usage) < 0 && errno == EINTR)
    continue;
  c->is_dead = true;
  c->resident_kib = usage.ru_maxrss;
}

static const char *signal_name(int number) {
  static const struct {
    int number;
    const char *name;
  } names[] = {{SIGSEGV, "SIGSEGV (invalid memory access)"},
               {SIGABRT, "SIGABRT (abort)"},
               {SIGBUS, "SIGBUS (bad address)"},
               {SIGFPE, "SIGFPE (arithmetic)"},
               {SIGILL, "SIGILL (illegal instruction)"},
               {SIGKILL, "SIGKILL"},
               {SIGTERM, "SIGTERM"},
               {SIGPIPE, "SIGPIPE"},
               {SIGTRAP, "SIGTRAP"}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (names[i].number == number)
      return names[i].name;
  return "a signal";
}

static char *describe_end(const gchk_run *run, const child *c) {
  gchk_arena *arena = run->result->arena;
  int status = c->status;
  long resident_kib = c->resident_kib;
  const gchk_options *options = run->options;
  const char *memory = "";
  if (options->memory_mib > 0 && (double)resident_kib / 1024 > 0.5 * (double)options->memory_mib)
    memory =
        gchk_arena_printf(arena, "; it had %ld MiB of the %zu MiB that it may have: does it allocate without bound?",
                          resident_kib / 1024, options->memory_mib);
  if (memory == NULL)
    return NULL;
  if (c->is_hung)
    return gchk_arena_printf(
        arena, "no progress for %g s in stage '%s': killed; does a callback loop for ever? (--timeout sets the limit)",
        options->timeout_s, c->stage);
  if (WIFSIGNALED(status))
    return gchk_arena_printf(arena, "crashed with %s in stage '%s'%s", signal_name(WTERMSIG(status)), c->stage, memory);
  return gchk_arena_printf(arena,
                           "ended with exit status %d in stage '%s' before it was done: a callback called exit?%s",
                           WIFEXITED(status) ? WEXITSTATUS(status) : -1, c->stage, memory);
}

static void release(child *c) {
  (void)close(c->fd);
  free(c->data);
  *c = (child){0};
}

// Waits for a child that is done and takes its result.
static gchk_status reap(gchk_run *run, child *c, gchk_error *error) {
  wait_for(c, true);
  size_t index = c->index;
  gchk_status parsed = GCHK_INVALID;
  if (has_result(c))
    parsed = gchk_case_from_json(run->result->arena, c->data, c->result_length, &run->slots[index], error);
  if (parsed == GCHK_NO_MEMORY) {
    release(c);
    return parsed;
  }
  if (parsed != GCHK_OK) {
    char *reason = describe_end(run, c);
    if (reason == NULL) {
      release(c);
      return gchk_fail_memory(error, "the result of a case");
    }
    gchk_case_failed(&run->cases[index], run->result->arena, reason, &run->slots[index]);
  }
  release(c);
  gchk_run_finish(run, index);
  return GCHK_OK;
}

static void kill_all(child *children, size_t jobs) {
  for (size_t j = 0; j < jobs; j++) {
    if (children[j].pid == 0)
      continue;
    (void)kill(children[j].pid, SIGKILL);
    wait_for(&children[j], true);
    release(&children[j]);
  }
}

static void kill_hung(const gchk_run *run, child *children, size_t jobs) {
  if (!(run->options->timeout_s > 0))
    return;
  for (size_t j = 0; j < jobs; j++) {
    child *c = &children[j];
    if (c->pid != 0 && !c->is_hung && gchk_now() - c->last_sign > run->options->timeout_s) {
      c->is_hung = true;
      (void)kill(c->pid, SIGKILL);
    }
  }
}

static gchk_status wait_for_children(gchk_run *run, child *children, struct pollfd *fds, size_t jobs,
                                     gchk_error *error) {
  for (size_t j = 0; j < jobs; j++)
    fds[j] = (struct pollfd){.fd = children[j].pid != 0 ? children[j].fd : -1, .events = POLLIN};
  if (poll(fds, (nfds_t)jobs, POLL_MS) < 0 && errno != EINTR)
    return gchk_fail(error, GCHK_IO, "cannot wait for cases: %s", strerror(errno));
  for (size_t j = 0; j < jobs; j++) {
    child *c = &children[j];
    if (c->pid == 0)
      continue;
    wait_for(c, false); // before the last of its data is read
    reading got = fds[j].revents != 0 || c->is_dead ? read_some(run, c) : NOTHING_YET;
    while (got == SOME && c->is_dead)
      got = read_some(run, c);
    if (got == ENDED || c->is_dead)
      GCHK_TRY(reap(run, c, error));
  }
  kill_hung(run, children, jobs);
  return GCHK_OK;
}

static size_t job_count(const gchk_options *options) {
  if (options->jobs > 0)
    return options->jobs;
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (size_t)online : 1;
}

gchk_status gchk_run_isolated(gchk_run *run, gchk_error *error) {
  size_t jobs = job_count(run->options), next = 0;
  gchk_status status = GCHK_OK;
  child *children = gchk_calloc(jobs, sizeof *children);
  struct pollfd *fds = gchk_calloc(jobs, sizeof *fds);
  if (children == NULL || fds == NULL) {
    status = gchk_fail_memory(error, "child processes");
    goto done;
  }
  while (status == GCHK_OK && run->finished < run->count && !gchk_run_is_interrupted(run)) {
    for (size_t j = 0; j < jobs && next < run->count && status == GCHK_OK; j++)
      if (children[j].pid == 0)
        status = start_child(run, &children[j], next++, error);
    if (status == GCHK_OK)
      status = wait_for_children(run, children, fds, jobs, error);
  }
done:
  if (children != NULL)
    kill_all(children, jobs);
  free(children);
  free(fds);
  return status;
}
