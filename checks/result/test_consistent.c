/* A result whose parts contradict each other is not read: nothing green in it can be trusted. */
#include "main.h"

#include <math.h>

#include "report/render.h"
#include "report/sample_result.h"
#include "result/json_report.h"

static void fewer_failing(gchk_result *r) {
  r->summary.fail--;
  r->summary.pass++;
}
static void all_elements_right(gchk_result *r) {
  r->summary.elements_fail = 0;
}
static void more_checked(gchk_result *r) {
  r->summary.elements_checked += 1000;
}
static void a_case_passes_that_fails(gchk_result *r) {
  r->cases[0].verdict = GCHK_PASS;
  r->summary.fail--;
  r->summary.pass++;
}
static void a_row_of_a_document_fails(gchk_result *r) {
  static gchk_printed_result row = {"000", "In [7]", "2.2", GCHK_PRINTED_VALUE, "2.3", GCHK_FAIL};
  gchk_case_result *relu = sample_add_case(r, "relu", "relu", GCHK_PASS);
  relu->printed = &row;
  relu->printed_count = 1;
  gchk_result_summarise(r);
}
static void exit_code_zero(gchk_result *r) {
  r->exit_code = 0;
}
static void verdict_pass(gchk_result *r) {
  r->verdict = GCHK_PASS;
}
static void fails_with_nothing_wrong(gchk_result *r) {
  for (size_t i = 0; i < r->case_count; i++) {
    r->cases[i].expected_failure = "issue 42";
    r->cases[i].verdict = GCHK_PASS;
  }
  gchk_result_summarise(r);
  r->verdict = GCHK_FAIL;
}
static void a_case_is_missing(gchk_result *r) {
  r->config.cases = r->case_count + 1;
}
static void a_case_is_too_many(gchk_result *r) {
  r->config.cases = r->case_count - 1;
}
static void a_shard_lacks_one(gchk_result *r) { // of 3 * 2 + 1 cases the first shard of 3 has 3
  r->config.shard = 1;
  r->config.shards = 3;
  r->config.cases = 3 * r->case_count + 1;
}
static void interrupted_with_too_many(gchk_result *r) {
  r->complete = false;
  r->exit_code = 3;
  r->verdict = GCHK_ERROR;
  r->config.cases = r->case_count - 1;
}
static void a_cause_of_no_case(gchk_result *r) {
  r->causes[0].members[0].case_index = r->case_count;
}
static void a_cause_of_no_tensor(gchk_result *r) {
  for (size_t i = 0; i < r->cause_count; i++)
    if (*r->causes[i].members[0].tensor)
      r->causes[i].members[0].tensor_index = 1000;
}
static void a_cause_that_shows_nothing(gchk_result *r) {
  r->causes[0].shown = r->causes[0].member_count;
}
static void a_cause_without_members(gchk_result *r) {
  r->causes[0].member_count = 0;
}

static const struct {
  void (*bend)(gchk_result *result);
  const char *place, *words;
} wrong[] = {
    {a_cause_of_no_case, ": causes: ", "members that are tensors of its cases"},
    {a_cause_of_no_tensor, ": causes: ", "members that are tensors of its cases"},
    {a_cause_that_shows_nothing, ": causes: ", "one of them shown"},
    {a_cause_without_members, ": causes: ", "one of them shown"},
    {fewer_failing, ": summary: ", "cases, as its cases have"},
    {all_elements_right, ": summary: ", "failing elements, as its cases have, in place of 0"},
    {more_checked, ": summary: ", "checked elements, as its cases have"},
    {a_case_passes_that_fails, ": cases: ", "a case two-layer-net that is no pass, as its tensor b2 is a fail"},
    {a_row_of_a_document_fails, ": cases: ", "that is no pass, as its row of document 000 is a fail"},
    {exit_code_zero, ": run: ", "an exit code beside 0, for something is wrong"},
    {verdict_pass, ": run: ", "the verdict of a run in which something is wrong"},
    {fails_with_nothing_wrong, ": run: ", "another verdict, for nothing is wrong"},
    {a_case_is_missing, ": cases: ", "3 of the 3 cases of the run, as shard 1 of 1"},
    {a_case_is_too_many, ": cases: ", "1 of the 1 cases of the run, as shard 1 of 1"},
    {a_shard_lacks_one, ": cases: ", "3 of the 7 cases of the run, as shard 1 of 3"},
    {interrupted_with_too_many, ": cases: ", "at most 1 of the 1 cases"},
};

static void nothing(gchk_result *r) {
  (void)r;
}
static void as_many_cases(gchk_result *r) {
  r->config.cases = r->case_count;
}
static void a_shard(gchk_result *r) {
  r->config.shard = 3;
  r->config.shards = 3;
  r->config.cases = 3 * r->case_count + 2;
}
static void interrupted(gchk_result *r) {
  r->complete = false;
  r->config.cases = r->case_count + 7;
  gchk_result_summarise(r);
}
static void expected_to_fail(gchk_result *r) {
  r->cases[0].expected_failure = "issue 42";
  r->cases[0].verdict = GCHK_PASS;
  gchk_result_summarise(r);
}

static void (*const right[])(gchk_result *) = {nothing, as_many_cases, a_shard, interrupted, expected_to_fail};

static gchk_status read_bent(void (*bend)(gchk_result *), gchk_error *error) {
  gchk_result *result = sample_failing(), *again = NULL;
  bend(result);
  char *text = render(result, GCHK_JSON, NULL);
  gchk_status status = gchk_json_parse("bent.json", text, strlen(text), &again, error);
  ck_assert((status == GCHK_OK) == (again != NULL));
  gchk_result_free(again);
  gchk_result_free(result);
  free(text);
  return status;
}

START_TEST(contradictions_are_refused_with_their_place) {
  gchk_error error = {0};
  ck_assert_int_eq(read_bent(wrong[_i].bend, &error), GCHK_INVALID);
  ASSERT_HAS(error.message, "bent.json:");
  ASSERT_HAS(error.message, wrong[_i].place);
  ASSERT_HAS(error.message, wrong[_i].words);
}
END_TEST

START_TEST(what_fits_is_read) {
  gchk_error error = {0};
  ck_assert_msg(read_bent(right[_i], &error) == GCHK_OK, "%s", error.message);
}
END_TEST

static TCase *consistent(void) {
  TCase *tc = tcase_create("consistent");
  tcase_add_loop_test(tc, contradictions_are_refused_with_their_place, 0, (int)(sizeof wrong / sizeof wrong[0]));
  tcase_add_loop_test(tc, what_fits_is_read, 0, (int)(sizeof right / sizeof right[0]));
  return tc;
}

TEST_MAIN("consistent", consistent)
