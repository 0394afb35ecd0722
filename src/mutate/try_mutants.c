/*
 * Some benches work side by side. A bench is a folder with a copy of the source, what was compiled of it, and what was
 * compiled of the unmutated source there: whatever a compiler writes of paths and names into objects is alike in these.
 */
#include "mutate/try_mutants.h"

#include <errno.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "author/new_file.h"
#include "core/memory.h"
#include "core/text.h"
#include "mutate/child_command.h"
#include "mutate/complaint.h"
#include "mutate/object_code.h"

enum { MOST_BENCHES = 256, LOOK_US = 3000, HUNG_WALL_S = 120 };

/*
 * How long what is mutated may take beside the original: loops that go wrong go on for long, and a machine may be busy.
 * The least is for what is over in no time.
 */
static const double times_longer = 20, least_cpu_s = 20, times_silent = 5, least_silent_s = 1;

/* With the trap of its function it is asked behind a mutant that has survived. */
typedef enum stage { IDLE, COMPILES, CHECKS, TRAP_COMPILES, TRAP_CHECKS } stage;

typedef struct bench {
  stage stage;
  gchk_running running;
  gchk_mutant *mutant;
  const char *source, *output, *original, *log;
  char **compile, **check;
} bench;

typedef struct workshop {
  gchk_mutation *mutation;
  const gchk_original *original;
  gchk_traps *traps;
  const gchk_mutation_options *options;
  char *folder;
  bench *benches;
  size_t bench_count;
  gchk_command_limits compile_limits, check_limits;
  gchk_error *error;
} workshop;

static bool is_stopped(const workshop *w) {
  return w->options->interrupt != NULL && *w->options->interrupt != 0;
}

static void wait_a_moment(void) {
  const struct timespec moment = {0, LOOK_US * 1000L};
  (void)nanosleep(&moment, NULL);
}

/* What is over in the time of that many, and the least of it. */
static double more_than(double seconds, double times, double least) {
  return fmax(times * seconds, least);
}

static char *seconds_as_text(double seconds, gchk_arena *arena) {
  return gchk_arena_printf(arena, "%lld", (long long)ceil(fmin(seconds, 1e9)));
}

/* The command that checks what is compiled, with so much time. */
static gchk_status set_check(const workshop *w, bench *b, double timeout_s) {
  gchk_arena *arena = w->mutation->arena;
  const gchk_place_holder values[] = {
      {"{output}", b->output}, {"{source}", b->source}, {"{timeout}", seconds_as_text(timeout_s, arena)}};
  if (gchk_arena_has_failed(arena))
    return gchk_fail_memory(w->error, "a command");
  return gchk_fill_command(&b->check, w->options->check, values, sizeof values / sizeof values[0], arena, w->error);
}

static gchk_status set_up_bench(const workshop *w, size_t index) {
  bench *b = &w->benches[index];
  gchk_arena *arena = w->mutation->arena;
  const char *name = gchk_base_name(w->original->path);
  const char *folder = gchk_arena_printf(arena, "%s/%zu", w->folder, index);
  gchk_text stem = {0};
  gchk_put_path_as_name(&stem, name);
  b->source = gchk_arena_printf(arena, "%s/%s", folder, name);
  b->output = gchk_arena_printf(arena, "%s/%s.so", folder, stem.failed ? "" : stem.data);
  b->original = gchk_arena_printf(arena, "%s/unmutated", folder);
  b->log = gchk_arena_printf(arena, "%s/log", folder);
  const bool is_fine = !stem.failed && !gchk_arena_has_failed(arena);
  gchk_text_deinit(&stem);
  if (!is_fine)
    return gchk_fail_memory(w->error, w->folder);
  if (mkdir(folder, 0700) != 0)
    return gchk_fail(w->error, GCHK_IO, "%s: cannot be made: %s", folder, strerror(errno));
  const gchk_place_holder values[] = {{"{source}", b->source}, {"{output}", b->output}};
  GCHK_TRY(gchk_fill_command(&b->compile, w->options->compile, values, 2, arena, w->error));
  return set_check(w, b, w->options->timeout_s);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where) {
  (void)info, (void)kind, (void)where;
  (void)remove(path);
  return 0;
}

static gchk_status make_folder(workshop *w) {
  const char *parent = getenv("TMPDIR");
  w->folder = gchk_arena_printf(w->mutation->arena, "%s/gradcheck-mutate-XXXXXX",
                                parent != NULL && parent[0] == '/' ? parent : "/tmp");
  if (w->folder == NULL)
    return gchk_fail_memory(w->error, "a folder");
  if (mkdtemp(w->folder) != NULL)
    return GCHK_OK;
  const int why = errno;
  const gchk_status status =
      gchk_fail(w->error, GCHK_IO, "%s: no such folder can be made: %s; TMPDIR says where", w->folder, strerror(why));
  w->folder = NULL;
  return status;
}

/* Runs a command to its end, and no mutant beside it. */
static gchk_status run_alone(const workshop *w, const bench *b, char *const *command, const gchk_command_limits *limits,
                             gchk_ended *ended) {
  gchk_running running;
  GCHK_TRY(gchk_start_command(&running, command, b->log, limits, w->error));
  while (!gchk_has_ended(&running, ended)) {
    if (is_stopped(w)) {
      gchk_stop_command(&running);
      return gchk_fail(w->error, GCHK_INTERRUPTED, "interrupted after 0 of %zu mutants", w->mutation->mutant_count);
    }
    wait_a_moment();
  }
  return GCHK_OK;
}

static gchk_status fail_unmutated(const workshop *w, const bench *b, const char *what, int exit_status) {
  char said[GCHK_MESSAGE_SIZE / 2];
  gchk_read_complaint(b->log, said, sizeof said);
  return gchk_fail(w->error, GCHK_INVALID, "%s: the unmutated source %s, with exit status %d%s%s", w->original->path,
                   what, exit_status, said[0] != '\0' ? ": " : "", said);
}

static gchk_status compile_unmutated(const workshop *w, const bench *b, gchk_ended *ended) {
  GCHK_TRY(gchk_write_copy(b->source, w->original, NULL, 0, w->error));
  GCHK_TRY(run_alone(w, b, b->compile, &(gchk_command_limits){0}, ended));
  if (ended->exit_status != 0)
    return fail_unmutated(w, b, "does not compile", ended->exit_status);
  if (access(b->output, R_OK) != 0)
    return gchk_fail(w->error, GCHK_INVALID,
                     "%s: the command that compiles has written no {output}; it is such as cc -O1 -shared -fPIC "
                     "{source} -o {output}",
                     w->original->path);
  return GCHK_OK;
}

/* It must pass, or nothing can be told of the mutants. And how long it takes. */
static gchk_status check_unmutated(workshop *w) {
  const bench *b = &w->benches[0];
  gchk_ended compiled, checked;
  GCHK_TRY(compile_unmutated(w, b, &compiled));
  GCHK_TRY(run_alone(w, b, b->check, &(gchk_command_limits){0}, &checked));
  if (checked.exit_status != 0)
    return fail_unmutated(w, b, "does not pass its check, which comes first", checked.exit_status);
  w->mutation->compile_cpu_s = compiled.cpu_s;
  w->mutation->check_cpu_s = checked.cpu_s;
  w->compile_limits.cpu_s = more_than(compiled.cpu_s, times_longer, least_cpu_s);
  w->check_limits.cpu_s = more_than(checked.cpu_s, times_longer, least_cpu_s);
  w->compile_limits.wall_s = HUNG_WALL_S + times_longer * w->compile_limits.cpu_s;
  w->check_limits.wall_s = HUNG_WALL_S + times_longer * w->check_limits.cpu_s;
  return GCHK_OK;
}

/* What the mutants of every bench are compared with; and how long they may be silent. */
static gchk_status prepare_benches(workshop *w) {
  double silent_s = more_than(w->mutation->check_cpu_s, times_silent, least_silent_s);
  if (w->options->timeout_s > 0)
    silent_s = fmin(silent_s, w->options->timeout_s);
  for (size_t i = 0; i < w->bench_count; i++) {
    bench *b = &w->benches[i];
    gchk_ended ended;
    if (i > 0)
      GCHK_TRY(compile_unmutated(w, b, &ended));
    if (rename(b->output, b->original) != 0)
      return gchk_fail(w->error, GCHK_IO, "%s: cannot be renamed: %s", b->output, strerror(errno));
    GCHK_TRY(set_check(w, b, silent_s));
  }
  return GCHK_OK;
}

static bool has_output(const bench *b, int exit_status) {
  return exit_status == 0 && access(b->output, R_OK) == 0;
}

/*
 * All functions trapped at once. What is compiled must be another code then, or the command compiles something else
 * than the copy; and where the check passes, none of them runs.
 */
static gchk_status set_all_traps(const workshop *w) {
  const bench *b = &w->benches[0];
  gchk_traps *traps = w->traps;
  size_t count;
  gchk_ended ended;
  const gchk_edit *edits = gchk_traps_edits(traps, &count, w->mutation->arena);
  if (edits == NULL)
    return gchk_fail_memory(w->error, w->original->path);
  GCHK_TRY(gchk_write_copy(b->source, w->original, edits, count, w->error));
  GCHK_TRY(run_alone(w, b, b->compile, &w->compile_limits, &ended));
  if (!has_output(b, ended.exit_status))
    return GCHK_OK; // nobody knows
  if (gchk_is_same_code(b->output, b->original))
    return gchk_fail(w->error, GCHK_INVALID,
                     "%s: {output} is the same machine code where %s%s end the program at once: what they are in it "
                     "does not come from {source}, but from an #include of the file or a library, or they are not in "
                     "it; link {source} in their place, or have #include GCHK_SOURCE in the plug-in and "
                     "'-DGCHK_SOURCE=\"{source}\"' in the command",
                     w->original->path, traps->at[0].function, traps->count > 1 ? " and its other functions" : "()");
  GCHK_TRY(run_alone(w, b, b->check, &w->check_limits, &ended));
  for (size_t i = 0; i < traps->count; i++) {
    traps->at[i].never_runs = ended.exit_status == 0;
    traps->at[i].is_asked = ended.exit_status == 0 || traps->count == 1;
  }
  return GCHK_OK;
}

static void settle(bench *b, gchk_fate fate) {
  b->mutant->fate = fate;
  b->stage = IDLE;
}

static gchk_status compile(const workshop *w, bench *b, stage begun, const gchk_edit *changes, size_t count) {
  b->stage = begun;
  (void)unlink(b->output);
  GCHK_TRY(gchk_write_copy(b->source, w->original, changes, count, w->error));
  return gchk_start_command(&b->running, b->compile, b->log, &w->compile_limits, w->error);
}

static gchk_status check(const workshop *w, bench *b, stage begun) {
  b->stage = begun;
  return gchk_start_command(&b->running, b->check, b->log, &w->check_limits, w->error);
}

static gchk_status begin(const workshop *w, bench *b, gchk_mutant *mutant) {
  b->mutant = mutant;
  return compile(w, b, COMPILES, &(gchk_edit){mutant->at, mutant->length, mutant->text}, 1);
}

static gchk_status has_passed(const workshop *w, bench *b) {
  gchk_trap *trap = gchk_trap_of(w->traps, b->mutant);
  settle(b, b->mutant->reason != NULL ? GCHK_ARGUED : GCHK_SURVIVED);
  if (trap->is_asked || b->mutant->reason != NULL)
    return GCHK_OK;
  trap->is_asked = true;
  return compile(w, b, TRAP_COMPILES, trap->edits, trap->edit_count);
}

static void trap_has_passed(const workshop *w, bench *b) {
  gchk_trap_of(w->traps, b->mutant)->never_runs = true;
  b->stage = IDLE;
}

static gchk_status has_compiled(const workshop *w, bench *b) {
  const bool is_trap = b->stage == TRAP_COMPILES;
  if (!gchk_is_same_code(b->output, b->original))
    return check(w, b, is_trap ? TRAP_CHECKS : CHECKS);
  if (is_trap)
    trap_has_passed(w, b);
  else
    settle(b, GCHK_SAME_CODE);
  return GCHK_OK;
}

/* A command has ended: the fate is known, or the next command begins. */
static gchk_status go_on(const workshop *w, bench *b, int exit_status) {
  switch (b->stage) {
  case COMPILES:
    if (has_output(b, exit_status))
      return has_compiled(w, b);
    settle(b, GCHK_UNCOMPILED);
    return GCHK_OK;
  case CHECKS:
    if (exit_status == 0)
      return has_passed(w, b);
    settle(b, GCHK_CAUGHT);
    return GCHK_OK;
  case TRAP_COMPILES:
    if (has_output(b, exit_status))
      return has_compiled(w, b);
    break;
  case TRAP_CHECKS:
    if (exit_status == 0)
      trap_has_passed(w, b);
    break;
  case IDLE:
    break;
  }
  b->stage = IDLE;
  return GCHK_OK;
}

static void tell_done(const workshop *w, size_t *done) {
  ++*done;
  if (w->options->progress != NULL)
    w->options->progress(w->options->context, *done, w->mutation->mutant_count);
}

static bool never_runs(const workshop *w, const gchk_mutant *mutant) {
  return gchk_trap_of(w->traps, mutant)->never_runs;
}

/* One look at a bench: *next moves on where it takes a mutant, *done where one is settled. */
static gchk_status look_at(const workshop *w, bench *b, size_t *next, size_t *done) {
  gchk_ended ended;
  if (b->stage != IDLE && gchk_has_ended(&b->running, &ended)) {
    GCHK_TRY(go_on(w, b, ended.exit_status));
    if (b->stage == IDLE)
      tell_done(w, done);
  }
  gchk_mutant *mutants = w->mutation->mutants;
  for (; b->stage == IDLE && *next < w->mutation->mutant_count && never_runs(w, &mutants[*next]); ++*next)
    tell_done(w, done);
  if (b->stage == IDLE && *next < w->mutation->mutant_count)
    return begin(w, b, &mutants[(*next)++]);
  return GCHK_OK;
}

static gchk_status work(workshop *w) {
  size_t next = 0, done = 0;
  while (done < w->mutation->mutant_count) {
    if (is_stopped(w))
      return gchk_fail(w->error, GCHK_INTERRUPTED, "interrupted after %zu of %zu mutants", done,
                       w->mutation->mutant_count);
    for (size_t i = 0; i < w->bench_count; i++)
      GCHK_TRY(look_at(w, &w->benches[i], &next, &done));
    wait_a_moment();
  }
  return GCHK_OK;
}

static size_t count_benches(const gchk_mutation *mutation, size_t jobs) {
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  size_t count = jobs > 0 ? jobs : processors > 0 ? (size_t)processors : 1;
  count = count < MOST_BENCHES ? count : MOST_BENCHES;
  return count < mutation->mutant_count ? count : mutation->mutant_count;
}

static gchk_status try_all(workshop *w) {
  GCHK_TRY(make_folder(w));
  for (size_t i = 0; i < w->bench_count; i++)
    GCHK_TRY(set_up_bench(w, i));
  GCHK_TRY(check_unmutated(w));
  GCHK_TRY(prepare_benches(w));
  GCHK_TRY(set_all_traps(w));
  return work(w);
}

/* Whatever was found of its mutants before: by which order they are tried is no matter. */
static void mark_those_that_never_run(const workshop *w) {
  for (size_t i = 0; i < w->mutation->mutant_count; i++)
    if (never_runs(w, &w->mutation->mutants[i]))
      w->mutation->mutants[i].fate = GCHK_NEVER_RUNS;
}

gchk_status gchk_try_mutants(gchk_mutation *mutation, const gchk_original *original, gchk_traps *traps,
                             const gchk_mutation_options *options, gchk_error *error) {
  workshop w = {.mutation = mutation,
                .original = original,
                .traps = traps,
                .options = options,
                .bench_count = count_benches(mutation, options->jobs),
                .error = error};
  if (w.bench_count == 0)
    return GCHK_OK;
  w.benches = gchk_calloc(w.bench_count, sizeof *w.benches);
  if (w.benches == NULL)
    return gchk_fail_memory(error, original->path);
  const gchk_status status = try_all(&w);
  mark_those_that_never_run(&w);
  for (size_t i = 0; i < w.bench_count; i++)
    gchk_stop_command(&w.benches[i].running);
  if (w.folder != NULL)
    (void)nftw(w.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
  free(w.benches);
  return status;
}
