/* Undecided elements in every report: counted apart, listed with reason, command and remedy. */
#include "main.h"

#include "core/text.h"
#include "report/annotations.h"
#include "report/render.h"
#include "report/sample_undecided.h"

static const char tolerated[] = "gradcheck explain 'two-layer-net:", row_of_x[] = "gradcheck explain 'relu:x[3,";
static const char remedy[] =
    "rounding of the outputs hides the derivative at every step: give a float layer its double twin";
static const char twin[] = "cc $(gradcheck --cflags) -include gradcheck/as_double.h -shared -fPIC -o ./mine.twin.so "
                           "SOURCES... && gradcheck run "
                           "./mine.so --twin ./mine.twin.so";

/* Text whose markup is undone as far as these words need it: entities by number, and some by name. */
static char *plain(char *text) {
  char *to = text;
  for (const char *from = text; *from != '\0';) {
    static const char *const names[][2] = {{"&apos;", "'"}, {"&amp;", "&"}, {"&quot;", "\""}};
    size_t name = 0;
    while (name < 3 && strncmp(from, names[name][0], strlen(names[name][0])) != 0)
      name++;
    char *end = NULL;
    long code = strncmp(from, "&#", 2) == 0 ? strtol(from + 2, &end, 10) : 0;
    if (name < 3) {
      *to++ = *names[name][1];
      from += strlen(names[name][0]);
    } else if (end != NULL && *end == ';' && code > 0 && code < 128) {
      *to++ = (char)code;
      from = end + 1;
    } else {
      *to++ = *from++;
    }
  }
  *to = '\0';
  return text;
}

/* Text whose lines were broken to fit a terminal, as it was. */
static char *joined(char *text) {
  char *to = text;
  for (const char *from = text; *from != '\0';) {
    from += strncmp(from, " \\\n", 3) == 0 ? 2 : 0;
    const size_t blanks = *from == '\n' ? strspn(from + 1, " ") : 0;
    *to++ = blanks > 0 ? ' ' : *from;
    from += 1 + blanks;
  }
  *to = '\0';
  return text;
}

static const gchk_format formats[] = {GCHK_TEXT, GCHK_JUNIT, GCHK_MARKDOWN, GCHK_HTML};

START_TEST(every_report_lists_them_with_command_and_remedy) {
  gchk_result *result = sample_undecided();
  const bool is_page = formats[_i] == GCHK_HTML;
  char *text = joined(plain(render(result, formats[_i], &(gchk_report_options){.verbosity = 1})));
  // One command a tensor: they differ in the index alone.
  ck_assert_uint_ge(count_of(text, tolerated), 1);
  ck_assert_uint_ge(count_of(text, row_of_x), 1);
  if (is_page)
    ck_assert_uint_eq(count_of(text, "<td>rounding</td>") + count_of(text, "<td>kink</td>"), 7);
  ASSERT_HAS(text, remedy);
  ASSERT_HAS(text, "a kink lies within the steps");
  ASSERT_HAS(text, twin);
  ASSERT_HAS(text, "they fill row 3: a mistake there would not show");
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(rows_and_totals_count_them_apart) {
  gchk_result *result = sample_undecided();
  ck_assert_int_eq(result->exit_code, 5);
  char *text = render(result, GCHK_TEXT, NULL);
  ASSERT_HAS(text, "  3 undecided\n");
  ASSERT_HAS_NOT(text, tolerated);
  ASSERT_HAS(text, "  Of the cases that pass, 1 has undecided elements.\n");
  ASSERT_HAS(text, "3 cases: 2 pass, 0 fail, 1 inconclusive, 0 skipped, 0 error");
  ASSERT_HAS(text, " elements, 7 undecided");
  ASSERT_HAS_NOT(text, "below resolution");
  free(text);
  text = render(result, GCHK_TEXT, &(gchk_report_options){.verbosity = 1});
  ASSERT_HAS(text, "with 3 undecided, 2 flat, 4 unresolved");
  ASSERT_HAS(text, "7 exact zeros, 2 flat (a slope of up to 3e-09 could hide), 4 unresolved");
  ASSERT_HAS_NOT(text, "where terms cancel");
  ASSERT_HAS(text, "2.5e-12, in 99.9 % within its bound");
  free(text);
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++)
      result->cases[i].tensors[k].cancelled = result->cases[i].tensors[k].elements.undecided;
  text = render(result, GCHK_TEXT, &(gchk_report_options){.verbosity = 1});
  ASSERT_HAS(text, "with 3 undecided, where terms cancel, 2 flat, 4 unresolved");
  free(text);
  text = render(result, GCHK_TEXT, &(gchk_report_options){.verbosity = -1});
  ASSERT_HAS_NOT(text, tolerated); // what passes is not told when quiet
  ASSERT_HAS(text, row_of_x);
  free(text);
  text = render(result, GCHK_MARKDOWN, NULL);
  ASSERT_HAS(text, " | true error | remarks |");
  free(text);
  text = render(result, GCHK_HTML, NULL);
  ASSERT_HAS(text, "true error of the numeric derivative 2.5e-");
  ASSERT_HAS(text, "7 exact zeros");
  free(text);
  gchk_result_free(result);
  result = sample_passing(); // and without any nobody speaks of them
  for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
    text = render(result, formats[i], NULL);
    char *start = formats[i] == GCHK_HTML ? strstr(text, "<body>") : text; // what the style and the glossary say is not
    if (formats[i] == GCHK_HTML)                                           // of this run
      *strstr(start, "id=\"glossary\"") = '\0';
    ASSERT_HAS_NOT(start, "ndecided");
    free(text);
  }
  gchk_result_free(result);
}
END_TEST

// A double layer has no use for a double twin.
START_TEST(what_lacks_no_twin_is_told_of_none) {
  gchk_result *result = sample_undecided();
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++)
      result->cases[i].tensors[k].undecided.lacks_twin = false;
  char *text = joined(plain(render(result, formats[_i], &(gchk_report_options){.verbosity = 1})));
  char *start = formats[_i] == GCHK_HTML ? strstr(text, "<body>") : text;
  if (formats[_i] == GCHK_HTML)
    *strstr(start, "id=\"glossary\"") = '\0';
  ASSERT_HAS_NOT(start, "double twin");
  ASSERT_HAS(start, "rounding of the outputs hides the derivative at every step: choose values at which");
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(strict_makes_a_failure_of_them) {
  gchk_result *result = sample_undecided();
  char *xml = render(result, GCHK_JUNIT, NULL);
  ASSERT_HAS_NOT(xml, "<failure");
  ck_assert_uint_eq(count_of(xml, "<skipped"), 1);
  free(xml);
  xml = render(result, GCHK_JUNIT, &(gchk_report_options){.strict = true});
  ck_assert_uint_eq(count_of(xml, "<failure"), 2);
  free(xml);
  result->config.strict = true;
  gchk_result_summarise(result);
  ck_assert_int_eq(result->exit_code, 1);
  ck_assert_uint_eq(result->summary.with_undecided, 0);
  ck_assert_uint_eq(result->summary.inconclusive, 2);
  gchk_result_free(result);
}
END_TEST

START_TEST(annotations_warn_and_notify) {
  gchk_result *result = sample_undecided();
  gchk_text text = {0};
  gchk_github_annotations(result, &text);
  ck_assert_uint_eq(count_of(text.data, "::notice "), 1);
  ck_assert_uint_eq(count_of(text.data, "::warning "), 1);
  ck_assert_uint_eq(count_of(text.data, "::error "), 0);
  ASSERT_HAS(text.data, row_of_x);
  gchk_text_deinit(&text);
  gchk_result_free(result);
}
END_TEST

/* A file of version 1 has none of the fields that came with version 2; its other fields are wanted as before. */
START_TEST(results_of_the_first_version_are_read) {
  static const char file[] = SOURCE_DIR "/fixtures/results/version-1.json";
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_result_read(file, &result, &error) == GCHK_OK, "%s", error.message);
  ck_assert_uint_eq(result->case_count, 2);
  const gchk_tensor_result *t = &result->cases[0].tensors[0];
  ck_assert(t->verdict == GCHK_PASS && t->elements.pass > 0 && t->undecided.listed_count == 0);
  ck_assert_str_eq(t->undecided.block, "");
  ck_assert(t->bound_mean != t->bound_mean && result->config.threshold_f32 != result->config.threshold_f32);
  const int exit_code = result->exit_code;
  for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
    free(render(result, formats[i], NULL));
  gchk_result_summarise(result);
  ck_assert_int_eq(result->exit_code, exit_code);
  gchk_result_free(result);
}
END_TEST

static TCase *undecided_report_tests(void) {
  TCase *tests = tcase_create("undecided");
  tcase_add_loop_test(tests, every_report_lists_them_with_command_and_remedy, 0, sizeof formats / sizeof formats[0]);
  tcase_add_loop_test(tests, what_lacks_no_twin_is_told_of_none, 0, sizeof formats / sizeof formats[0]);
  tcase_add_test(tests, rows_and_totals_count_them_apart);
  tcase_add_test(tests, strict_makes_a_failure_of_them);
  tcase_add_test(tests, annotations_warn_and_notify);
  tcase_add_test(tests, results_of_the_first_version_are_read);
  return tests;
}

TEST_MAIN("undecided reports", undecided_report_tests)
