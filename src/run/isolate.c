/*
 * Cases in child processes.
 *
 * A child that ends without a result crashed, and the box that it shares with this process says where. Between it and
 * this process stands a keeper (crash/tend.h), which ends what the layer forked. Nothing here waits for a child without
 * looking at the clock and at what asks for an interruption.
 *
 * Cases of layers that leave nothing behind are handed to a child that has run such cases, one after the other. Where
 * it ends without a result, nobody knows whose fault that is: the case is run once more, in a process of its own, and
 * what happens there is reported. So all is reported as if each case had one.
 */
#include "run/isolate.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check/case_check.h"
#include "core/clock.h"
#include "core/memory.h"
#include "crash/crash_watch.h"
#include "crash/crash_words.h"
#include "crash/leftover_finding.h"
#include "crash/sanitizer_findings.h"
#include "exposure/dropped.h"
#include "reach/traced_code.h"
#include "run/case_bytes.h"
#include "run/worker.h"

enum { POLL_MS = 50 };

static gchk_status start_again(const gchk_workers *all, gchk_worker *c, gchk_error *error) {
  const size_t index = c->index;
  gchk_worker_release(c);
  return gchk_worker_start(all, c, index, error);
}

static gchk_status describe_end(gchk_run *run, const gchk_worker *c, const gchk_sanitizers *sanitizers,
                                gchk_error *error) {
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

// What has just ended may say all that a case which goes on would: that is passed over, and its child is ended.
static void end_told(const gchk_workers *all) {
  for (size_t j = 0; j < all->count; j++) {
    gchk_worker *c = &all->of[j];
    if (c->pid == 0 || c->is_idle || c->index >= all->run->count || all->run->is_finished[c->index])
      continue;
    c->is_told = gchk_run_pass_over_if_told(all->run, c->index);
    if (c->is_told)
      gchk_worker_end(c);
  }
}

// Takes the result of a child that has sent it or is dead.
static gchk_status reap(const gchk_workers *all, gchk_worker *c, gchk_error *error) {
  gchk_run *run = all->run;
  gchk_case_result *slot = &run->slots[c->index];
  gchk_status status = GCHK_INVALID;
  if (c->is_told) {
    gchk_worker_let_end(c);
    gchk_worker_release(c);
    return GCHK_OK;
  }
  const bool has_ended = gchk_worker_has_result(c);
  if (has_ended)
    status = gchk_case_from_bytes(run->result->arena, c->data, c->result_length, slot, error);
  c->is_idle = status == GCHK_OK && c->stays && !c->is_dead && !c->is_hung && c->crashed <= 0;
  if (c->is_idle)
    gchk_listen_out(&c->errors);
  else
    gchk_worker_let_end(c);
  if (c->fork_error != 0)
    return gchk_fail(error, GCHK_IO, "cannot start a process for a case: %s", strerror(c->fork_error));
  if (status != GCHK_OK && status != GCHK_NO_MEMORY && c->is_handed)
    return start_again(all, c, error);
  // A plug-in may have brought some.
  const gchk_sanitizers sanitizers = c->box->is_loaded ? gchk_box_sanitizers(c->box) : gchk_sanitizers_loaded();
  if (status == GCHK_OK)
    status =
        gchk_report_sanitizer(run->result->arena, c->errors.tail, &sanitizers, c->box->has_memory_error, slot, error);
  else if (status != GCHK_NO_MEMORY)
    status = describe_end(run, c, &sanitizers, error);
  // One that died could not end what it had started, as a sanitizer's symbolizer.
  if (status == GCHK_OK && c->left > 0 && has_ended)
    status = gchk_report_leftovers(run->result->arena, c->left, slot, error);
  const size_t index = c->index;
  if (!c->is_idle)
    gchk_worker_release(c);
  if (status == GCHK_OK) {
    gchk_run_finish(run, index);
    end_told(all);
  }
  return status;
}

static void kill_all(const gchk_workers *all) {
  for (size_t left = all->count; left > 0;) {
    left = 0;
    for (size_t j = 0; j < all->count; j++) {
      gchk_worker *c = &all->of[j];
      if (c->pid == 0)
        continue;
      gchk_worker_end(c);
      gchk_worker_look_for_end(c);
      left += !c->is_dead;
      gchk_listen(&c->errors, c->is_dead);
      if (c->is_dead)
        gchk_worker_release(c);
    }
    if (left > 0)
      (void)nanosleep(&(struct timespec){0, 1000000}, NULL);
  }
}

// A child that makes no progress is asked where it is before it is killed; one that cannot end any more is killed.
static void look_after(const gchk_run *run, gchk_worker *c) {
  const double now = gchk_now(), limit = run->options->timeout_s;
  if (c->is_told) {
    gchk_worker_end(c);
    return;
  }
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
    gchk_worker_end(c);
  }
}

static gchk_status look_at(const gchk_workers *all, gchk_worker *c, const struct pollfd fds[2], gchk_error *error) {
  gchk_worker_look_for_end(c); // before the last of its data is read
  if (fds[1].revents != 0)
    gchk_listen(&c->errors, c->is_dead);
  gchk_intake got =
      !c->is_closed && (fds[0].revents != 0 || c->is_dead) ? gchk_worker_read(all->run, c) : GCHK_READ_NOTHING;
  while (got == GCHK_READ_SOME && c->is_dead)
    got = gchk_worker_read(all->run, c);
  if (gchk_worker_has_result(c) || c->is_dead)
    return reap(all, c, error);
  c->is_closed = c->is_closed || got == GCHK_READ_ALL;
  look_after(all->run, c);
  return GCHK_OK;
}

static bool is_at_work(const gchk_worker *c) {
  return c->pid != 0 && !c->is_idle;
}

static gchk_status wait_for_children(const gchk_workers *all, struct pollfd *fds, gchk_error *error) {
  for (size_t j = 0; j < all->count; j++) {
    const gchk_worker *c = &all->of[j];
    fds[2 * j] = (struct pollfd){.fd = is_at_work(c) && !c->is_closed ? c->fd : -1, .events = POLLIN};
    fds[2 * j + 1] = (struct pollfd){.fd = is_at_work(c) ? c->errors.fd : -1, .events = POLLIN};
  }
  if (poll(fds, (nfds_t)(2 * all->count), POLL_MS) < 0 && errno != EINTR)
    return gchk_fail(error, GCHK_IO, "cannot wait for cases: %s", strerror(errno));
  for (size_t j = 0; j < all->count; j++)
    if (is_at_work(&all->of[j]))
      GCHK_TRY(look_at(all, &all->of[j], &fds[2 * j], error));
  return GCHK_OK;
}

static size_t job_count(const gchk_options *options) {
  if (options->jobs > 0)
    return options->jobs;
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (size_t)online : 1;
}

// Slots that no case waits for help those that go on: as many for each, and one more for the first.
static void share_idle(const gchk_workers *all, size_t next) {
  size_t running = 0, given = 0;
  for (size_t j = 0; j < all->count; j++)
    running += is_at_work(&all->of[j]);
  const size_t idle = next < all->run->count ? 0 : all->count - running;
  for (size_t j = 0; j < all->count; j++)
    if (is_at_work(&all->of[j]))
      all->of[j].box->idle = idle / running + (given++ < idle % running);
}

static bool are_at_work(const gchk_workers *all) {
  bool any = false;
  for (size_t j = 0; j < all->count; j++)
    any = any || is_at_work(&all->of[j]);
  return any;
}

static gchk_status start_next(const gchk_workers *all, gchk_worker *c, size_t *next, gchk_error *error) {
  const size_t index = (*next)++;
  if (all->run->is_finished[index])
    return GCHK_OK;
  if (gchk_run_pass_over_if_told(all->run, index))
    return GCHK_OK;
  if (c->is_idle && gchk_leaves_nothing(&all->run->cases[index])) {
    gchk_worker_hand(all->run, c, index);
    return GCHK_OK;
  }
  if (c->is_idle)
    gchk_worker_dismiss(c);
  return gchk_worker_start(all, c, index, error);
}

gchk_status gchk_run_isolated(gchk_run *run, gchk_error *error) {
  const size_t jobs = job_count(run->options);
  size_t next = 0;
  gchk_status status = GCHK_OK;
  const gchk_workers all = {run, gchk_calloc(jobs, sizeof *all.of), jobs};
  struct pollfd *fds = gchk_calloc(2 * jobs, sizeof *fds);
  if (all.of == NULL || fds == NULL) {
    status = gchk_fail_memory(error, "child processes");
    goto done;
  }
  if (run->count > 1)
    gchk_know_plain_objects(); // once, and not in each child
  while (status == GCHK_OK && run->finished < run->count && !gchk_run_is_interrupted(run)) {
    // What is not run here, or passed over, keeps nobody.
    for (size_t j = 0; j < jobs; j++)
      while (!is_at_work(&all.of[j]) && next < run->count && status == GCHK_OK)
        status = start_next(&all, &all.of[j], &next, error);
    share_idle(&all, next);
    if (status == GCHK_OK && are_at_work(&all))
      status = wait_for_children(&all, fds, error);
  }
done:
  if (all.of != NULL)
    kill_all(&all);
  free(all.of);
  free(fds);
  return status;
}
