/*
 * A result is data that a gate trusts. One that was cut, edited or put together by hand may count other cases than it
 * lists, or call passed what failed; what is green in such a file means nothing, so it is refused.
 *
 * What a verdict follows from is not computed again here, for another version may follow other rules; only what no
 * version can mean is a contradiction.
 */
#include "result/consistent.h"

#include <stdio.h>

#include "gradcheck/result.h"

typedef struct place {
  gchk_reader *reader;
  const json_t *value;
} place;

static void complain(const place *at, const char *key, const char *expected) {
  gchk_read_wrong(at->reader, key, json_object_get(at->value, key), expected);
}

static void check_count(const place *at, const char *what, uint64_t said, uint64_t counted) {
  char expected[128];
  if (said == counted)
    return;
  (void)snprintf(expected, sizeof expected, "%llu %s, as its cases have, in place of %llu", (unsigned long long)counted,
                 what, (unsigned long long)said);
  complain(at, "summary", expected);
}

static void check_summary(const place *at, const gchk_result *result) {
  const gchk_summary *s = &result->summary;
  uint64_t of[GCHK_ERROR + 1] = {0}, checked = 0, total = 0, fail = 0;
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    of[c->verdict == GCHK_KINK ? GCHK_PASS : c->verdict]++;
    for (size_t k = 0; k < c->tensor_count; k++) {
      checked += c->tensors[k].checked;
      total += c->tensors[k].total;
      fail += c->tensors[k].elements.fail;
    }
  }
  check_count(at, "passing cases", s->pass, of[GCHK_PASS]);
  check_count(at, "failing cases", s->fail, of[GCHK_FAIL]);
  check_count(at, "inconclusive cases", s->inconclusive, of[GCHK_INCONCLUSIVE]);
  check_count(at, "skipped cases", s->skipped, of[GCHK_SKIPPED]);
  check_count(at, "cases in error", s->error, of[GCHK_ERROR]);
  check_count(at, "checked elements", s->elements_checked, checked);
  check_count(at, "elements", s->elements_total, total);
  check_count(at, "failing elements", s->elements_fail, fail);
}

/* A case is as bad as the worst row of what documents print. */
static void check_printed(const place *at, const gchk_case_result *c) {
  for (size_t k = 0; k < c->printed_count && c->verdict < GCHK_FAIL; k++) {
    char expected[256];
    if (c->printed[k].verdict < GCHK_FAIL)
      continue;
    (void)snprintf(expected, sizeof expected, "a case %.80s that is no %s, as its row of document %.80s is a %s",
                   c->name, gchk_verdict_name(c->verdict), c->printed[k].document,
                   gchk_verdict_name(c->printed[k].verdict));
    complain(at, "cases", expected);
  }
}

/* And as bad as its worst tensor, unless that was expected. */
static void check_cases(const place *at, const gchk_result *result) {
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    check_printed(at, c);
    for (size_t k = 0; k < c->tensor_count; k++) {
      char expected[256];
      if (c->tensors[k].verdict < GCHK_FAIL || c->verdict >= GCHK_FAIL || c->expected_failure != NULL)
        continue;
      (void)snprintf(expected, sizeof expected, "a case %.80s that is no %s, as its tensor %.80s is a %s", c->name,
                     gchk_verdict_name(c->verdict), c->tensors[k].name, gchk_verdict_name(c->tensors[k].verdict));
      complain(at, "cases", expected);
    }
  }
}

static bool is_there(const gchk_result *result, const gchk_cause_member *m) {
  return m->case_index < result->case_count &&
         (*m->tensor == '\0' || m->tensor_index < result->cases[m->case_index].tensor_count);
}

/* What a cause makes wrong is in the file. */
static void check_causes(const place *at, const gchk_result *result) {
  for (size_t i = 0; i < result->cause_count; i++) {
    const gchk_cause *cause = &result->causes[i];
    bool are_there = cause->shown < cause->member_count;
    for (size_t k = 0; k < cause->member_count; k++)
      are_there = are_there && is_there(result, &cause->members[k]);
    if (!are_there)
      complain(at, "causes", "members that are tensors of its cases, one of them shown");
  }
}

static void check_run(const place *at, const gchk_result *result) {
  const gchk_summary *s = &result->summary;
  size_t regressions = 0;
  for (size_t i = 0; i < result->baseline.change_count; i++)
    regressions += result->baseline.changes[i].is_regression;
  if (regressions != result->baseline.regression_count)
    complain(at, "baseline", "as many regressions as its changes have");
  const bool is_wrong = s->fail + s->error + regressions > 0 || !result->complete;
  if (is_wrong && result->exit_code == 0)
    complain(at, "run",
             result->complete ? "an exit code beside 0, for something is wrong"
                              : "an exit code beside 0, for the run did not come to its end");
  if (s->fail + s->error > 0 && result->verdict < GCHK_FAIL)
    complain(at, "run", "the verdict of a run in which something is wrong");
  if (!is_wrong && result->verdict >= GCHK_FAIL)
    complain(at, "run", "another verdict, for nothing is wrong");
}

/* Shard I of N has the cases with index % N == I - 1. */
static void check_total(const place *at, const gchk_result *result) {
  const gchk_config_result *c = &result->config;
  const uint64_t wanted = c->cases < c->shard ? 0 : (c->cases - c->shard) / c->shards + 1;
  char expected[128];
  if (c->cases == 0 || (result->complete ? result->case_count == wanted : result->case_count <= wanted))
    return;
  (void)snprintf(expected, sizeof expected, "%s%llu of the %llu cases of the run, as shard %llu of %llu",
                 result->complete ? "" : "at most ", (unsigned long long)wanted, (unsigned long long)c->cases,
                 (unsigned long long)c->shard, (unsigned long long)c->shards);
  complain(at, "cases", expected);
}

void gchk_check_consistent(gchk_reader *reader, const json_t *value, const void *object, const void *outer) {
  (void)outer;
  const place at = {reader, value};
  check_summary(&at, object);
  check_cases(&at, object);
  check_causes(&at, object);
  check_run(&at, object);
  check_total(&at, object);
}
