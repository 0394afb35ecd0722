/* JUnit: one suite a case, one testcase a tensor, counts that add up, and nothing that XML forbids. junit_xmllint.sh
 * validates. */
#include "main.h"

#include "core/arena.h"
#include "report/render.h"
#include "report/sample_result.h"

/* The attribute of the first tag that starts at or after `at`. */
static size_t attribute(const char *at, const char *name) {
  char key[32];
  snprintf(key, sizeof key, " %s=\"", name);
  const char *found = strstr(at, key);
  ck_assert_ptr_nonnull(found);
  return (size_t)strtoul(found + strlen(key), NULL, 10);
}

START_TEST(counts_are_those_of_the_testcases) {
  gchk_result *result = sample_everything();
  char *xml = render(result, GCHK_JUNIT, NULL);
  ck_assert_uint_eq(attribute(xml, "tests"), count_of(xml, "<testcase "));
  ck_assert_uint_eq(attribute(xml, "failures"), count_of(xml, "<failure "));
  ck_assert_uint_eq(attribute(xml, "errors"), count_of(xml, "<error "));
  size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  for (const char *suite = strstr(xml, "<testsuite "); suite; suite = strstr(suite + 1, "<testsuite ")) {
    tests += attribute(suite, "tests");
    failures += attribute(suite, "failures");
    errors += attribute(suite, "errors");
    skipped += attribute(suite, "skipped");
  }
  ck_assert_uint_eq(tests, count_of(xml, "<testcase "));
  ck_assert_uint_eq(failures, count_of(xml, "<failure "));
  ck_assert_uint_eq(errors, count_of(xml, "<error "));
  ck_assert_uint_eq(skipped, count_of(xml, "<skipped "));
  ck_assert_uint_eq(count_of(xml, "<testsuite "), result->case_count + 1); // and one for the baseline
  free(xml);
  gchk_result_free(result);
}
END_TEST

START_TEST(each_tensor_is_a_testcase_and_each_outcome_its_element) {
  gchk_result *result = sample_everything();
  char *xml = render(result, GCHK_JUNIT, NULL);
  ASSERT_HAS(xml, "<testcase name=\"W1\" classname=\"two-layer-net.network\" time=\"0.006\"/>");
  ASSERT_HAS(xml,
             "<testcase name=\"b2\" classname=\"two-layer-net.network\" time=\"0.006\">\n      <failure type=\"fail\" "
             "message=\"b2: 10 of 10 elements wrong, mean |difference| 0.116; constant-ratio: ");
  ASSERT_HAS(xml, "FAIL two-layer-net b2   (layers/example.c:88)"); // the block is in the text too
  ASSERT_HAS(xml, "<testcase name=\"case\" classname=\"crash.lstm\" time=\"0.032\">\n      <error type=\"error\" "
                  "message=\"SIGSEGV in backward, after 3 of 12 elements; layers/example.c:88\">");
  ASSERT_HAS(xml, "<testcase name=\"case\" classname=\"gpu-only.gpu\" time=\"0.032\">\n      <skipped "
                  "message=\"needs a device that is not there\"/>");
  ASSERT_HAS(xml, "<testcase name=\"left-out\" classname=\"mixed.mixed\" time=\"0.006\">\n      <skipped ");
  ASSERT_HAS(xml, "<testcase name=\"waived\" classname=\"mixed.mixed\" time=\"0.006\"/>");
  ASSERT_HAS(xml,
             "<testcase name=\"b\" classname=\"expected.broken\" time=\"0.032\">\n      <skipped message=\"fails as "
             "expected: issue 42");
  ASSERT_HAS(
      xml,
      "<testcase name=\"b2\" classname=\"baseline.two-layer-net\" time=\"0.000\">\n      <failure type=\"regression\"");
  ASSERT_HAS_NOT(xml, " file=");
  ASSERT_HAS_NOT(xml, " line=");
  free(xml);
  gchk_result_free(result);
}
END_TEST

static void make_wrong(gchk_arena *arena, gchk_tensor_result *t, const char *factor) {
  t->findings = gchk_arena_alloc(arena, 1, sizeof *t->findings);
  gchk_evidence *evidence = gchk_arena_alloc(arena, 1, sizeof *evidence);
  ck_assert(t->findings != NULL && evidence != NULL);
  *evidence = (gchk_evidence){.key = "factor", .text = factor};
  *t->findings = (gchk_finding){.code = "wrong-sign", .text = "a sign", .evidence_count = 1, .evidence = evidence};
  t->finding_count = 1;
  t->verdict = GCHK_FAIL;
  t->elements.fail = t->checked;
}

/* Of one mistake in two tensors one has the block, the other a line; of two mistakes each has its own. */
START_TEST(a_member_of_a_cause_says_which) {
  for (int are_two = 0; are_two < 2; are_two++) {
    gchk_result *result = sample_passing();
    result->cases[0].verdict = GCHK_FAIL;
    make_wrong(result->arena, &result->cases[0].tensors[0], "-1");
    make_wrong(result->arena, &result->cases[0].tensors[1], are_two ? "2" : "-1");
    gchk_result_summarise(result);
    ck_assert_uint_eq(result->cause_count, are_two ? 2 : 1);
    char *xml = render(result, GCHK_JUNIT, NULL);
    ck_assert_uint_eq(count_of(xml, "<failure "), 2);
    ck_assert_uint_eq(count_of(xml, ">FAIL two-layer-net "), are_two ? 2 : 1);
    ck_assert_uint_eq(count_of(xml, " of two-layer-net: wrong-sign ("), are_two ? 0 : 2); // message and text
    free(xml);
    gchk_result_free(result);
  }
}
END_TEST

/* A case that is expected to fail and does so as a whole is a skipped test, one that fails beside it is not. */
START_TEST(what_fails_as_expected_is_skipped) {
  gchk_result *result = sample_passing();
  result->cases[1].expected_failure = "issue 7";
  result->cases[1].findings = gchk_arena_alloc(result->arena, 1, sizeof *result->cases[1].findings);
  ck_assert_ptr_nonnull(result->cases[1].findings);
  *result->cases[1].findings = (gchk_finding){.code = "guard-zone", .text = "wrote outside"};
  result->cases[1].finding_count = 1;
  result->cases[0].verdict = GCHK_FAIL;
  gchk_result_summarise(result);
  char *xml = render(result, GCHK_JUNIT, NULL);
  ASSERT_HAS(xml, "<testcase name=\"case\" classname=\"relu.relu\" ");
  ASSERT_HAS(xml, "<skipped message=\"fails as expected: issue 7; guard-zone: wrote outside\"/>");
  ck_assert_uint_eq(count_of(xml, "<skipped "), 1);
  ck_assert_uint_eq(count_of(xml, "<failure "), 1);
  free(xml);
  gchk_result_free(result);
}
END_TEST

START_TEST(a_broken_contract_is_a_testcase_when_all_tensors_pass) {
  gchk_result *result = sample_passing();
  result->cases[1].verdict = GCHK_FAIL;
  result->cases[1].reason = "backward wrote outside a buffer";
  gchk_result_summarise(result);
  char *xml = render(result, GCHK_JUNIT, NULL);
  ASSERT_HAS(xml, "<testcase name=\"case\" classname=\"relu.relu\" ");
  ck_assert_uint_eq(count_of(xml, "<failure "), 1);
  free(xml);
  gchk_result_free(result);
}
END_TEST

START_TEST(inconclusive_is_skipped_or_under_strict_a_failure) {
  gchk_result *result = sample_inconclusive();
  char *usual = render(result, GCHK_JUNIT, NULL),
       *strict = render(result, GCHK_JUNIT, &(gchk_report_options){.strict = true});
  ASSERT_HAS(usual, "<testcase name=\"x\" classname=\"noisy.solver\" time=\"0.032\">\n      <skipped message=\"x: mean "
                    "|difference| ");
  ck_assert_uint_eq(count_of(usual, "<failure "), 0);
  ck_assert_uint_eq(count_of(usual, "<skipped "), 2);
  ASSERT_HAS(strict,
             "<testcase name=\"x\" classname=\"noisy.solver\" time=\"0.032\">\n      <failure type=\"inconclusive\"");
  ck_assert_uint_eq(count_of(strict, "<skipped "), 1); // what was left out is not judged
  free(usual);
  free(strict);
  gchk_result_free(result);
}
END_TEST

START_TEST(awkward_names_are_escaped) {
  gchk_result *result = sample_names(AWKWARD_NAME);
  char *xml = render(result, GCHK_JUNIT, NULL);
  ASSERT_HAS(xml, "name=\"&lt;b&gt;&amp;amp;&quot;&#39;`|*_#[x](y)::%0A\\x01\\x1B[31m\\n\\t\\xFF");
  ASSERT_HAS_NOT(xml, "<b>");
  for (const char *c = xml; *c; c++)
    ck_assert_msg((unsigned char)*c >= 0x20 || *c == '\n', "a control byte %d", *c);
  free(xml);
  gchk_result_free(result);
}
END_TEST

START_TEST(an_empty_run_has_no_suite) {
  gchk_result *result = sample_empty();
  char *xml = render(result, GCHK_JUNIT, NULL);
  ck_assert_str_eq(
      xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"empty.yaml\" tests=\"0\" failures=\"0\" "
           "errors=\"0\" time=\"0.432\">\n</testsuites>\n");
  free(xml);
  gchk_result_free(result);
}
END_TEST

static TCase *junit(void) {
  TCase *tc = tcase_create("junit");
  tcase_add_test(tc, counts_are_those_of_the_testcases);
  tcase_add_test(tc, each_tensor_is_a_testcase_and_each_outcome_its_element);
  tcase_add_test(tc, a_member_of_a_cause_says_which);
  tcase_add_test(tc, what_fails_as_expected_is_skipped);
  tcase_add_test(tc, a_broken_contract_is_a_testcase_when_all_tensors_pass);
  tcase_add_test(tc, inconclusive_is_skipped_or_under_strict_a_failure);
  tcase_add_test(tc, awkward_names_are_escaped);
  tcase_add_test(tc, an_empty_run_has_no_suite);
  return tc;
}

TEST_MAIN("junit report", junit)
