/* Results: their memory, names, summary and exit code. */
#include "gradcheck/result.h"

#include <math.h>

#include "core/arena.h"
#include "result/settle.h"

const char *gchk_verdict_name(gchk_verdict verdict) {
  static const char *const names[] = {"pass", "kink", "skipped", "inconclusive", "fail", "error"};
  return (size_t)verdict < sizeof names / sizeof names[0] ? names[verdict] : "unknown";
}

const char *gchk_printed_kind_name(gchk_printed_kind kind) {
  static const char *const names[GCHK_PRINTED_COUNT] = {"value",     "gradient", "shape",     "mean_abs_diff",
                                                        "agreement", "formula",  "elsewhere", "misprint"};
  return (size_t)kind < GCHK_PRINTED_COUNT ? names[kind] : "";
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

static void count_case(gchk_summary *summary, const gchk_case_result *c) {
  size_t *const counters[] = {&summary->pass,         &summary->pass, &summary->skipped,
                              &summary->inconclusive, &summary->fail, &summary->error};
  summary->cases++;
  ++*counters[c->verdict];
  summary->expected_failures += c->expected_failure != NULL && c->verdict == GCHK_PASS;
  uint64_t undecided = 0;
  for (size_t i = 0; i < c->tensor_count; i++) {
    const gchk_tensor_result *t = &c->tensors[i];
    summary->elements_checked += t->checked;
    summary->elements_total += t->total;
    summary->elements_fail += t->elements.fail;
    undecided += t->elements.undecided;
  }
  summary->elements_undecided += undecided;
  summary->with_undecided += c->verdict == GCHK_PASS && undecided > 0;
}

// Cases that were skipped and that no other case stands for.
static size_t count_open(const gchk_result *result) {
  size_t count = 0;
  for (size_t i = 0; i < result->case_count; i++)
    count += result->cases[i].verdict == GCHK_SKIPPED && !result->cases[i].auxiliary;
  return count;
}

// DESIGN: 3 before 2 before 1 before 5 before 4. What was not checked beside something that was counts as inconclusive.
static int exit_code(const gchk_result *result) {
  const gchk_summary *s = &result->summary;
  if (s->error > 0 || !result->complete)
    return 3;
  if (s->fail > 0 || result->baseline.regression_count > 0)
    return 1;
  if (s->elements_checked == 0 && s->inconclusive == 0)
    return 4;
  bool is_uncertain = s->inconclusive > 0 || count_open(result) > 0;
  if (is_uncertain && result->config.strict)
    return 1;
  return is_uncertain && !result->config.allow_inconclusive ? 5 : 0;
}

static gchk_verdict verdict_of(const gchk_result *result) {
  const gchk_summary *s = &result->summary;
  if (s->error > 0 || !result->complete)
    return GCHK_ERROR;
  if (s->fail > 0 || result->baseline.regression_count > 0)
    return GCHK_FAIL;
  if (s->inconclusive > 0 || (count_open(result) > 0 && s->elements_checked > 0))
    return GCHK_INCONCLUSIVE;
  return s->elements_checked == 0 ? GCHK_SKIPPED : GCHK_PASS;
}

void gchk_result_summarise(gchk_result *result) {
  gchk_settle(result);
  result->summary = (gchk_summary){0};
  result->forward_calls = 0;
  for (size_t i = 0; i < result->case_count; i++) {
    count_case(&result->summary, &result->cases[i]);
    result->forward_calls += result->cases[i].forward_calls;
  }
  result->verdict = verdict_of(result);
  result->exit_code = exit_code(result);
}
