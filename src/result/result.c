/* Results: their memory and names. */
#include "gradcheck/result.h"

#include <math.h>

#include "core/arena.h"

const char *gchk_verdict_name(gchk_verdict verdict) {
  static const char *const names[] = {"pass", "kink", "skipped", "inconclusive", "fail", "error"};
  return (size_t)verdict < sizeof names / sizeof names[0] ? names[verdict] : "unknown";
}

const char *gchk_printed_kind_name(gchk_printed_kind kind) {
  static const char *const names[GCHK_PRINTED_COUNT] = {"value",     "gradient", "shape",     "mean_abs_diff",
                                                        "agreement", "formula",  "elsewhere", "misprint"};
  return (size_t)kind < GCHK_PRINTED_COUNT ? names[kind] : "";
}

const char *gchk_result_ending(const gchk_result *result) {
  if (result->unwritten != NULL)
    return "could not write all that was asked for";
  return result->stopped_by != NULL ? "ended at its first failure (--fail-fast)" : "was interrupted";
}

gchk_result *gchk_result_new(void) {
  gchk_arena *arena = gchk_arena_new();
  gchk_result *result = arena == NULL ? NULL : gchk_arena_alloc(arena, 1, sizeof *result);
  if (result == NULL) {
    gchk_arena_free(arena);
    return NULL;
  }
  *result = (gchk_result){
      .arena = arena,
      .tool_version = GCHK_VERSION,
      .complete = true,
      .title = "",
      .config = {.scheme = "central",
                 .step = (double)NAN,
                 .threshold = (double)NAN,
                 .threshold_f64 = (double)NAN,
                 .threshold_f32 = (double)NAN,
                 .min_reach = (double)NAN,
                 .filter = "",
                 .shard = 1,
                 .shards = 1},
      .environment = {.cpu = "", .compiler = "", .os = "", .blas_library = "", .blas_core = ""},
  };
  return result;
}

void gchk_result_free(gchk_result *result) {
  if (result != NULL)
    gchk_arena_free(result->arena);
}
