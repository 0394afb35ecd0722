/* The table of what documents print, as Markdown and as a section of the HTML report. */
#include "main.h"

#include "report/html_check.h"
#include "report/render.h"
#include "report/sample_result.h"

START_TEST(rows_stand_by_document_with_what_is_given_and_the_command) {
  gchk_result *result = sample_everything();
  char *md = render(result, GCHK_DOCUMENTS, NULL);
  ck_assert_str_eq(
      md,
      "5 rows: 1 agrees, 1 differs, 1 elsewhere, 1 misprint, 1 not compared\n"
      "\n"
      "| document | where | it prints | gradcheck gives | | command |\n"
      "|---|---|---|---|---|---|\n"
      "| 000 | figure | a graph | – | elsewhere | gradcheck graph compared |\n"
      "| 000 | In &#91;5&#93; | dx - 1 | nothing is assigned | misprint | – |\n"
      "| 000 | In &#91;6&#93; | 1e-9 | 2e-07 | not compared | gradcheck run --filter compared mylayers.so --seed "
      "18446744073709551615 --step 0.0001 --dtype f64 |\n"
      "| 001 | In &#91;2&#93; | x: 2.2 | 2.2 | agrees | gradcheck run --filter compared mylayers.so --seed "
      "18446744073709551615 --step 0.0001 --dtype f64 |\n"
      "| 001 | In &#91;3&#93; &#124; x | dx: 3.3 | 3.4 | differs | gradcheck run --filter compared mylayers.so --seed "
      "18446744073709551615 --step 0.0001 --dtype f64 |\n");
  free(md);
  gchk_result_free(result);
}
END_TEST

START_TEST(without_rows_there_is_no_table_and_no_section) {
  gchk_result *result = sample_passing();
  char *md = render(result, GCHK_DOCUMENTS, NULL), *html = render(result, GCHK_HTML, NULL);
  ck_assert_str_eq(md, "0 rows: 0 agree, 0 differ, 0 elsewhere, 0 misprints, 0 not compared\n");
  ASSERT_HAS_NOT(html, "\"documents\"");
  ASSERT_HAS_NOT(html, "#documents");
  free(md);
  free(html);
  gchk_result_free(result);
}
END_TEST

START_TEST(the_page_has_a_section_that_its_contents_name) {
  gchk_result *result = sample_everything();
  char *html = render(result, GCHK_HTML, NULL);
  ck_assert_uint_eq(count_of(html, "<a href=\"#documents\">Documents</a>"), 1);
  char *section = strstr(html, "<section id=\"documents\">");
  ck_assert_ptr_nonnull(section);
  *strstr(section, "</section>") = '\0';
  ck_assert_uint_eq(count_of(section, "<tr class="), 5);
  ASSERT_HAS(section, ": 5 rows: 1 agrees, 1 differs, ");
  // A fold a document; the one that differs is open.
  ASSERT_HAS(section, "<details class=\"case\"><summary><h3>000</h3> <small>3 rows: ");
  ASSERT_HAS(section, "<details class=\"case\" open=\"\"><summary><h3>001</h3> <small>2 rows: 1 agrees, 1 differs, ");
  ASSERT_HAS(section, "<tr class=\"fail\"><td><span class=\"v fail\">differs</span></td>"
                      "<th scope=\"row\">In [3] | x</th><td>dx: 3.3</td><td>3.4<br>");
  ASSERT_HAS(section, "<span class=\"v skipped\">misprint</span>");
  ASSERT_HAS(section, "<code>gradcheck graph compared</code>");
  free(html);
  gchk_result_free(result);
}
END_TEST

/* What a document prints, and what a tensor is called, may be anything. */
START_TEST(awkward_texts_stay_in_their_cells) {
  gchk_result *result = sample_names("a|b\n| x | <script>&amp;</script> \xff");
  char *md = render(result, GCHK_DOCUMENTS, NULL), *html = render(result, GCHK_HTML, NULL), message[512];
  ck_assert_uint_eq(count_of(md, "\n"), 3 + result->case_count + 1);
  for (char *line = strstr(md, "\n| a"); line != NULL; line = strstr(line + 1, "\n| a")) {
    size_t bars = 0;
    for (const char *c = line + 1; *c != '\n'; c++)
      bars += *c == '|';
    ck_assert_uint_eq(bars, 7);
  }
  ASSERT_HAS_NOT(md, "<script>");
  ck_assert_msg(html_is_sound(html, true, message, sizeof message), "%s", message);
  free(md);
  free(html);
  gchk_result_free(result);
}
END_TEST

static TCase *documents_report(void) {
  TCase *tc = tcase_create("documents report");
  tcase_add_test(tc, rows_stand_by_document_with_what_is_given_and_the_command);
  tcase_add_test(tc, without_rows_there_is_no_table_and_no_section);
  tcase_add_test(tc, the_page_has_a_section_that_its_contents_name);
  tcase_add_test(tc, awkward_texts_stay_in_their_cells);
  return tc;
}

TEST_MAIN("documents report", documents_report)
