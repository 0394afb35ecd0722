/*
 * Cases in child processes.
 *
 * A child writes lines to a pipe: "S stage<TAB>elements" while it goes, "R length" and the case's result as JSON at its
 * end; and what the layer writes on standard error to another one. A child that ends without a result crashed, and the
 * box that it shares with this process says where. Between it and this process stands a keeper (crash/tend.h), which
 * ends what the layer forked. Nothing here waits for a child without looking at the clock and at what asks for an
 * interruption.
 */
#define _DEFAULT_SOURCE // wait4
#include "run/isolate.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check/case_check.h"
#include "run/child.h"
#include "run/child_environment.h"
#include "core/clock.h"
#include "core/close_if_open.h"
#include "core/memory.h"
#include "crash/crash_watch.h"
#include "crash/crash_words.h"
#include "crash/leftover_finding.h"
#include "crash/listen.h"
#include "crash/memory_limit.h"
#include "crash/patience.h"
#include "crash/sanitizer_findings.h"
#include "crash/tend.h"
#include "exposure/dropped.h"
#include "gradcheck/supervise.h"
#include "result/case_json.h"

enum { POLL_MS = 50, STAGE_SIZE = 128, CHUNK = 65536, LARGEST_RESULT = 1 << 30 };

// How long a child may take to end once its result is there, and its keeper to end it.
static const double ending_s = 0.5, keeper_s = 3;

typedef struct child {
  pid_t pid; // of the keeper; 0: free
  int fd;
  gchk_listener errors;
  size_t index;
  gchk_patience patience;           // since the last sign of progress
  unsigned long long events;        // under way, at the last look: a callback that begins or returns is a sign too
  bool is_hung, is_closed, is_dead; // is_closed: no result will come any more
  double asked, crashed, ended;     // since when; 0: not
  int status;                       // once it is dead
  size_t left;                      // processes that it left behind
  int fork_error;
  long resident_kib;
  gchk_memory_use memory;
  char stage[STAGE_SIZE];
  unsigned long long elements;
  char *data;
  size_t length, capacity;
  size_t result_length; // 0: no R line yet
  gchk_crash_box *box;
  gchk_outcome *outcome;
} child;

typedef struct task {
  const gchk_run *run;
  size_t index;
  gchk_child_setting setting;
} task;

static void release(child *c) {
  gchk_close_if_open(c->fd);
  gchk_close_if_open(c->errors.fd);
  free(c->data);
  free(c->errors.tail);
  gchk_crash_box_free(c->box);
  gchk_outcome_free(c->outcome);
  *c = (child){0};
}

static void run_task(void *context, pid_t keeper) {
  task *t = context;
  t->setting.parent = keeper;
  gchk_child_run(&t->run->cases[t->index], t->run->options, &t->setting);
}

static gchk_status start_child(gchk_run *run, child *c, size_t index, gchk_error *error) {
  int results[2] = {-1, -1}, errors[2] = {-1, -1};
  *c = (child){.index = index, .patience = gchk_patience_new(gchk_now()), .stage = "start", .fd = -1};
  c->errors = (gchk_listener){.fd = -1, .relay = {gchk_errors_descriptor(), run->cases[index].name}};
  c->memory = (gchk_memory_use){.limit_mib = run->options->memory_mib};
  c->box = gchk_crash_box_new();
  c->outcome = gchk_outcome_new();
  c->errors.tail = gchk_calloc(1, sizeof *c->errors.tail);
  if (c->box == NULL || c->outcome == NULL || c->errors.tail == NULL) {
    release(c);
    return gchk_fail_memory(error, "a child process");
  }
  const bool has_pipes = gchk_listening_pipe(results) && gchk_listening_pipe(errors);
  (void)fflush(NULL); // or the child would print it once more
  task t = {run, index, {results[1], errors[1], 0, c->box}};
  gchk_keeping keeping = {.master = getpid(), .ends = (int[]){results[1], errors[1]}, .end_count = 2, .work = run_task};
  keeping.context = &t;
  gchk_tend_block(&keeping.mask);
  const pid_t pid = has_pipes ? fork() : -1;
  const int reason = errno;
  if (pid == 0) {
    (void)close(results[0]);
    (void)close(errors[0]);
    gchk_keep(&keeping, c->outcome);
  }
  (void)sigprocmask(SIG_SETMASK, &keeping.mask, NULL);
  c->fd = results[0];
  c->errors.fd = errors[0];
  gchk_close_if_open(results[1]);
  gchk_close_if_open(errors[1]);
  if (pid < 0) {
    release(c);
    return gchk_fail(error, GCHK_IO, "cannot start a process for a case: %s", strerror(reason));
  }
  (void)setpgid(pid, pid); // in both processes, so that it holds whoever comes first
  c->pid = pid;
  return GCHK_OK;
}

// Takes whole S lines off the front of the data, up to the R line.
static void read_lines(gchk_run *run, child *c) {
  while (c->result_length == 0) {
    char *end = c->length > 0 ? memchr(c->data, '\n', c->length) : NULL;
    if (end == NULL) {
      c->is_closed = c->is_closed || c->length > CHUNK; // no line of a child's is so long
      return;
    }
    *end = '\0';
    size_t used = (size_t)(end - c->data) + 1;
    if (c->data[0] == 'R') {
      c->result_length = strtoull(c->data + 1, NULL, 10);
      c->is_closed = c->is_closed || c->result_length > LARGEST_RESULT;
      c->result_length = c->is_closed ? 0 : c->result_length;
    } else if (c->data[0] == 'S' && used > 2) {
      char *tab = strrchr(c->data, '\t');
      if (tab != NULL) {
        *tab = '\0';
        c->elements = strtoull(tab + 1, NULL, 10);
      }
      (void)snprintf(c->stage, sizeof c->stage, "%s", c->data + 2);
      c->patience = gchk_patience_new(gchk_now()); // of what else is written nobody knows who wrote it
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
  read_lines(run, c);
  if (c->result_length > 0)
    c->patience = gchk_patience_new(gchk_now());
  return has_result(c) ? ENDED : SOME;
}

// Takes the child's status if it and all that it left have ended; its keeper knows, where that was not killed itself.
static void look_for_end(child *c) {
  int status = 0;
  struct rusage usage = {0};
  if (c->is_dead)
    return;
  const pid_t ended = wait4(c->pid, &status, WNOHANG, &usage);
  if (ended == 0 || (ended < 0 && errno == EINTR))
    return;
  const gchk_outcome *outcome = c->outcome;
  c->is_dead = true;
  c->status = outcome->is_over ? outcome->status : status;
  c->resident_kib = outcome->is_over ? outcome->resident_kib : usage.ru_maxrss;
  c->left = outcome->is_over ? outcome->left : 0;
  c->fork_error = outcome->is_over ? outcome->fork_error : 0;
}

// Has the keeper end the child, and whatever else there is; a keeper that something has stopped is killed.
static void end_child(child *c) {
  const double now = gchk_now();
  if (c->ended <= 0) {
    c->ended = now;
    (void)kill(c->pid, SIGTERM);
    (void)kill(c->pid, SIGCONT); // stopped by the layer?
  } else if (now - c->ended > keeper_s) {
    (void)kill(c->pid, SIGKILL);
  }
}

// Lets a child that has sent its result end by itself, for its status is worth more than that it was killed.
static void let_end(child *c) {
  const double began = gchk_now();
  for (long pause_ns = 20000; !c->is_dead; pause_ns = pause_ns < 5000000 ? 2 * pause_ns : pause_ns) {
    gchk_listen(&c->errors, c->is_dead); // a full pipe would keep it from ending
    look_for_end(c);
    const double now = gchk_now();
    if (now - began > ending_s || gchk_memory_look(&c->memory, c->box, now) != GCHK_MEMORY_FITS)
      end_child(c);
    if (!c->is_dead)
      (void)nanosleep(&(struct timespec){0, pause_ns}, NULL);
  }
}

static gchk_status describe_end(gchk_run *run, const child *c, const gchk_sanitizers *sanitizers, gchk_error *error) {
  gchk_arena *arena = run->result->arena;
  gchk_crash_box *box = gchk_crash_box_copy(c->box);
  gchk_crash_result crash;
  const gchk_ending ending = {.box = box,
                              .tail = c->errors.tail,
                              .layer = run->cases[c->index].layer,
                              .sanitizers = *sanitizers,
                              .status = c->status,
                              .timeout_s = c->is_hung ? run->options->timeout_s : 0,
                              .resident_kib = c->resident_kib,
                              .memory_mib = run->options->memory_mib,
                              .grown_mib = c->memory.grown_mib};
  const char *reason = box != NULL ? gchk_crash_words(arena, &ending, &crash) : NULL;
  free(box);
  if (reason == NULL)
    return gchk_fail_memory(error, "the result of a case");
  gchk_case_result *slot = &run->slots[c->index];
  gchk_case_failed(&run->cases[c->index], arena, reason, slot);
  if (strcmp(crash.callback, "backward") == 0 || !gchk_drop_case(&run->cases[c->index], arena, reason, slot))
    slot->crash = crash;
  return GCHK_OK;
}

// Takes the result of a child that has sent it or is dead.
static gchk_status reap(gchk_run *run, child *c, const gchk_sanitizers *here, gchk_error *error) {
  let_end(c);
  // A plug-in may have brought some.
  const gchk_sanitizers sanitizers = c->box->is_loaded ? gchk_box_sanitizers(c->box) : *here;
  gchk_listen(&c->errors, true);
  const size_t index = c->index, left = c->left;
  const bool has_ended = has_result(c);
  gchk_status status = GCHK_INVALID;
  if (c->fork_error != 0)
    return gchk_fail(error, GCHK_IO, "cannot start a process for a case: %s", strerror(c->fork_error));
  if (has_ended)
    status = gchk_case_from_json(run->result->arena, c->data, c->result_length, &run->slots[index], error);
  if (status == GCHK_OK)
    status = gchk_report_sanitizer(run->result->arena, c->errors.tail, &sanitizers, c->box->has_memory_error,
                                   &run->slots[index], error);
  else if (status != GCHK_NO_MEMORY)
    status = describe_end(run, c, &sanitizers, error);
  // One that died could not end what it had started, as a sanitizer's symbolizer.
  if (status == GCHK_OK && left > 0 && has_ended)
    status = gchk_report_leftovers(run->result->arena, left, &run->slots[index], error);
  release(c);
  if (status == GCHK_OK)
    gchk_run_finish(run, index);
  return status;
}

static void kill_all(child *children, size_t jobs) {
  for (size_t left = jobs; left > 0;) {
    left = 0;
    for (size_t j = 0; j < jobs; j++) {
      child *c = &children[j];
      if (c->pid == 0)
        continue;
      end_child(c);
      look_for_end(c);
      left += !c->is_dead;
      gchk_listen(&c->errors, c->is_dead);
      if (c->is_dead)
        release(c);
    }
    if (left > 0)
      (void)nanosleep(&(struct timespec){0, 1000000}, NULL);
  }
}

// A child that makes no progress is asked where it is before it is killed; one that cannot end any more is killed.
static void look_after(const gchk_run *run, child *c) {
  const double now = gchk_now(), limit = run->options->timeout_s;
  if ((c->box->signal != 0 || c->box->has_exited) && c->crashed <= 0)
    c->crashed = now; // it writes down where, and must not be asked the same meanwhile
  if (c->box->under_way.events != c->events) {
    c->events = c->box->under_way.events;
    c->patience = gchk_patience_new(now);
  }
  gchk_patience_look(&c->patience, limit, now, c->outcome->pid);
  if (!c->is_hung && c->crashed <= 0 && gchk_patience_is_over(&c->patience, limit)) {
    c->is_hung = true;
    c->asked = now;
    (void)kill(c->pid, GCHK_SIGNAL_WHERE);
  }
  const gchk_memory_order memory = gchk_memory_look(&c->memory, c->box, now);
  if (memory == GCHK_MEMORY_ASK)
    (void)kill(c->pid, GCHK_SIGNAL_WHERE);
  const bool is_over = memory == GCHK_MEMORY_KILL || (c->is_hung && c->crashed <= 0 && now - c->asked > GCHK_ASKED_S) ||
                       (c->crashed > 0 && now - c->crashed > GCHK_CRASHING_S) ||
                       (c->is_closed && !(limit > 0) && c->patience.waited > GCHK_CRASHING_S);
  if (is_over) {
    c->is_hung = true;
    end_child(c);
  }
}

static gchk_status look_at(gchk_run *run, child *c, const struct pollfd fds[2], const gchk_sanitizers *sanitizers,
                           gchk_error *error) {
  look_for_end(c); // before the last of its data is read
  if (fds[1].revents != 0)
    gchk_listen(&c->errors, c->is_dead);
  reading got = !c->is_closed && (fds[0].revents != 0 || c->is_dead) ? read_some(run, c) : NOTHING_YET;
  while (got == SOME && c->is_dead)
    got = read_some(run, c);
  if (has_result(c) || c->is_dead)
    return reap(run, c, sanitizers, error);
  c->is_closed = c->is_closed || got == ENDED;
  look_after(run, c);
  return GCHK_OK;
}

static gchk_status wait_for_children(gchk_run *run, child *children, struct pollfd *fds, size_t jobs,
                                     const gchk_sanitizers *sanitizers, gchk_error *error) {
  for (size_t j = 0; j < jobs; j++) {
    const child *c = &children[j];
    const bool is_there = c->pid != 0;
    fds[2 * j] = (struct pollfd){.fd = is_there && !c->is_closed ? c->fd : -1, .events = POLLIN};
    fds[2 * j + 1] = (struct pollfd){.fd = is_there ? c->errors.fd : -1, .events = POLLIN};
  }
  if (poll(fds, (nfds_t)(2 * jobs), POLL_MS) < 0 && errno != EINTR)
    return gchk_fail(error, GCHK_IO, "cannot wait for cases: %s", strerror(errno));
  for (size_t j = 0; j < jobs; j++)
    if (children[j].pid != 0)
      GCHK_TRY(look_at(run, &children[j], &fds[2 * j], sanitizers, error));
  return GCHK_OK;
}

static size_t job_count(const gchk_options *options) {
  if (options->jobs > 0)
    return options->jobs;
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (size_t)online : 1;
}

static gchk_status start_next(gchk_run *run, child *c, size_t *next, gchk_error *error) {
  const size_t index = (*next)++;
  if (!gchk_run_is_told_already(run, index))
    return start_child(run, c, index, error);
  gchk_run_pass_over(run, index);
  return GCHK_OK;
}

gchk_status gchk_run_isolated(gchk_run *run, gchk_error *error) {
  size_t jobs = job_count(run->options), next = 0;
  gchk_status status = GCHK_OK;
  const gchk_sanitizers sanitizers = gchk_sanitizers_loaded();
  const gchk_blas_threads blas_threads = gchk_use_one_blas_thread();
  child *children = gchk_calloc(jobs, sizeof *children);
  struct pollfd *fds = gchk_calloc(2 * jobs, sizeof *fds);
  if (children == NULL || fds == NULL) {
    status = gchk_fail_memory(error, "child processes");
    goto done;
  }
  while (status == GCHK_OK && run->finished < run->count && !gchk_run_is_interrupted(run)) {
    for (size_t j = 0; j < jobs && next < run->count && status == GCHK_OK; j++)
      if (children[j].pid == 0)
        status = start_next(run, &children[j], &next, error);
    if (status == GCHK_OK)
      status = wait_for_children(run, children, fds, jobs, &sanitizers, error);
  }
done:
  if (children != NULL)
    kill_all(children, jobs);
  free(children);
  free(fds);
  gchk_restore_blas_threads(&blas_threads);
  return status;
}
