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

enum { SAMPLES = 11, ONE_MEGABYTE = 1000000 };

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

/* Those that a page has whatever is in it. */
static const char *const section_ids[] = {"verdict",  "failures",    "unchecked",
                                          "glossary", "environment", "configuration"};

START_TEST(every_sample_is_sound_small_and_has_all_sections_in_order) {
  gchk_result *result = sample(_i);
  char *html = render(result, GCHK_HTML, NULL);
  assert_sound(html, true);
  ck_assert_uint_le(strlen(html), ONE_MEGABYTE);
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

/* From `id` to the next tensor. */
static char *tensor_of(char *html, const char *id) {
  char *tensor = strstr(html, id);
  ck_assert_msg(tensor != NULL, "no %s", id);
  char *end = strstr(tensor, "<details class=\"");
  *end = '\0';
  return tensor;
}

START_TEST(a_failing_tensor_has_all_that_is_needed_in_the_fold_of_its_case) {
  gchk_result *result = sample_failing();
  char *html = render(result, GCHK_HTML, NULL);
  char *tensor = tensor_of(html, "id=\"tensor-two-layer-net..b2\"");
  ASSERT_HAS(tensor, "<b>constant-ratio</b> analytic/numeric = 0.5000");
  ASSERT_HAS(tensor, "the rule of <b>affine2</b>");
  ASSERT_HAS(tensor, "gradcheck explain &#39;two-layer-net:b2[9]&#39; mylayers.so");
  ASSERT_HAS(tensor, "<th scope=\"col\" class=\"n\"><a href=\"#word-bound\">Bound</a><br>"
                     "<a href=\"#word-error-bars\">error bars</a></th>");
  ASSERT_HAS(tensor, "1.9148288830461901e-01");
  ASSERT_HAS(tensor, "id=\"steps-5-t\"");
  ASSERT_HAS(tensor, "id=\"histogram-5-t\"");
  ASSERT_HAS(tensor, "id=\"scatter-5-t\"");
  free(html);
  html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS(html, "<code>layers/example.c:88</code>");
  ASSERT_HAS(html, "id=\"map-6-t\""); // W of my-affine is a matrix
  ASSERT_HAS(html, "class=\"node wrong\"");
  ck_assert_uint_eq(count_of(html, "<details class=\"case f wrong\" open=\"\">"), 2);
  free(html);
  gchk_result_free(result);
}
END_TEST

/* Of what was sampled it is said how much was left out, and not that all was checked. */
START_TEST(tensors_that_were_sampled_are_listed_with_what_was_left_out) {
  gchk_result *result = sample_passing();
  char *html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS(html, "All that has a gradient was checked, and nothing is inconclusive.");
  ASSERT_HAS_NOT(html, "Elements left out");
  free(html);
  result->cases[0].tensors[1].checked = 60; // of 560
  html = render(result, GCHK_HTML, NULL);
  assert_sound(html, true);
  ASSERT_HAS_NOT(html, "All that has a gradient was checked");
  ASSERT_HAS(html, "Of every tensor that has a gradient elements were checked, and nothing is inconclusive.");
  char *list = strstr(html, "<h3 id=\"left-out\">Elements left out</h3>");
  ck_assert_ptr_nonnull(list);
  *strstr(list, "</table>") = '\0';
  ASSERT_HAS(list,
             ">two-layer-net · W1</a></th><td class=\"n\">60</td><td class=\"n\">500</td><td class=\"n\">–</td></tr>");
  ck_assert_uint_eq(count_of(list, "<tr"), 2);
  free(html);
  // Along random directions an error shows there too.
  gchk_evidence least = {.key = "detectable", .number = 1.25e-7};
  gchk_finding screened = {.code = "screened", .text = "", .is_note = true, .evidence_count = 1, .evidence = &least};
  result->cases[0].tensors[1].findings = &screened;
  result->cases[0].tensors[1].finding_count = 1;
  html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS(html, "<td class=\"n\">500</td><td class=\"n\">1.25e-07</td></tr>");
  free(html);
  gchk_result_free(result);
}
END_TEST

/* A place may be linked to from elsewhere: it is the name's, whatever else was run. */
START_TEST(rows_and_problems_lead_to_their_folds) {
  gchk_result *result = sample_failing();
  char *html = render(result, GCHK_HTML, NULL);
  char *failures = strstr(html, "id=\"failures\""), *tensors = strstr(html, "id=\"tensors\"");
  ck_assert_uint_eq(count_of(tensors, "<a href=\"#tensor-two-layer-net..b2\">two-layer-net · b2</a>"), 1);
  *strstr(failures, "</section>") = '\0';
  ASSERT_HAS(failures, "<a href=\"#tensor-two-layer-net..b2\">");
  free(html);
  // Of the same name twice, and with characters that an id cannot have, each still leads to its own.
  result->cases[0].name = result->cases[1].name = "a/b";
  html = render(result, GCHK_HTML, NULL);
  assert_sound(html, true);
  ASSERT_HAS(html, "id=\"case-a.2fb\"");
  ASSERT_HAS(html, "id=\"case-a.2fb:2\"");
  ASSERT_HAS(html, "a/<wbr>b</h3>");
  free(html);
  gchk_result_free(result);
}
END_TEST

/* A card a cause, whatever it makes wrong, and each place is a link in it. */
START_TEST(causes_are_cards_with_their_places_folded) {
  gchk_result *result = sample_many(400);
  char *html = render(result, GCHK_HTML, NULL), summary[64];
  char *failures = strstr(html, "id=\"failures\"");
  *strstr(failures, "</section>") = '\0';
  ck_assert_uint_ge(result->cause_count, 1);
  ck_assert_uint_lt(result->cause_count, 40);
  ck_assert_uint_eq(count_of(failures, "<article class=\"card\">"), result->cause_count);
  for (size_t i = 0; i < result->cause_count; i++) {
    const gchk_cause *cause = &result->causes[i];
    snprintf(summary, sizeof summary, "<summary>All %zu places</summary>", cause->member_count);
    ck_assert_uint_eq(count_of(failures, summary), cause->member_count > 1);
    ck_assert_uint_eq(count_of(failures, "<li><a href=\"#tensor-case-9..b\">case-9 · b</a></li>"), 1);
    ASSERT_HAS(failures, cause->finding.text);
  }
  free(html);
  gchk_result_free(result);
  result = sample_passing();
  html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS_NOT(html, "<article");
  free(html);
  gchk_result_free(result);
}
END_TEST

/* What is scrolled within the page is not printed, and not found on a narrow screen. */
START_TEST(nothing_scrolls_within_the_page) {
  gchk_text style = {0};
  gchk_html_stylesheet(&style);
  ASSERT_HAS_NOT(style.data, "overflow:");
  ASSERT_HAS_NOT(style.data, "overflow-x");
  ASSERT_HAS_NOT(style.data, "overflow-y");
  ASSERT_HAS_NOT(style.data, "max-height");
  gchk_text_deinit(&style);
}
END_TEST

/* Cases that the page says are so: "wrong", "undecided" or, for "", all. */
static size_t cases_that_are(const char *html, const char *word) {
  static const char start[] = "<details class=\"case f";
  size_t count = 0;
  for (const char *at = html; (at = strstr(at, start)) != NULL; at++) {
    char class_names[64];
    snprintf(class_names, sizeof class_names, "%.*s", (int)strcspn(at + sizeof start - 1, "\""), at + sizeof start - 1);
    count += strstr(class_names, word) != NULL;
  }
  return count;
}

/* A choice that would show nothing is not offered, nor is one that leaves nothing out. */
START_TEST(filters_count_what_they_show) {
  static const char *const words[] = {"wrong", "undecided"};
  gchk_result *result = sample(_i);
  char *html = render(result, GCHK_HTML, NULL), label[96];
  size_t offered = 0;
  for (size_t k = 0; k < 2; k++) {
    const size_t count = cases_that_are(html, words[k]);
    snprintf(label, sizeof label, "id=\"show-%s\"> %s (%zu)</label>", words[k], words[k], count);
    ck_assert_uint_eq(count_of(html, label), count > 0);
    offered += count > 0;
  }
  ck_assert_uint_eq(cases_that_are(html, ""), result->case_count);
  ck_assert_uint_eq(count_of(html, "type=\"radio\""), offered > 0 ? offered + 1 : 0);
  free(html);
  gchk_result_free(result);
}
END_TEST

START_TEST(there_is_no_section_without_anything_in_it) {
  gchk_result *result = sample_passing();
  char *html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS_NOT(html, "id=\"baseline\"");
  ASSERT_HAS_NOT(html, "href=\"#baseline\"");
  ASSERT_HAS_NOT(html, "Threshold</a></th>");
  ck_assert_uint_eq(count_of(html, "id=\"tensors\""), 1);
  ASSERT_HAS(html, "No gradient was found to be wrong.");
  ASSERT_HAS_NOT(html, "class=\"card\"");
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++)
      result->cases[i].tensors[k].step_curve.point_count = 0;
  free(html);
  result->summary.inconclusive = 1; // of which nobody knows
  html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS_NOT(html, "No gradient was found to be wrong.");
  ASSERT_HAS(html, "No element was found to be wrong, but something is inconclusive: see below.");
  free(html);
  result->summary.inconclusive = 0;
  html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS_NOT(html, "id=\"steps-");
  free(html);
  gchk_result_free(result);
  result = sample_everything();
  html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS(html, "id=\"baseline\"");
  ASSERT_HAS(html, "href=\"#baseline\"");
  free(html);
  gchk_result_free(result);
}
END_TEST

/* Cases of one layer with the same nodes and edges show one graph, whatever their values. */
START_TEST(a_graph_is_drawn_once_a_layer) {
  gchk_result *result = sample_passing();
  gchk_case_result *net = &result->cases[0], *other = &result->cases[1];
  const gchk_graph_result graph = net->graph;
  other->layer = net->layer;
  other->graph = graph;
  gchk_node_result nodes[16];
  ck_assert_uint_le(graph.node_count, 16);
  memcpy(nodes, graph.nodes, graph.node_count * sizeof *nodes);
  other->graph.nodes = nodes;
  char *html = render(result, GCHK_HTML, NULL);
  ck_assert_uint_eq(count_of(html, "<figure class=\"graph\">"), 1);
  ASSERT_HAS(html, "<p>Its graph is that of <a href=\"#case-two-layer-net\">two-layer-net</a>, with other values.</p>");
  free(html);
  nodes[0].first_wrong = true;
  html = render(result, GCHK_HTML, NULL);
  ck_assert_uint_eq(count_of(html, "<figure class=\"graph\">"), 2);
  free(html);
  nodes[0].first_wrong = false;
  other->layer = "another";
  html = render(result, GCHK_HTML, NULL);
  ck_assert_uint_eq(count_of(html, "<figure class=\"graph\">"), 2);
  free(html);
  gchk_result_free(result);
}
END_TEST

// The lines of a crash stand in the fold of its case.
START_TEST(a_crash_has_its_stack) {
  gchk_result *result = sample_everything();
  char *html = render(result, GCHK_HTML, NULL);
  char *crash = strstr(html, "<div id=\"case-crash\">");
  ck_assert_ptr_nonnull(crash);
  *strstr(crash, "</details>") = '\0';
  ASSERT_HAS(crash, "<code class=\"command\">stack");
  free(html);
  // Alone it leaves no table of tensors, and nobody says that all was checked.
  for (size_t i = 0; i < result->case_count; i++)
    if (strcmp(result->cases[i].name, "crash") == 0)
      result->cases[0] = result->cases[i];
  result->case_count = 1;
  gchk_result_summarise(result);
  html = render(result, GCHK_HTML, NULL);
  ASSERT_HAS_NOT(html, "#tensors\"");
  ASSERT_HAS_NOT(html, "id=\"tensors\"");
  ASSERT_HAS_NOT(html, "was checked, and nothing");
  free(html);
  gchk_result_free(result);
}
END_TEST

/* A passing tensor of at most ten elements has a table of them, and of its figures the step curve alone. */
START_TEST(each_figure_has_a_title_a_description_and_a_table) {
  gchk_result *result = sample_passing();
  size_t expected = 0;
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++) {
      const gchk_tensor_result *t = &result->cases[i].tensors[k];
      expected += t->total <= 10 ? 1 : t->heatmap.cells != NULL ? 4 : 3;
    }
  char *html = render(result, GCHK_HTML, NULL);
  size_t plots = count_of(html, "<svg class=\"plot\""), graphs = 1;
  ck_assert_uint_eq(plots, expected + graphs);
  ck_assert_uint_eq(count_of(html, "<title id="), plots);
  ck_assert_uint_eq(count_of(html, "<desc id="), plots);
  ck_assert_uint_eq(count_of(html, "<details><summary>Data</summary>"), plots);
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
  ASSERT_HAS(html, "No step curve: all differences are exactly zero at every step.");
  ASSERT_HAS(html, "No step curve: the steps are not all positive");
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
  tcase_add_test(tc, a_failing_tensor_has_all_that_is_needed_in_the_fold_of_its_case);
  tcase_add_test(tc, tensors_that_were_sampled_are_listed_with_what_was_left_out);
  tcase_add_test(tc, rows_and_problems_lead_to_their_folds);
  tcase_add_test(tc, causes_are_cards_with_their_places_folded);
  tcase_add_test(tc, nothing_scrolls_within_the_page);
  tcase_add_loop_test(tc, filters_count_what_they_show, 0, SAMPLES);
  tcase_add_test(tc, there_is_no_section_without_anything_in_it);
  tcase_add_test(tc, a_graph_is_drawn_once_a_layer);
  tcase_add_test(tc, a_crash_has_its_stack);
  tcase_add_test(tc, each_figure_has_a_title_a_description_and_a_table);
  tcase_add_test(tc, what_cannot_be_drawn_is_said);
  tcase_add_test(tc, hostile_numbers_are_drawn_without_harm);
  tcase_add_test(tc, text_has_enough_contrast_in_both_schemes);
  tcase_add_test(tc, a_folder_holds_the_page_and_its_style);
  return tc;
}

TEST_MAIN("html report", html)
