/* The HTML report: sound, complete, self-contained, small, and readable in both colour schemes. */
#include "main.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/html.h"
#include "report/html_check.h"
#include "report/html_style.h"
#include "report/render.h"
#include "report/sample_undecided.h"

enum { SAMPLES = 11, TWO_MEGABYTES = 2000000 };

static gchk_result *sample(int i) {
  switch (i) {
  case 0:
    return sample_empty();
  case 1:
    return sample_passing();
  case 2:
    return sample_failing();
  case 3:
    return sample_inconclusive();
  case 4:
    return sample_everything();
  case 5:
    return sample_large(200, 200, false);
  case 6:
    return sample_large(784, 50, true);
  case 7:
    return sample_names(AWKWARD_NAME);
  case 8:
    return sample_apple_orange();
  case 9:
    return sample_undecided();
  default:
    return sample_many(400);
  }
}

static void assert_sound(const char *html, bool with_style) {
  char message[512];
  ck_assert_msg(html_is_sound(html, with_style, message, sizeof message), "%s", message);
}

static const char *const section_ids[] = {"verdict", "failures",   "baseline",    "tensors",
                                          "steps",   "histograms", "scatter",     "heatmaps",
                                          "graph",   "unchecked",  "environment", "configuration"};

START_TEST(every_sample_is_sound_small_and_has_all_sections_in_order) {
  gchk_result *result = sample(_i);
  char *html = render(result, GCHK_HTML, NULL);
  assert_sound(html, true);
  ck_assert_uint_lt(strlen(html), TWO_MEGABYTES);
  const char *at = html;
  for (size_t i = 0; i < sizeof section_ids / sizeof section_ids[0]; i++) {
    char id[48];
    snprintf(id, sizeof id, " id=\"%s\"", section_ids[i]);
    at = strstr(at, id);
    ck_assert_msg(at != NULL, "section %s is missing or out of order", section_ids[i]);
  }
  free(html);
  gchk_result_free(result);
}
END_TEST

/* The style moves into its own file, and not a byte of the rest changes. */
START_TEST(a_linked_page_is_the_same_page) {
  gchk_result *result = sample(_i);
  char *whole = render(result, GCHK_HTML, NULL);
  char *linked = render(result, GCHK_HTML, &(gchk_report_options){.stylesheet = "gradcheck.css"});
  assert_sound(linked, false);
  ASSERT_HAS(linked, "<link rel=\"stylesheet\" href=\"gradcheck.css\">");
  ASSERT_HAS_NOT(linked, "<style");
  ck_assert_str_eq(strstr(whole, "</head>"), strstr(linked, "</head>"));
  free(whole);
  free(linked);
  gchk_result_free(result);
}
END_TEST

/* The checker above is worth something only if it refuses. */
START_TEST(the_checker_refuses_bad_pages) {
  static const char *const bad[] = {"<p>one<p>two</p></p>",
                                    "<p>a & b</p>",
                                    "<p style=\"color:red\">x</p>",
                                    "<script>1</script>",
                                    "<p id=\"a\">x</p><p id=\"a\">y</p>",
                                    "<a href=\"#none\">x</a>",
                                    "<table><tr><td>x</td></tr></table>",
                                    "<b>x</p>",
                                    "<p>a > b</p>",
                                    "<img src=\"x.png\">",
                                    "<a href=\"https://x.org\">x</a>",
                                    "<p class=one>x</p>",
                                    "<p>\x01</p>",
                                    "<p>\xff</p>",
                                    "<p class=\"a\" class=\"b\">x</p>",
                                    "<div/>",
                                    "<p><div>x</div></p>",
                                    "<svg><path/></svg>",
                                    "<p title=\"url(x)\">x</p>",
                                    "<table><thead><tr><th>x</th></tr></thead></table>",
                                    "<p onclick=\"x\">x</p>",
                                    "<div>"};
  char page[512], message[512];
  snprintf(page, sizeof page, "<!DOCTYPE html>\n<html lang=\"en\"><body><p>fine &lt;</p></body></html>\n");
  ck_assert_msg(html_is_sound(page, true, message, sizeof message), "%s", message);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    snprintf(page, sizeof page, "<!DOCTYPE html>\n<html lang=\"en\"><body>%s</body></html>\n", bad[i]);
    ck_assert_msg(!html_is_sound(page, true, message, sizeof message), "accepted: %s", bad[i]);
  }
}
END_TEST

START_TEST(a_failing_tensor_has_a_card_with_all_that_is_needed) {
  gchk_result *result = sample_failing();
  char *html = render(result, GCHK_HTML, NULL);
  char *card = strstr(html, "id=\"failure-1\"");
  ck_assert_ptr_nonnull(card);
  *strstr(card, "</article>") = '\0';
  ASSERT_HAS(card, "two-layer-net · b2");
  ASSERT_HAS(card, "<code>layers/example.c:88</code>");
  ASSERT_HAS(card, "<b>constant-ratio</b> analytic/numeric = 0.5000");
  ASSERT_HAS(card, "the rule of <b>affine2</b>");
  ASSERT_HAS(card, "gradcheck explain &#39;two-layer-net:b2[9]&#39; mylayers.so");
  ASSERT_HAS(card, "1.9148288830461901e-01");
  ASSERT_HAS(card, "id=\"card-steps-5-t\"");
  free(html);
  html = render(result, GCHK_HTML, NULL);
  ck_assert_uint_eq(count_of(html, "<article class=\"card\""), 3);
  ASSERT_HAS(html, "id=\"card-map-6-t\""); // W of my-affine is a matrix
  ASSERT_HAS(html, "class=\"node wrong\"");
  ASSERT_HAS(html, "<title>[11,0]</title>"); // failing points carry their index
  free(html);
  gchk_result_free(result);
}
END_TEST

// The failures of a report, and of one whose other cases than the one that crashed are left out.
START_TEST(the_key_of_curves_is_there_where_curves_are) {
  gchk_result *result = sample_everything();
  for (int only_crash = 0; only_crash < 2; only_crash++) {
    for (size_t i = 0; only_crash && i < result->case_count; i++)
      if (strcmp(result->cases[i].name, "crash") == 0) {
        result->cases[0] = result->cases[i];
        result->case_count = 1;
      }
    char *html = render(result, GCHK_HTML, NULL);
    char *failures = strstr(html, "id=\"failures\""), *end = strstr(failures, "</section>");
    *end = '\0';
    ck_assert_uint_eq(count_of(failures, "<ul class=\"key\">"), only_crash ? 0 : 1);
    ASSERT_HAS(failures, "<code class=\"command\">stack");
    free(html);
  }
  gchk_result_free(result);
}
END_TEST

START_TEST(each_figure_has_a_title_a_description_and_a_table) {
  gchk_result *result = sample_passing();
  char *html = render(result, GCHK_HTML, NULL);
  size_t plots = count_of(html, "<svg class=\"plot\""), graphs = 1, tensors = 8, of_several = 6, matrices = 4;
  ck_assert_uint_eq(plots, tensors + 2 * of_several + matrices + graphs);
  ck_assert_uint_eq(count_of(html, "<title id="), plots);
  ck_assert_uint_eq(count_of(html, "<desc id="), plots);
  ck_assert_uint_eq(count_of(html, "<details><summary>Data</summary>"), plots - graphs);
  ASSERT_HAS(html, "No gradient was found to be wrong.");
  ASSERT_HAS_NOT(html, "<article");
  free(html);
  gchk_result_free(result);
}
END_TEST

START_TEST(what_cannot_be_drawn_is_said) {
  gchk_result *result = sample_passing();
  gchk_tensor_result *t = &result->cases[0].tensors[1];
  for (size_t i = 0; i < t->step_curve.point_count; i++)
    t->step_curve.points[i].median = t->step_curve.points[i].low = t->step_curve.points[i].high =
        t->step_curve.points[i].worst = t->step_curve.points[i].bound = 0;
  result->cases[1].tensors[0].step_curve.points[3].step = -1;
  char *html = render(result, GCHK_HTML, NULL);
  assert_sound(html, true);
  ASSERT_HAS(html, "All differences are exactly zero at every step.");
  ASSERT_HAS(html, "The steps are not all positive");
  free(html);
  gchk_result_free(result);
}
END_TEST

/* No number that a file can hold may break a figure: axes, bins, decades. */
START_TEST(hostile_numbers_are_drawn_without_harm) {
  static const double numbers[] = {
      0, -1, 5e-324, 1e-310, 1.7976931348623157e308, (double)INFINITY, -(double)INFINITY, (double)NAN};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    gchk_result *result = sample_everything();
    for (size_t c = 0; c < result->case_count; c++)
      for (size_t k = 0; k < result->cases[c].tensor_count; k++) {
        gchk_tensor_result *t = &result->cases[c].tensors[k];
        t->mean_abs_diff = t->threshold = t->step = t->digits = numbers[i];
        t->histogram.low = numbers[i];
        if (t->step_curve.point_count > 0) {
          t->step_curve.points[0].median = t->step_curve.points[1].worst = numbers[i];
          t->step_curve.points[2].step = k % 2 ? numbers[i] : t->step_curve.points[2].step;
        }
        if (t->heatmap.cells)
          t->heatmap.cells[0] = t->heatmap.cells[5] = numbers[i];
        if (t->scatter_count > 0)
          t->scatter[0].analytic = numbers[i];
      }
    char *html = render(result, GCHK_HTML, NULL), *text = render(result, GCHK_TEXT, NULL);
    assert_sound(html, true);
    ASSERT_HAS_NOT(html, "=\"nan");
    ASSERT_HAS_NOT(html, "=\"inf");
    free(html);
    free(text);
    gchk_result_free(result);
  }
}
END_TEST

static double channel(const char *hex) {
  char two[3] = {hex[0], hex[1], '\0'};
  double value = (double)strtol(two, NULL, 16) / 255;
  return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

/* Relative luminance by WCAG 2. */
static double luminance(const char *css, const char *name) {
  char key[32], six[7];
  snprintf(key, sizeof key, "--%s:#", name);
  const char *at = strstr(css, key);
  ck_assert_msg(at != NULL, "no colour %s", name);
  at += strlen(key);
  if (strspn(at, "0123456789abcdef") == 3)
    snprintf(six, sizeof six, "%c%c%c%c%c%c", at[0], at[0], at[1], at[1], at[2], at[2]);
  else
    snprintf(six, sizeof six, "%.6s", at);
  return 0.2126 * channel(six) + 0.7152 * channel(six + 2) + 0.0722 * channel(six + 4);
}

static double contrast(const char *css, const char *a, const char *b) {
  double x = luminance(css, a), y = luminance(css, b);
  return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

START_TEST(text_has_enough_contrast_in_both_schemes) {
  static const char *const text_pairs[][2] = {{"ink", "page"},
                                              {"ink", "card"},
                                              {"ink", "head"},
                                              {"ink", "node"},
                                              {"soft", "page"},
                                              {"soft", "card"},
                                              {"soft", "head"},
                                              {"soft", "fail-bg"},
                                              {"link", "page"},
                                              {"link", "card"},
                                              {"pass-ink", "pass-bg"},
                                              {"fail-ink", "fail-bg"},
                                              {"unsure-ink", "unsure-bg"},
                                              {"skip-ink", "skip-bg"},
                                              {"kink-ink", "kink-bg"},
                                              {"pass-ink", "card"},
                                              {"fail-ink", "card"},
                                              {"unsure-ink", "card"},
                                              {"ink", "fail-bg"}};
  static const char *const mark_pairs[][2] = {{"blue", "card"}, {"red", "card"}, {"green", "card"}, {"frame", "card"}};
  gchk_text style = {0};
  gchk_html_stylesheet(&style);
  const char *dark = strstr(style.data, "prefers-color-scheme:dark");
  ck_assert_ptr_nonnull(dark);
  const char *const schemes[] = {style.data, dark};
  for (size_t s = 0; s < 2; s++) {
    for (size_t i = 0; i < sizeof text_pairs / sizeof text_pairs[0]; i++) {
      double c = contrast(schemes[s], text_pairs[i][0], text_pairs[i][1]);
      ck_assert_msg(c >= 4.5, "%s on %s in scheme %zu: %.2f", text_pairs[i][0], text_pairs[i][1], s, c);
    }
    for (size_t i = 0; i < sizeof mark_pairs / sizeof mark_pairs[0]; i++) {
      double c = contrast(schemes[s], mark_pairs[i][0], mark_pairs[i][1]);
      ck_assert_msg(c >= 3, "%s on %s in scheme %zu: %.2f", mark_pairs[i][0], mark_pairs[i][1], s, c);
    }
  }
  ck_assert(contrast("--a:#000;--b:#fff", "a", "b") > 20.9); // the oracle of the oracle
  gchk_text_deinit(&style);
}
END_TEST

START_TEST(a_folder_holds_the_page_and_its_style) {
  char folder[] = "/tmp/gradcheck-html-XXXXXX", path[64], line[256];
  ck_assert_ptr_nonnull(mkdtemp(folder));
  gchk_result *result = sample_failing();
  gchk_error error = {0};
  snprintf(path, sizeof path, "%s/report", folder);
  ck_assert_msg(gchk_html_save_folder(result, path, &error) == GCHK_OK, "%s", error.message);
  ck_assert_msg(gchk_html_save_folder(result, path, &error) == GCHK_OK, "a second time: %s", error.message);
  snprintf(path, sizeof path, "%s/report/gradcheck.css", folder);
  FILE *file = fopen(path, "r");
  ck_assert_ptr_nonnull(file);
  ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
  ck_assert_int_eq(strncmp(line, ":root{", 6), 0);
  fclose(file);
  unlink(path);
  snprintf(path, sizeof path, "%s/report/index.html", folder);
  ck_assert_int_eq(unlink(path), 0);
  snprintf(path, sizeof path, "%s/report", folder);
  ck_assert_msg(rmdir(path) == 0, "something else was left in the folder");
  ck_assert_int_eq(rmdir(folder), 0);
  ck_assert_int_eq(gchk_html_save_folder(result, "/dev/null/x", &error), GCHK_IO);
  gchk_result_free(result);
}
END_TEST

static TCase *html(void) {
  TCase *tc = tcase_create("html");
  tcase_set_timeout(tc, 120);
  tcase_add_loop_test(tc, every_sample_is_sound_small_and_has_all_sections_in_order, 0, SAMPLES);
  tcase_add_loop_test(tc, a_linked_page_is_the_same_page, 0, SAMPLES - 1);
  tcase_add_test(tc, the_checker_refuses_bad_pages);
  tcase_add_test(tc, a_failing_tensor_has_a_card_with_all_that_is_needed);
  tcase_add_test(tc, the_key_of_curves_is_there_where_curves_are);
  tcase_add_test(tc, each_figure_has_a_title_a_description_and_a_table);
  tcase_add_test(tc, what_cannot_be_drawn_is_said);
  tcase_add_test(tc, hostile_numbers_are_drawn_without_harm);
  tcase_add_test(tc, text_has_enough_contrast_in_both_schemes);
  tcase_add_test(tc, a_folder_holds_the_page_and_its_style);
  return tc;
}

TEST_MAIN("html report", html)
