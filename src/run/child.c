/*
 * A child process: it leads a group of its own, so that what the layer forks goes with it, asks to be killed should its
 * parent die, and sends what isolate.c reads.
 */
#define _DEFAULT_SOURCE // prctl
#include "run/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "check/case_check.h"
#include "check/check_steered.h"
#include "run/child_environment.h"
#include "core/clock.h"
#include "core/own_streams.h"
#include "core/write_all.h"
#include "crash/crash_watch.h"
#include "crash/loaded_code.h"
#include "crash/memory_limit.h"
#include "crash/sanitizer_runtime.h"
#include "instance/stand_in.h"
#include "instance/under_way.h"
#include "reach/reach.h"
#include "result/case_json.h"

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
  double t = gchk_now();
  if (getpid() != r->owner)
    return;
  if (t - r->last < tell_every_s && strncmp(r->stage, stage, STAGE_SIZE - 1) == 0)
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

void gchk_child_run(const gchk_case *spec, const gchk_options *options, const gchk_child_setting *setting) {
  const int fd = setting->result;
  const pid_t self = getpid();
  reporter r = {.fd = fd, .owner = self};
  confine(options, setting);
  gchk_use_one_thread();
  gchk_crash_watch(setting->box);
  gchk_asan_tell(&setting->box->has_memory_error);
  gchk_error error = {GCHK_OK, ""};
  gchk_arena *arena = gchk_arena_new();
  gchk_case_result result;
  char *text = NULL;
  if (arena == NULL)
    _exit(EXIT_FAILURE);
  gchk_case own = *spec;
  gchk_status status = gchk_layer_load(&own.layer, &error);
  gchk_note_loaded(setting->box, own.layer);
  gchk_reach *reach = NULL;
  if (status == GCHK_OK)
    status = gchk_reach_begin(&reach, own.layer, &setting->box->under_way, arena, &error);
  if (status == GCHK_OK)
    status = gchk_check_case(&own, options, arena, report_stage, &r, &result, &error);
  if (status == GCHK_OK)
    status = gchk_check_steered(reach, &own, options, &result, arena, &error);
  if (status == GCHK_OK)
    status = gchk_reach_end(reach, &result.reach, &error);
  if (status != GCHK_OK)
    gchk_case_failed(spec, arena, error.message, &result);
  if (gchk_case_to_json(&result, &text, &error) != GCHK_OK)
    _exit(EXIT_FAILURE);
  if (getpid() != self)
    _exit(EXIT_FAILURE); // the layer forked, and both came here
  char head[64];
  size_t length = strlen(text);
  int head_length = snprintf(head, sizeof head, "R %zu\n", length);
  bool is_written =
      head_length > 0 && gchk_write_all(fd, head, (size_t)head_length) && gchk_write_all(fd, text, length);
  setting->box->could_not_send = !is_written;
  _exit(is_written ? EXIT_SUCCESS : EXIT_FAILURE);
}
