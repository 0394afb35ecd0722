/* Markdown for step summaries, and annotations. */
#include "main.h"

#include "core/text.h"
#include "report/annotations.h"
#include "report/markdown.h"
#include "report/render.h"
#include "report/sample_result.h"
#include "report/sentence.h"
#include "report/words.h"

START_TEST(the_verdict_comes_first_and_failing_rows_follow) {
  gchk_result *result = sample_everything();
  char *md = render(result, GCHK_MARKDOWN, NULL);
  ck_assert_int_eq(strncmp(md, "## gradcheck: ERROR · everything.yaml\n\n", 39), 0);
  ASSERT_HAS(md, "\n| **FAIL** | two-layer-net | b2 | 10 of 10 | 0.116 | 1.2e-11 | constant-ratio: ");
  ASSERT_HAS(
      md, "\n| **ERROR** | crash | – |  | – | – | SIGSEGV in backward, after 3 of 12 elements | layers/example.c:88 |");
  ASSERT_HAS(md, "\n| **FAIL** | compared | endless | 1 of 4 | NaN | 3e-11 | 1 bad |");
  ASSERT_HAS(md, "**Against the baseline** last-week.json: 3 changes, 2 regressions\n");
  ASSERT_HAS(md, "- **regression** two-layer-net b2: new fail pass -&#62; fail");
  ASSERT_HAS(md, "<details><summary>All tensors (14), worst first</summary>");
  ASSERT_HAS(md, "again: gradcheck run textbook.yaml</sub>\n");
  ck_assert_uint_eq(count_of(md, "<details>"), count_of(md, "</details>"));
  free(md);
  gchk_result_free(result);
}
END_TEST

START_TEST(a_pass_has_no_table_of_failures) {
  gchk_result *result = sample_passing();
  char *md = render(result, GCHK_MARKDOWN, NULL);
  ASSERT_HAS(md, "## gradcheck: PASS · textbook.yaml");
  ASSERT_HAS(md, "All 900 elements were checked, and agree with their central differences.");
  ASSERT_HAS_NOT(md, "**FAIL**");
  ASSERT_HAS_NOT(md, "Failing elements");
  free(md);
  gchk_result_free(result);
}
END_TEST

/* Where all gradients pass, what was found about the case says what is wrong. */
START_TEST(a_case_that_fails_as_a_whole_says_why) {
  static const char off[] = "the gradients are those of forward, but not all is what a reference or the case says";
  static const char contract[] = "the contract between a layer and its caller is broken";
  static const struct {
    const char *codes[2];
    const char *says;
  } rows[] = {{{"forward-differs-from-reference", NULL}, off},
              {{"printed-differs", NULL}, off},
              {{"writes-input", NULL}, contract},
              {{"forward-differs-from-reference", "writes-input"}, contract}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_result *result = sample_empty();
    gchk_case_result *c = sample_add_case(result, "one", "layer", GCHK_FAIL);
    gchk_finding findings[] = {{.code = rows[i].codes[0], .text = "so it is"},
                               {.code = rows[i].codes[1], .text = "and so"}};
    c->findings = findings;
    c->finding_count = rows[i].codes[1] != NULL ? 2 : 1;
    result->verdict = GCHK_FAIL;
    result->summary.cases = result->summary.fail = 1;
    gchk_text text = {0};
    gchk_put_sentence(&text, result);
    ASSERT_HAS(text.data, rows[i].says);
    ASSERT_HAS_NOT(text.data, rows[i].says == off ? contract : off);
    gchk_text_deinit(&text);
    gchk_result_free(result);
  }
}
END_TEST

START_TEST(it_stays_small_and_counts_what_it_leaves_out) {
  gchk_result *result = sample_many(900);
  char *md = render(result, GCHK_MARKDOWN, NULL);
  ck_assert_uint_lt(strlen(md), GCHK_MARKDOWN_BYTES);
  ck_assert_uint_eq(count_of(md, "| **FAIL** |"), 20);
  ASSERT_HAS(md, "… and 70 more.");
  ASSERT_HAS(md, "more, none worse than these.");
  ck_assert_uint_eq(count_of(md, "<details>"), count_of(md, "</details>"));
  ck_assert_uint_eq(count_of(md, "<pre>"), count_of(md, "</pre>"));
  free(md);
  gchk_result_free(result);
}
END_TEST

/* Nothing of a name may become structure, or mention somebody. */
START_TEST(awkward_names_stay_in_their_cells) {
  gchk_result *result = sample_names("a|b\n| x | <b>*c*</b> `d` [e](f) @someone #1 \xff");
  char *md = render(result, GCHK_MARKDOWN, NULL);
  ASSERT_HAS(md, "a&#124;b&#92;n&#124; x &#124; &#60;b&#62;&#42;c&#42;&#60;/b&#62; &#96;d&#96; &#91;e&#93;(f) "
                 "&#64;someone &#35;1 &#92;xFF");
  ASSERT_HAS_NOT(md, "@someone");
  ASSERT_HAS_NOT(md, "<b>");
  size_t cells = 0; // the failing row has its nine bars and no more
  const char *row = strstr(md, "\n| **FAIL** |");
  ck_assert_ptr_nonnull(row);
  for (row++; *row != '\n'; row++)
    cells += *row == '|';
  ck_assert_uint_eq(cells, 9);
  free(md);
  gchk_result_free(result);
}
END_TEST

START_TEST(endless_names_do_not_take_all_the_room) {
  char name[20001];
  memset(name, '<', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  gchk_result *result = sample_names(name);
  char *md = render(result, GCHK_MARKDOWN, NULL);
  ck_assert_uint_lt(strlen(md), GCHK_MARKDOWN_BYTES);
  ASSERT_HAS(md, "…");
  free(md);
  gchk_result_free(result);
}
END_TEST

START_TEST(annotations_name_file_line_and_cause) {
  gchk_result *result = sample_failing();
  gchk_text text = {0};
  gchk_github_annotations(result, &text);
  ck_assert_uint_eq(count_of(text.data, "\n"), 3);
  ASSERT_HAS(text.data, "::error file=layers/example.c,line=88,title=gradcheck fail%3A two-layer-net b2::10 of 10 "
                        "elements are wrong. ");
  ASSERT_HAS(text.data, "Again: gradcheck explain 'two-layer-net:b2[9]' mylayers.so\n");
  gchk_text_deinit(&text);
  gchk_result_free(result);

  result = sample_passing();
  gchk_github_annotations(result, &text);
  ck_assert_uint_eq(text.length, 0);
  gchk_result_free(result);
}
END_TEST

static gchk_result *many_failing_tensors(size_t cases, bool are_many_mistakes) {
  gchk_result *result = sample_many(cases);
  for (size_t i = 0; i < cases; i++) {
    gchk_case_result *c = &result->cases[i], *wrong = &result->cases[9];
    if (are_many_mistakes)
      c->layer = c->name;
    c->verdict = GCHK_FAIL;
    for (size_t k = 0; k < c->tensor_count && i != 9; k++)
      c->tensors[k] = wrong->tensors[2];
  }
  gchk_result_summarise(result);
  return result;
}

/* Ten thousand of them, of one mistake and of as many as there are cases. */
START_TEST(ten_thousand_failing_tensors_fit) {
  for (int are_many = 0; are_many < 2; are_many++) {
    gchk_result *result = many_failing_tensors(2500, are_many);
    ck_assert_uint_ge(result->summary.elements_fail, 10000);
    char *md = render(result, GCHK_MARKDOWN, NULL);
    ck_assert_uint_lt(strlen(md), 60000);
    const char *cause = strstr(md, "\n- **"), *row = strstr(md, "| **FAIL** |");
    ck_assert(cause != NULL && row != NULL && cause < row);
    if (are_many)
      ASSERT_HAS(md, "- … and 2480 more causes\n");
    else
      ASSERT_HAS(md, " of 2500 cases");
    ASSERT_HAS(md, "more, none worse than these.");
    ASSERT_HAS(md, "</sub>\n"); // to its end
    free(md);
    gchk_result_free(result);
  }
}
END_TEST

/* One mistake in twelve cases of one layer. */
START_TEST(a_cause_is_one_annotation) {
  gchk_result *result = sample_many(120);
  gchk_text text = {0};
  ck_assert_uint_eq(result->summary.fail, 12);
  gchk_github_annotations(result, &text);
  ck_assert_uint_eq(count_of(text.data, "\n"), 1);
  ASSERT_HAS(text.data, "title=gradcheck fail%3A layer%3A b; 12 of 120 cases::case-");
  gchk_text_deinit(&text);
  gchk_result_free(result);
}
END_TEST

START_TEST(there_are_nine_annotations_and_a_count_of_the_rest) {
  gchk_result *result = sample_many_mistakes(120);
  gchk_text text = {0};
  gchk_github_annotations(result, &text);
  ck_assert_uint_eq(count_of(text.data, "::error file="), 9);
  ck_assert_uint_eq(count_of(text.data, "\n"), 10);
  ASSERT_HAS(text.data, "::error title=gradcheck::3 more; the whole report has them\n");
  gchk_text_deinit(&text);
  gchk_result_free(result);
}
END_TEST

/* A name cannot end its command and begin another. */
START_TEST(awkward_names_cannot_command) {
  gchk_result *result = sample_names("a\n::set-env name=x::y,line=3:%0A");
  gchk_text text = {0};
  gchk_github_annotations(result, &text);
  for (const char *line = text.data; line && *line; line = strchr(line, '\n') + 1)
    ck_assert_int_eq(strncmp(line, "::error ", 8), 0);
  ASSERT_HAS(text.data, "file=a\\n%3A%3Aset-env name=x%3A%3Ay%2Cline=3%3A%250A,line=88,");
  gchk_text_deinit(&text);
  gchk_result_free(result);
}
END_TEST

static TCase *markdown(void) {
  TCase *tc = tcase_create("markdown");
  tcase_add_test(tc, the_verdict_comes_first_and_failing_rows_follow);
  tcase_add_test(tc, a_pass_has_no_table_of_failures);
  tcase_add_test(tc, a_case_that_fails_as_a_whole_says_why);
  tcase_add_test(tc, it_stays_small_and_counts_what_it_leaves_out);
  tcase_add_test(tc, awkward_names_stay_in_their_cells);
  tcase_add_test(tc, endless_names_do_not_take_all_the_room);
  tcase_add_test(tc, annotations_name_file_line_and_cause);
  tcase_add_test(tc, ten_thousand_failing_tensors_fit);
  tcase_add_test(tc, a_cause_is_one_annotation);
  tcase_add_test(tc, there_are_nine_annotations_and_a_count_of_the_rest);
  tcase_add_test(tc, awkward_names_cannot_command);
  return tc;
}

TEST_MAIN("markdown report", markdown)
