/* The table of formats, what a caller adds to a result, and an explanation in words. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/explain.h"
#include "gradcheck/report.h"
#include "main.h"
#include "report/render.h"
#include "report/sample_result.h"

START_TEST(every_format_has_a_row_of_its_own) {
  gchk_result *result = sample_failing();
  for (size_t i = 0; i < GCHK_FORMAT_COUNT; i++) {
    const gchk_format format = (gchk_format)i;
    ck_assert_str_ne(gchk_report_format_name(format), "");
    ck_assert_str_ne(gchk_report_format_extension(format), "");
    char *text = render(result, format, NULL);
    ck_assert_str_ne(text, "");
    for (size_t k = 0; k < i; k++) {
      char *other = render(result, (gchk_format)k, NULL);
      ck_assert_str_ne(text, other);
      free(other);
      ck_assert_str_ne(gchk_report_format_name(format), gchk_report_format_name((gchk_format)k));
      ck_assert_str_ne(gchk_report_format_extension(format), gchk_report_format_extension((gchk_format)k));
    }
    free(text);
  }
  gchk_result_free(result);
}
END_TEST

/* What a program may rely on starts as its schema has it; the rest is for people. */
START_TEST(json_junit_and_sarif_are_for_machines) {
  gchk_result *result = sample_passing();
  for (size_t i = 0; i < GCHK_FORMAT_COUNT; i++) {
    char *text = render(result, (gchk_format)i, NULL);
    const bool is_structured = text[0] == '{' || strncmp(text, "<?xml", 5) == 0;
    ck_assert_int_eq(gchk_report_format_is_for_machines((gchk_format)i), is_structured);
    free(text);
  }
  gchk_result_free(result);
}
END_TEST

START_TEST(what_is_no_format_is_refused) {
  gchk_result *result = sample_passing();
  gchk_error error;
  ck_assert_str_eq(gchk_report_format_name(GCHK_FORMAT_COUNT), "");
  ck_assert_str_eq(gchk_report_format_extension(GCHK_FORMAT_COUNT), "");
  ck_assert_int_eq(gchk_report_write(result, GCHK_FORMAT_COUNT, NULL, stdout, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "no report format"));
  ck_assert_int_eq(gchk_graph_save(&result->cases[0], GCHK_GRAPH_FORMAT_COUNT, "-", &error), GCHK_INVALID);
  gchk_result_free(result);
}
END_TEST

START_TEST(a_description_is_copied) {
  gchk_result *result = gchk_result_new();
  gchk_error error;
  char title[] = "mine.yaml", word[] = "gradcheck";
  const char *argv[] = {word, "run"};
  const gchk_run_description run = {
      .title = title, .shard = 2, .shards = 3, .blas_threads = 4, .argc = 2, .argv = argv};
  ck_assert_int_eq(gchk_result_describe(result, &run, &error), GCHK_OK);
  memset(title, '?', sizeof title - 1);
  memset(word, '?', sizeof word - 1);
  argv[1] = NULL;
  ck_assert_str_eq(result->title, "mine.yaml");
  ck_assert_str_eq(result->config.filter, "");
  ck_assert_str_eq(result->environment.blas_library, "");
  ck_assert_uint_eq(result->config.shard, 2);
  ck_assert_uint_eq(result->config.shards, 3);
  ck_assert_uint_eq(result->environment.blas_threads, 4);
  ck_assert_uint_eq(result->argc, 2);
  ck_assert_str_eq(result->argv[0], "gradcheck");
  ck_assert_str_eq(result->argv[1], "run");
  gchk_result_free(result);
}
END_TEST

START_TEST(a_comparison_changes_the_exit_code_only_by_a_regression) {
  gchk_result *before = sample_passing(), *same = sample_passing(), *less = sample_passing();
  gchk_error error;
  ck_assert_int_eq(gchk_result_compare(same, before, "before.json", &error), GCHK_OK);
  ck_assert_str_eq(same->baseline.file, "before.json");
  ck_assert_uint_eq(same->baseline.regression_count, 0);
  ck_assert_int_eq(same->exit_code, 0);
  less->case_count--; // the last case has vanished
  ck_assert_int_eq(gchk_result_compare(less, before, "before.json", &error), GCHK_OK);
  ck_assert_uint_gt(less->baseline.regression_count, 0);
  ck_assert_int_eq(less->exit_code, 1);
  gchk_result_free(before);
  gchk_result_free(same);
  gchk_result_free(less);
}
END_TEST

static gchk_explanation sample_explanation(gchk_verdict verdict) {
  gchk_explanation x = {.case_name = "net", .tensor = "W", .dtype = GCHK_F64, .shape = {2, {3, 4}}, .flat = 5};
  x.value = 0.1;
  x.order = (double)NAN;
  x.draw_count = 1;
  x.verdict = verdict;
  x.draws[0] = (gchk_explained_draw){
      .analytic = 2, .numeric = 1.5, .bound = 1e-9, .error_bars = 5e8, .noise = 0, .largest = 2, .verdict = verdict};
  x.draws[0].step_count = 2;
  x.draws[0].steps[0] = (gchk_explained_step){1e-3, 1.4, 1.25, 1.75, 0.5, 1e-12, 1.5, false};
  x.draws[0].steps[1] = (gchk_explained_step){1e-4, (double)NAN, 1, 2, (double)INFINITY, 0, (double)INFINITY, true};
  return x;
}

static char *print(const gchk_explanation *x) {
  char *text = NULL;
  size_t length = 0;
  gchk_error error = {0};
  FILE *out = open_memstream(&text, &length);
  ck_assert_msg(gchk_explanation_print(x, out, &error) == GCHK_OK, "%s", error.message);
  ck_assert_int_eq(fclose(out), 0);
  return text;
}

/* The numbers as printf has them: the table is read by people and by scripts. */
START_TEST(an_explanation_has_a_row_a_step) {
  static const char row[] = "%c %-10.3g %-24.17g %-12.3g %-12.6g %-12.6g %-10.3g %-10.3g %.3g\n";
  const gchk_explanation x = sample_explanation(GCHK_FAIL);
  char *text = print(&x), line[256];
  (void)snprintf(line, sizeof line, row, ' ', 1e-3, 1.4, 2 - 1.4, 1.25, 1.75, 0.5, 1e-12, 1.5);
  ck_assert_ptr_nonnull(strstr(text, line));
  (void)snprintf(line, sizeof line, row, '>', 1e-4, (double)NAN, (double)NAN, 1.0, 2.0, (double)INFINITY, 0.0,
                 (double)INFINITY);
  ck_assert_ptr_nonnull(strstr(text, line));
  ck_assert_ptr_eq(strstr(text, "net:W, element 5 of shape (3,4), f64, value 0.1"), text);
  ck_assert_ptr_nonnull(strstr(text, "no order of convergence shows"));
  ck_assert_ptr_null(strstr(text, "double twin"));
  free(text);
}
END_TEST

START_TEST(an_explanation_says_its_verdict) {
  static const struct {
    gchk_verdict verdict;
    const char *word;
  } words[] = {{GCHK_PASS, "  PASS: "},
               {GCHK_KINK, "  KINK: "},
               {GCHK_INCONCLUSIVE, "  INCONCLUSIVE: "},
               {GCHK_FAIL, "analytic/numeric = 1.333333333\n"}};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    const gchk_explanation x = sample_explanation(words[i].verdict);
    char *text = print(&x);
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
      ck_assert_int_eq(strstr(text, words[k].word) != NULL, k == i);
    free(text);
  }
}
END_TEST

/* The differences of five steps, 4^-k, and their one-sided slopes; numeric is the third. */
static gchk_explanation with_differences(const double differences[5]) {
  gchk_explanation x = sample_explanation(GCHK_FAIL);
  gchk_explained_draw *draw = &x.draws[0];
  draw->numeric = differences[2];
  draw->step_count = 5;
  for (size_t k = 0; k < 5; k++)
    draw->steps[k] = (gchk_explained_step){.step = ldexp(1, -2 * (int)k),
                                           .difference = differences[k],
                                           .slope_plus = differences[k],
                                           .slope_minus = differences[k],
                                           .rounding = 1e-6,
                                           .is_chosen = k == 2};
  return x;
}

/* A linear function, a flat one, a staircase under the chosen step and beside it, and one without any order. */
START_TEST(an_explanation_says_what_the_function_is_like) {
  static const struct {
    double differences[5];
    const char *order, *kind, *fail;
  } rows[] = {
      {{3, 3, 3, 3, 3}, "as for a linear function", "is smooth here", "analytic/numeric = 0.666"},
      {{0, 0, 0, 0, 0}, "no output moves at any step\n", "is flat here, as far", "numeric is 0 within it"},
      {{2, 3, 0, 0, 0}, "no output moves at steps up to 0.0625", "tread of a staircase", "numeric is 0 within it"},
      {{2, 0, 0, 0, 4}, "no order of convergence shows", "tread of a staircase", "numeric is 0 within it"},
      {{1, 4, 2, 5, 1}, "no order of convergence shows", "is smooth here", "analytic/numeric = 1"},
  };
  enum { ROWS = sizeof rows / sizeof rows[0] };
  for (size_t i = 0; i < ROWS; i++) {
    const gchk_explanation x = with_differences(rows[i].differences);
    char *text = print(&x);
    ck_assert_msg(strstr(text, rows[i].order) && strstr(text, rows[i].kind) && strstr(text, rows[i].fail), "%zu:\n%s",
                  i, text);
    ck_assert_msg((strstr(text, "as for a linear function") != NULL) == (i == 0), "%zu:\n%s", i, text);
    free(text);
  }
}
END_TEST

/* A V with its foot at the third of five steps, or a floor: errors are those given, powers of ten. */
static char *print_errors(const double errors[5], gchk_verdict verdict) {
  gchk_explanation x = sample_explanation(verdict);
  gchk_explained_draw *draw = &x.draws[0];
  draw->numeric = draw->analytic - errors[2];
  draw->step_count = 5;
  for (size_t k = 0; k < 5; k++)
    draw->steps[k] = (gchk_explained_step){.step = pow(10, -1 - (double)k),
                                           .difference = draw->analytic - errors[k],
                                           .slope_plus = 1,
                                           .slope_minus = 1,
                                           .bound = 1e-9,
                                           .is_chosen = k == 2};
  return print(&x);
}

/* How many lines below the head of the plot the last of these characters stands; 0: none does. */
static size_t last_row_with(const char *text, char mark) {
  const char *at = strstr(text, "How far each step");
  ck_assert_ptr_nonnull(at);
  const char *end = strstr(at, "+---");
  ck_assert_ptr_nonnull(end);
  size_t row = 0, found = 0;
  for (at = strchr(at, '\n'); at < end; at++) {
    row += *at == '\n';
    if (*at == mark)
      found = row;
  }
  return found;
}

START_TEST(an_explanation_draws_its_steps) {
  static const double v[] = {1e-2, 1e-4, 1e-8, 1e-6, 1e-3}, floor_of[] = {1e-2, 1e-2, 1e-2, 1e-2, 1e-2},
                      zero[] = {1e-2, 1e-4, 0, 1e-6, 1e-3};
  char *text = print_errors(v, GCHK_PASS);
  ck_assert_uint_gt(last_row_with(text, '@'), last_row_with(text, 'o')); // the foot is the chosen step
  ck_assert_uint_ge(last_row_with(text, '.'), last_row_with(text, '@'));
  for (const char *line = text; (line = strstr(line, "\n  ")) != NULL; line++)
    if (strchr(line + 1, '@') == NULL)
      ck_assert_uint_le(strcspn(line + 1, "\n"), 120);
  free(text);
  text = print_errors(floor_of, GCHK_FAIL);
  ck_assert_uint_eq(last_row_with(text, '@'), 1); // far above the bounds
  ck_assert_uint_gt(last_row_with(text, '.'), 10);
  free(text);
  text = print_errors(zero, GCHK_PASS);
  ck_assert_ptr_nonnull(strstr(text, "      0 | "));
  free(text);
  const gchk_explanation few = sample_explanation(GCHK_FAIL);
  text = print(&few);
  ck_assert_ptr_null(strstr(text, "How far each step"));
  free(text);
}
END_TEST

START_TEST(an_explanation_ends_in_plain_sentences) {
  static const struct {
    double analytic, numeric, bound;
    gchk_verdict verdict;
    const char *says;
  } rows[] = {
      {2, 1, 1e-9, GCHK_FAIL, "Backward gives 2 times what it should."},
      {-2, 2, 1e-9, GCHK_FAIL, "The sign is wrong."},
      {0, 2, 1e-9, GCHK_FAIL, "gives 0 where the output does move."},
      {2, 0, 1e-9, GCHK_FAIL, "The output does not move here, and its gradient is 0."},
      {(double)NAN, 2, 1e-9, GCHK_FAIL, "Backward gives what is no number."},
      {2, 2, 2e-4, GCHK_PASS, "A mistake of more than 0.03 % of it would have shown."},
      {2, 2, 2, GCHK_INCONCLUSIVE, "Nothing contradicts backward, but that is too wide to tell"},
      {2, 2, 1e-9, GCHK_KINK, "has a corner here, with slopes 1 and 3"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_explanation x = sample_explanation(rows[i].verdict);
    x.doubt = rows[i].verdict == GCHK_INCONCLUSIVE ? GCHK_DOUBT_ROUNDING : GCHK_NO_DOUBT;
    x.draws[0].analytic = rows[i].analytic;
    x.draws[0].numeric = rows[i].numeric;
    x.draws[0].bound = rows[i].bound;
    x.draws[0].slope_low = 1;
    x.draws[0].slope_high = 3;
    char *text = print(&x), *in_short = strstr(text, "\nIn short: backward says ");
    ck_assert_ptr_nonnull(in_short);
    for (char *c = in_short; *c != '\0'; c++) // sentences are broken at blanks
      *c = *c == '\n' ? ' ' : *c;
    ck_assert_msg(strstr(in_short, rows[i].says) != NULL, "%zu: %s", i, in_short);
    free(text);
  }
}
END_TEST

/* The drawing is XML by itself, with one line of errors and one of bounds; of no steps it is empty. */
START_TEST(an_explanation_is_drawn_into_a_file) {
  static const char path[] = "explained.svg";
  for (size_t steps = 0; steps <= 2; steps += 2) {
    gchk_explanation x = sample_explanation(GCHK_FAIL);
    char text[16384] = "";
    x.draws[0].step_count = steps;
    ck_assert_int_eq(gchk_explanation_draw(&x, path, NULL), GCHK_OK);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_gt(fread(text, 1, sizeof text - 1, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_ptr_eq(strstr(text, "<svg xmlns=\"http://www.w3.org/2000/svg\""), text);
    ck_assert_int_eq(strstr(text, "s-bound") != NULL, steps > 0);
    ck_assert_int_eq(strstr(text, "Step curve of net W") != NULL, steps > 0);
    ck_assert_int_eq(remove(path), 0);
  }
  gchk_error error;
  const gchk_explanation x = sample_explanation(GCHK_FAIL);
  ck_assert_int_eq(gchk_explanation_draw(&x, "no/such/folder/x.svg", &error), GCHK_IO);
}
END_TEST

static TCase *formats(void) {
  TCase *tc = tcase_create("formats");
  tcase_add_test(tc, every_format_has_a_row_of_its_own);
  tcase_add_test(tc, json_junit_and_sarif_are_for_machines);
  tcase_add_test(tc, what_is_no_format_is_refused);
  tcase_add_test(tc, a_description_is_copied);
  tcase_add_test(tc, a_comparison_changes_the_exit_code_only_by_a_regression);
  tcase_add_test(tc, an_explanation_has_a_row_a_step);
  tcase_add_test(tc, an_explanation_says_its_verdict);
  tcase_add_test(tc, an_explanation_says_what_the_function_is_like);
  tcase_add_test(tc, an_explanation_draws_its_steps);
  tcase_add_test(tc, an_explanation_ends_in_plain_sentences);
  tcase_add_test(tc, an_explanation_is_drawn_into_a_file);
  return tc;
}

TEST_MAIN("report formats", formats)
