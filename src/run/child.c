/*
 * A child process: it leads a group of its own, so that what the layer forks goes with it, asks to be killed should its
 * parent die, and sends what isolate.c reads. It goes on to another case only where the one before left nothing that
 * the other could meet: no process, no thread, no memory error, nothing that is still followed.
 */
#define _DEFAULT_SOURCE // prctl
#include "run/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "check/case_check.h"
#include "check/check_steered.h"
#include "core/clock.h"
#include "core/crew.h"
#include "core/large_pages.h"
#include "core/own_streams.h"
#include "core/write_all.h"
#include "crash/alone.h"
#include "crash/crash_watch.h"
#include "crash/held.h"
#include "crash/helper.h"
#include "crash/leftovers.h"
#include "crash/loaded_code.h"
#include "crash/memory_limit.h"
#include "crash/sanitizer_runtime.h"
#include "instance/stand_in.h"
#include "instance/under_way.h"
#include "reach/reach.h"
#include "run/case_bytes.h"
#include "run/child_environment.h"

enum { STAGE_SIZE = 128 };

static const double tell_every_s = 0.1;

typedef struct reporter {
  int fd;
  pid_t owner; // what the layer forks may go on as well, and its lines would be within the result
  double last;
  char stage[STAGE_SIZE];
} reporter;

static void report_stage(void *context, const char *stage, uint64_t elements_done) {
  reporter *r = context;
  gchk_note_step(stage);
  const double t = gchk_now();
  if (t - r->last < tell_every_s && strncmp(r->stage, stage, STAGE_SIZE - 1) == 0)
    return;
  if (getpid() != r->owner)
    return;
  r->last = t;
  (void)snprintf(r->stage, sizeof r->stage, "%s", stage);
  char line[STAGE_SIZE + 64];
  int length = snprintf(line, sizeof line, "S %s\t%llu\n", r->stage, (unsigned long long)elements_done);
  if (length > 0)
    (void)gchk_write_all(r->fd, line, (size_t)length);
}

static void confine(const gchk_options *options, const gchk_child_setting *setting) {
  (void)setpgid(0, 0);
#ifdef __linux__
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != setting->parent)
    _exit(EXIT_FAILURE);
#endif
  (void)signal(SIGINT, SIG_IGN);
  (void)signal(SIGTERM, SIG_DFL);
  (void)signal(SIGPIPE, SIG_DFL);
  // What a layer prints at each of some thousand calls must not get into a report; --no-isolation shows it.
  gchk_leave_streams(setting->errors);
  struct rlimit none = {0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  gchk_memory_confine(options->memory_mib);
}

// How the process of a case is helped.
typedef struct helped {
  pid_t self;
  size_t memory_mib;
  gchk_held before; // the layer's code was there
  gchk_crew crew;
} helped;

static bool may_fork(void *context) {
  const helped *h = context;
  return gchk_holds_no_more_than(&h->before);
}

static void enter_helper(void *context) {
  const helped *h = context;
  gchk_become_helper(h->self, h->memory_mib);
}

// What sanitizers find and which code ran is known to the process in which it happened.
static bool may_be_helped(const gchk_crash_box *box, const gchk_reach *reach) {
  return reach == NULL && box->is_loaded && !gchk_box_sanitizers(box).any;
}

static gchk_status check(const gchk_case *spec, const gchk_options *options, gchk_crash_box *box, reporter *r,
                         gchk_arena *arena, gchk_case_result *result, bool *is_traced, gchk_error *error) {
  gchk_case own = *spec;
  gchk_reach *reach;
  helped h = {r->owner, options->memory_mib, gchk_held_now(), {&box->idle, may_fork, enter_helper, &h}};
  GCHK_TRY(gchk_layer_load(&own.layer, error));
  gchk_note_loaded(box, own.layer);
  GCHK_TRY(gchk_reach_begin(&reach, own.layer, &box->under_way, arena, error));
  *is_traced = reach != NULL;
  const gchk_case_host host = {report_stage, r, may_be_helped(box, reach) ? &h.crew : NULL};
  GCHK_TRY(gchk_check_case(&own, options, arena, &host, result, error));
  GCHK_TRY(gchk_check_steered(reach, &own, options, result, arena, error));
  return gchk_reach_end(reach, &result->reach, error);
}

static bool send_result(const gchk_text *bytes, bool stays, int fd) {
  char head[64];
  const int length = snprintf(head, sizeof head, "%c %zu\n", stays ? 'W' : 'R', bytes->length);
  return length > 0 && gchk_write_all(fd, head, (size_t)length) && gchk_write_all(fd, bytes->data, bytes->length);
}

// Checks a case and sends its result; true when this process is as it was before.
static bool run_case(const gchk_case *spec, const gchk_options *options, const gchk_child_setting *setting) {
  const pid_t self = getpid();
  reporter r = {.fd = setting->result, .owner = self};
  gchk_error error = {GCHK_OK, ""};
  gchk_arena *arena = gchk_arena_new();
  gchk_case_result result;
  gchk_text bytes = {0};
  bool is_traced = true;
  if (arena == NULL)
    _exit(EXIT_FAILURE);
  if (check(spec, options, setting->box, &r, arena, &result, &is_traced, &error) != GCHK_OK)
    gchk_case_failed(spec, arena, error.message, &result);
  gchk_case_to_bytes(&result, &bytes);
  if (bytes.failed)
    _exit(EXIT_FAILURE);
  if (getpid() != self)
    _exit(EXIT_FAILURE); // the layer forked, and both came here
  const bool stays = gchk_leaves_nothing(spec) && !is_traced && !setting->box->has_memory_error && gchk_is_alone();
  const bool is_written = send_result(&bytes, stays, setting->result);
  setting->box->could_not_send = !is_written;
  if (!is_written)
    _exit(EXIT_FAILURE);
  gchk_text_deinit(&bytes);
  gchk_arena_free(arena);
  return stays;
}

// The number of the next case; false where there is none.
static bool receive_index(int fd, size_t *index) {
  ssize_t n;
  do
    n = recv(fd, index, sizeof *index, MSG_WAITALL);
  while (n < 0 && errno == EINTR);
  return n == sizeof *index;
}

void gchk_child_run(const gchk_run *run, const gchk_child_setting *setting) {
  size_t index = setting->index;
  void *held = NULL;
  confine(run->options, setting);
  if (gchk_leaves_nothing(&run->cases[index])) {
    gchk_inherit_orphans(); // that there are any is seen here
    held = gchk_use_large_pages();
  }
  gchk_use_one_thread();
  gchk_crash_watch(setting->box);
  gchk_asan_tell(&setting->box->has_memory_error);
  while (index < run->count && run_case(&run->cases[index], run->options, setting) &&
         receive_index(setting->result, &index))
    gchk_crash_box_renew(setting->box);
  free(held);
  _exit(EXIT_SUCCESS);
}
