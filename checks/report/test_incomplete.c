/* A run that was interrupted is an error in every report, whatever had been checked by then; a whole one is none. */
#include "main.h"

#include <math.h>

#include "report/annotations.h"
#include "report/render.h"
#include "report/sample_result.h"

static gchk_result *interrupted(gchk_result *result) {
  result->complete = false;
  gchk_result_summarise(result);
  return result;
}

static char *annotations(const gchk_result *result) {
  gchk_text text = {0};
  gchk_github_annotations(result, &text);
  gchk_text_put(&text, "");
  ck_assert(!text.failed);
  return text.data != NULL ? text.data : strdup("");
}

/* What each format has where the run was interrupted, and has not where it passed. */
static const struct {
  gchk_format format;
  const char *mark;
} marks[] = {{GCHK_TEXT, "\nERROR  3 cases: 3 pass"},
             {GCHK_TEXT, " · interrupted · "},
             {GCHK_JSON, "\"verdict\": \"error\",\n    \"exit_code\": 3,\n    \"complete\": false"},
             {GCHK_JUNIT, "<error type=\"interrupted\" message=\"The run was interrupted"},
             {GCHK_HTML, "class=\"banner error\""},
             {GCHK_HTML, "The run was interrupted"},
             {GCHK_MARKDOWN, "## gradcheck: ERROR"},
             {GCHK_MARKDOWN, "The run was interrupted"}};

START_TEST(every_report_of_an_interrupted_run_shows_an_error) {
  gchk_result *whole = sample_passing(), *cut = interrupted(sample_passing());
  ck_assert_int_eq(whole->exit_code, 0);
  ck_assert_int_eq(cut->exit_code, 3);
  ck_assert_int_eq(cut->verdict, GCHK_ERROR);
  for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
    char *of_whole = render(whole, marks[i].format, NULL), *of_cut = render(cut, marks[i].format, NULL);
    ASSERT_HAS(of_cut, marks[i].mark);
    ASSERT_HAS_NOT(of_whole, marks[i].mark);
    free(of_whole);
    free(of_cut);
  }
  gchk_result_free(whole);
  gchk_result_free(cut);
}
END_TEST

/* Where nothing had finished there is no case to carry an error either. */
START_TEST(junit_counts_the_interruption) {
  for (int is_empty = 0; is_empty < 2; is_empty++) {
    gchk_result *result = interrupted(is_empty ? sample_empty() : sample_passing());
    char *text = render(result, GCHK_JUNIT, NULL);
    ASSERT_HAS(text, is_empty ? " tests=\"1\" failures=\"0\" errors=\"1\"" : " failures=\"0\" errors=\"1\"");
    ck_assert_uint_eq(count_of(text, "<error "), 1);
    free(text);
    gchk_result_free(result);
  }
}
END_TEST

START_TEST(an_annotation_says_it_first_and_there_are_still_at_most_ten) {
  gchk_result *whole = sample_passing(), *cut = interrupted(sample_passing()),
              *many = interrupted(sample_many_mistakes(200));
  char *none = annotations(whole), *one = annotations(cut), *ten = annotations(many);
  ck_assert_str_eq(none, "");
  ck_assert_uint_eq(count_of(one, "::error "), 1);
  ck_assert_int_eq(strncmp(one, "::error title=gradcheck interrupted::The run was interrupted when 3 cases", 72), 0);
  ck_assert_int_eq(strncmp(ten, "::error title=gradcheck interrupted::", 37), 0);
  ck_assert_uint_eq(count_of(ten, "::error "), 10);
  ASSERT_HAS(ten, "::error title=gradcheck::12 more; the whole report has them"); // 20 wrong cases, 8 of them shown
  free(none);
  free(one);
  free(ten);
  gchk_result_free(whole);
  gchk_result_free(cut);
  gchk_result_free(many);
}
END_TEST

START_TEST(it_says_how_far_it_came) {
  static const struct {
    uint64_t cases, shard, shards;
    const char *words;
  } rows[] = {{0, 1, 1, "when 3 cases had finished"},
              {24, 1, 1, "when 3 of 24 cases had finished"},
              {24, 2, 3, "when 3 of 8 cases had finished"},
              {25, 1, 3, "when 3 of 9 cases had finished"},
              {25, 2, 3, "when 3 of 8 cases had finished"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_result *result = sample_passing();
    result->config.cases = rows[i].cases;
    result->config.shard = rows[i].shard;
    result->config.shards = rows[i].shards;
    char *text = render(interrupted(result), GCHK_TEXT, NULL);
    ASSERT_HAS(text, rows[i].words);
    ASSERT_HAS(text, "so this is not a pass");
    ASSERT_HAS_NOT(text, "All ");
    free(text);
    gchk_result_free(result);
  }
}
END_TEST

/* What is wrong by then is said beside it. */
START_TEST(an_interruption_hides_no_failure) {
  gchk_result *result = interrupted(sample_failing());
  char *text = render(result, GCHK_TEXT, NULL), *markdown = render(result, GCHK_MARKDOWN, NULL);
  ck_assert_int_eq(result->exit_code, 3);
  ASSERT_HAS(text, "FAIL two-layer-net b2");
  ASSERT_HAS(text, "not a pass. 2 of 2 cases");
  ASSERT_HAS(markdown, "| **FAIL** | two-layer-net");
  free(text);
  free(markdown);
  gchk_result_free(result);
}
END_TEST

START_TEST(an_interrupted_run_is_no_baseline) {
  gchk_result *whole = sample_passing(), *cut = interrupted(sample_passing());
  gchk_error error = {0};
  ck_assert_int_eq(gchk_baseline_validate(whole, "whole.json", &error), GCHK_OK);
  ck_assert_int_eq(gchk_result_compare(cut, whole, "whole.json", &error), GCHK_OK);
  ck_assert_int_eq(gchk_result_compare(whole, cut, "cut.json", &error), GCHK_INVALID);
  ASSERT_HAS(error.message, "cut.json: is of a run that was interrupted after 3 cases");
  ck_assert_ptr_null(whole->baseline.file);
  ck_assert_int_eq(whole->exit_code, 0);
  gchk_result_free(whole);
  gchk_result_free(cut);
}
END_TEST

static gchk_result *stopped(gchk_result *result) {
  result->stopped_by = "--fail-fast";
  return interrupted(result);
}

/* A run that its own failure ended is a failure, one that ended without any is still an error, and none is a pass. */
START_TEST(a_run_that_ended_at_its_first_failure_is_one) {
  gchk_result *failed = stopped(sample_failing()), *none = stopped(sample_passing());
  ck_assert_int_eq(failed->exit_code, 1);
  ck_assert_int_eq(failed->verdict, GCHK_FAIL);
  ck_assert_int_eq(none->exit_code, 3);
  ck_assert_int_eq(none->verdict, GCHK_ERROR);
  failed->cases[0].verdict = GCHK_ERROR;
  gchk_result_summarise(failed);
  ck_assert_int_eq(failed->exit_code, 3);
  for (gchk_format format = GCHK_TEXT; format < GCHK_DOCUMENTS; format++) {
    char *text = render(failed, format, NULL);
    ASSERT_HAS(text,
               format == GCHK_JSON ? "\"stopped_by\": \"--fail-fast\"" : "ended at its first failure (--fail-fast)");
    ASSERT_HAS_NOT(text, "was interrupted");
    free(text);
  }
  char *junit = render(failed, GCHK_JUNIT, NULL);
  ASSERT_HAS(junit, "<skipped message=\"The run ended at its first failure (--fail-fast) when 2 cases had finished");
  ASSERT_HAS_NOT(junit, "type=\"interrupted\"");
  free(junit);
  gchk_result_free(failed);
  gchk_result_free(none);
}
END_TEST

/* Undecided is what failed under --strict alone. */
START_TEST(strict_ends_at_what_is_undecided) {
  for (int is_strict = 0; is_strict < 2; is_strict++) {
    gchk_result *result = sample_passing();
    result->cases[0].verdict = result->cases[0].tensors[0].verdict = GCHK_INCONCLUSIVE;
    result->config.strict = is_strict;
    ck_assert_int_eq(stopped(result)->exit_code, is_strict ? 1 : 3);
    gchk_result_free(result);
  }
}
END_TEST

static TCase *incomplete(void) {
  TCase *tc = tcase_create("incomplete");
  tcase_add_test(tc, every_report_of_an_interrupted_run_shows_an_error);
  tcase_add_test(tc, junit_counts_the_interruption);
  tcase_add_test(tc, an_annotation_says_it_first_and_there_are_still_at_most_ten);
  tcase_add_test(tc, it_says_how_far_it_came);
  tcase_add_test(tc, an_interruption_hides_no_failure);
  tcase_add_test(tc, an_interrupted_run_is_no_baseline);
  tcase_add_test(tc, a_run_that_ended_at_its_first_failure_is_one);
  tcase_add_test(tc, strict_ends_at_what_is_undecided);
  return tc;
}

TEST_MAIN("incomplete", incomplete)
