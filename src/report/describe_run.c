/* What the caller of the checker knows of a run, copied into its result. */
#include "core/arena.h"
#include "core/memory.h"
#include "gradcheck/report.h"
#include "report/origin_rows.h"

static bool copy_text(gchk_arena *arena, const char *text, const char **to) {
  *to = gchk_arena_strdup(arena, text == NULL ? "" : text);
  return *to != NULL;
}

static bool copy_arguments(gchk_arena *arena, const gchk_run_description *run, gchk_result *result) {
  const char **argv = gchk_arena_alloc(arena, run->argc, sizeof *argv);
  if (argv == NULL)
    return false;
  for (size_t i = 0; i < run->argc; i++)
    if (!copy_text(arena, run->argv[i], &argv[i]))
      return false;
  result->argv = argv;
  result->argc = run->argc;
  return true;
}

static bool copy_elsewhere(gchk_arena *arena, const gchk_run_description *run, gchk_result *result) {
  gchk_case_result *rows = gchk_arena_alloc(arena, run->elsewhere_count, sizeof *rows);
  if (rows == NULL)
    return false;
  for (size_t i = 0; i < run->elsewhere_count; i++) {
    rows[i] = (gchk_case_result){.dtype = run->elsewhere[i].dtype};
    if (!copy_text(arena, run->elsewhere[i].name, &rows[i].name) ||
        !copy_text(arena, run->elsewhere[i].target, &rows[i].target))
      return false;
  }
  result->elsewhere = rows;
  result->elsewhere_count = run->elsewhere_count;
  return true;
}

gchk_status gchk_result_describe(gchk_result *result, const gchk_run_description *run, gchk_error *error) {
  gchk_arena *arena = result->arena;
  if (!copy_text(arena, run->title, &result->title) || !copy_text(arena, run->filter, &result->config.filter) ||
      !copy_text(arena, run->blas_library, &result->environment.blas_library) ||
      !copy_text(arena, run->blas_core, &result->environment.blas_core) ||
      (run->blas_better_core != NULL &&
       !copy_text(arena, run->blas_better_core, &result->environment.blas_better_core)) ||
      (run->argc > 0 && !copy_arguments(arena, run, result)) ||
      (run->elsewhere_count > 0 && !copy_elsewhere(arena, run, result)) ||
      (run->origins != NULL && !gchk_origins_write(run->origins, result)))
    return gchk_fail_memory(error, "the result");
  result->environment.blas_threads = run->blas_threads;
  result->config.dtype = run->dtype;
  result->config.shard = run->shard > 0 ? run->shard : 1;
  result->config.shards = run->shards > 0 ? run->shards : 1;
  if (run->cases > 0 || run->shards > 1 || result->case_count == 0) // else those of this result are all
    result->config.cases = run->cases;
  return GCHK_OK;
}
