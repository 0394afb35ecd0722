/* What all cases come to: what may pass undecided, counts, verdict, exit code, and the causes of what is wrong. */
#include "core/arena.h"
#include "gradcheck/result.h"
#include "summary/causes.h"
#include "summary/settle.h"

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

// Not complete, and by no failure that is in it: what is missing may be anything; or a report is.
static bool is_cut(const gchk_result *result) {
  const gchk_summary *s = &result->summary;
  const bool is_stopped = result->stopped_by != NULL && (s->fail > 0 || (result->config.strict && s->inconclusive > 0));
  return result->unwritten != NULL || (!result->complete && !is_stopped);
}

// DESIGN: 3 before 2 before 1 before 5 before 4. What was not checked beside something that was counts as inconclusive.
static int exit_code(const gchk_result *result) {
  const gchk_summary *s = &result->summary;
  if (s->error > 0 || is_cut(result))
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
  if (s->error > 0 || is_cut(result))
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
  gchk_find_causes(result);
}

void gchk_result_is_unwritten(gchk_result *result, const char *why) {
  if (result->unwritten == NULL) {
    result->unwritten = gchk_arena_strdup(result->arena, why);
    if (result->unwritten == NULL)
      result->unwritten = "out of memory for what could not be written";
  }
  result->complete = false;
  gchk_result_summarise(result);
}
