/*
 * A child writes lines to a socket: "S stage<TAB>elements" while it goes, "R length" and the case's result as JSON at
 * its end; and what the layer writes on standard error to a pipe. "W length" in place of "R length" says that it stays,
 * and waits for the number of another case.
 */
#define _DEFAULT_SOURCE // wait4
#include "run/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/close_if_open.h"
#include "core/memory.h"
#include "gradcheck/supervise.h"
#include "run/child.h"

enum { CHUNK = 65536, LARGEST_RESULT = 1 << 30 };

// How long a child may take to end once its result is there, and its keeper to end it.
static const double ending_s = 0.5, keeper_s = 3;

typedef struct task {
  const gchk_workers *all;
  gchk_child_setting setting;
} task;

void gchk_worker_release(gchk_worker *c) {
  gchk_close_if_open(c->fd);
  gchk_close_if_open(c->errors.fd);
  free(c->data);
  free(c->errors.tail);
  gchk_crash_box_free(c->box);
  gchk_outcome_free(c->outcome);
  *c = (gchk_worker){0};
}

// What is there of other children is theirs: a layer reads and writes what is open.
static void run_task(void *context, pid_t keeper) {
  task *t = context;
  for (size_t j = 0; j < t->all->count; j++)
    if (t->all->of[j].pid != 0) {
      gchk_close_if_open(t->all->of[j].fd);
      gchk_close_if_open(t->all->of[j].errors.fd);
    }
  t->setting.parent = keeper;
  gchk_child_run(t->all->run, &t->setting);
}

static void begin_case(const gchk_run *run, gchk_worker *c, size_t index) {
  c->index = index;
  c->patience = gchk_patience_new(gchk_now());
  c->memory = (gchk_memory_use){.limit_mib = run->options->memory_mib};
  c->errors.relay = (gchk_relay){gchk_errors_descriptor(), run->cases[index].name};
  c->elements = 0;
  (void)snprintf(c->stage, sizeof c->stage, "start");
}

void gchk_worker_hand(const gchk_run *run, gchk_worker *c, size_t index) {
  gchk_tail_renew(c->errors.tail);
  begin_case(run, c, index);
  c->length = c->result_length = 0;
  c->stays = c->is_idle = c->is_closed = false;
  c->is_handed = true;
  const ssize_t sent = send(c->fd, &index, sizeof index, MSG_NOSIGNAL);
  (void)sent;
}

gchk_status gchk_worker_start(const gchk_workers *all, gchk_worker *c, size_t index, gchk_error *error) {
  gchk_run *run = all->run;
  int results[2] = {-1, -1}, errors[2] = {-1, -1};
  *c = (gchk_worker){.fd = -1, .errors = {.fd = -1}};
  begin_case(run, c, index);
  c->box = gchk_crash_box_new();
  c->outcome = gchk_outcome_new();
  c->errors.tail = gchk_tail_new();
  if (c->box == NULL || c->outcome == NULL || c->errors.tail == NULL) {
    gchk_worker_release(c);
    return gchk_fail_memory(error, "a child process");
  }
  const bool has_pipes = gchk_listening_sockets(results) && gchk_listening_pipe(errors);
  (void)fflush(NULL); // or the child would print it once more
  task t = {all, {index, results[1], errors[1], 0, c->box}};
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
    gchk_worker_release(c);
    return gchk_fail(error, GCHK_IO, "cannot start a process for a case: %s", strerror(reason));
  }
  (void)setpgid(pid, pid); // in both processes, so that it holds whoever comes first
  c->pid = pid;
  return GCHK_OK;
}

// Takes whole S lines off the front of the data, up to the R line.
static void read_lines(gchk_run *run, gchk_worker *c) {
  while (c->result_length == 0) {
    char *end = c->length > 0 ? memchr(c->data, '\n', c->length) : NULL;
    if (end == NULL) {
      c->is_closed = c->is_closed || c->length > CHUNK; // no line of a child's is so long
      return;
    }
    *end = '\0';
    size_t used = (size_t)(end - c->data) + 1;
    if (c->data[0] == 'R' || c->data[0] == 'W') {
      c->stays = c->data[0] == 'W';
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

bool gchk_worker_has_result(const gchk_worker *c) {
  return c->result_length > 0 && c->length >= c->result_length;
}

gchk_intake gchk_worker_read(gchk_run *run, gchk_worker *c) {
  if (c->capacity - c->length < CHUNK) {
    char *grown = gchk_grow(c->data, c->capacity + 2 * CHUNK, 1);
    if (grown == NULL)
      return GCHK_READ_ALL;
    c->data = grown;
    c->capacity += 2 * CHUNK;
  }
  ssize_t n = read(c->fd, c->data + c->length, CHUNK);
  if (n < 0)
    return errno == EINTR || errno == EAGAIN ? GCHK_READ_NOTHING : GCHK_READ_ALL;
  if (n == 0)
    return GCHK_READ_ALL;
  c->length += (size_t)n;
  read_lines(run, c);
  if (c->result_length > 0)
    c->patience = gchk_patience_new(gchk_now());
  return gchk_worker_has_result(c) ? GCHK_READ_ALL : GCHK_READ_SOME;
}

void gchk_worker_look_for_end(gchk_worker *c) {
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

void gchk_worker_end(gchk_worker *c) {
  const double now = gchk_now();
  if (c->ended <= 0) {
    c->ended = now;
    (void)kill(c->pid, SIGTERM);
    (void)kill(c->pid, SIGCONT); // stopped by the layer?
  } else if (now - c->ended > keeper_s) {
    (void)kill(c->pid, SIGKILL);
  }
}

void gchk_worker_let_end(gchk_worker *c) {
  const double began = gchk_now();
  for (long pause_ns = 20000; !c->is_dead; pause_ns = pause_ns < 5000000 ? 2 * pause_ns : pause_ns) {
    gchk_listen(&c->errors, c->is_dead); // a full pipe would keep it from ending
    gchk_worker_look_for_end(c);
    const double now = gchk_now();
    if (now - began > ending_s || gchk_memory_look(&c->memory, c->box, now) != GCHK_MEMORY_FITS)
      gchk_worker_end(c);
    if (!c->is_dead)
      (void)nanosleep(&(struct timespec){0, pause_ns}, NULL);
  }
  gchk_listen(&c->errors, true);
}

void gchk_worker_dismiss(gchk_worker *c) {
  (void)shutdown(c->fd, SHUT_WR);
  gchk_worker_let_end(c);
  gchk_worker_release(c);
}
