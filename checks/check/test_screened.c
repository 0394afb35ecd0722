/* A case whose full check would be too much work is screened by itself, decided from what its layer declares. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_tests.h"
#include "core/text.h"
#include "gradcheck/report.h"
#include "report/screened_words.h"

/*
 * 600 elements, of seven evaluations each: 2e11 operations are 47,619,047.6 an evaluation. A quarter of them is what a
 * sample may be: 5e10/(7 * 47,619,048) is just below 150.
 */
enum {
  ELEMENTS = 600,
  JUST_BELOW = 47619047,
  JUST_ABOVE = 47619048,
  FAR_ABOVE = 476190480,
  SAMPLE = 149,
  NOWHERE = -1
};

enum { WRONG, JOINED, OPTIONS }; /* the element whose square has a negated gradient; every output depends on all */

/* y_i = x_i^2 + joined sum_j x_j: joined, no two elements can be perturbed together. */
static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *y = c->t[1].value, sum = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum += x[i];
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = x[i] * x[i] + c->option[JOINED] * sum;
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad, sum = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum += dy[i];
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = ((double)i == c->option[WRONG] ? -2 : 2) * x[i] * dy[i] + c->option[JOINED] * sum;
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N", .keep_away = 0.2, .grad = GCHK_GRAD_OVERWRITE),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec option_table[] = {{"wrong", NOWHERE, 0, 0, ""}, {"joined", 0, 0, 0, ""}};
static const gchk_layer costly = {.name = "costly",
                                  GCHK_HERE,
                                  .dtype = GCHK_F64,
                                  GCHK_TENSORS(tensors),
                                  .forward = forward,
                                  .backward = backward,
                                  GCHK_OPTION_TABLE(option_table),
                                  .sizes_default = "work=1",
                                  .operations = "work"};

static gchk_result *check_layer(const gchk_layer *layer, unsigned work, double wrong, bool is_joined,
                                const gchk_options *options) {
  char sizes[64];
  const double values[OPTIONS] = {wrong, is_joined ? 1 : 0};
  (void)snprintf(sizes, sizeof sizes, "N=%d work=%u", ELEMENTS, work);
  const gchk_case c = {.name = "costly", .layer = layer, .sizes = sizes, .options = values};
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_check_cases(&c, 1, options, &result, &error) == GCHK_OK, "%s", error.message);
  return result;
}

static gchk_result *check(unsigned work, double wrong, const gchk_options *options) {
  return check_layer(&costly, work, wrong, true, options);
}

START_TEST(the_limit_is_of_counted_work) {
  static const struct {
    unsigned work;
    bool full;
    uint64_t budget;
    size_t checked;
    bool is_screened;
  } rows[] = {{JUST_BELOW, false, 0, ELEMENTS, false},
              {JUST_ABOVE, false, 0, SAMPLE, true},
              {JUST_ABOVE, true, 0, ELEMENTS, false},
              {JUST_ABOVE, false, 10, 10, false},
              {JUST_ABOVE, false, 1000, ELEMENTS, false}};
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    gchk_options options = GCHK_OPTIONS_INIT;
    options.full = rows[k].full;
    options.budget = rows[k].budget;
    gchk_result *r = check(rows[k].work, NOWHERE, &options);
    const gchk_case_result *c = &r->cases[0];
    ck_assert_int_eq(r->exit_code, 0);
    ck_assert_msg(c->tensors[0].checked == rows[k].checked, "row %zu: %zu checked", k, c->tensors[0].checked);
    ck_assert_msg((c->screened > 0) == rows[k].is_screened, "row %zu", k);
    ck_assert_int_eq(isnan(c->tensors[0].sample_probability), rows[k].checked == ELEMENTS);
    if (rows[k].is_screened)
      ck_assert_double_eq(c->screened, 7.0 * ELEMENTS * JUST_ABOVE);
    gchk_result_free(r);
  }
}
END_TEST

START_TEST(every_report_says_what_was_screened) {
  static const gchk_format formats[] = {GCHK_TEXT, GCHK_HTML, GCHK_MARKDOWN, GCHK_JSON};
  static const char *const words[] = {"Screened, not checked whole: costly.", "Screened, not checked whole: costly.",
                                      "Screened, not checked whole: costly.", "\"screened\": 200000001600"};
  gchk_result *screened = check(JUST_ABOVE, NOWHERE, NULL), *whole = check(JUST_BELOW, NOWHERE, NULL);
  for (size_t k = 0; k < sizeof formats / sizeof formats[0]; k++) {
    for (int is_whole = 0; is_whole <= 1; is_whole++) {
      char *text;
      size_t length;
      FILE *out = open_memstream(&text, &length);
      ck_assert_int_eq(gchk_report_write(is_whole ? whole : screened, formats[k], NULL, out, NULL), GCHK_OK);
      (void)fclose(out);
      ck_assert_msg((strstr(text, words[k]) == NULL) == is_whole, "format %zu:\n%.2000s", k, text);
      free(text);
    }
  }
  gchk_result_free(screened);
  gchk_result_free(whole);
}
END_TEST

/* Of how long it takes: what the whole would, and which share of the elements this is. */
START_TEST(what_a_screened_case_takes_is_said) {
  gchk_result *r = check(JUST_ABOVE, NOWHERE, NULL);
  gchk_text text = {0};
  char share[64];
  gchk_put_screened(&text, r);
  ck_assert_uint_lt(r->cases[0].tensors[0].checked, ELEMENTS);
  (void)snprintf(share, sizeof share, "by a sample, %.3g %% of all elements",
                 100.0 * (double)r->cases[0].tensors[0].checked / ELEMENTS);
  ck_assert_msg(strstr(text.data, share) != NULL, "not %s: %s", share, text.data);
  ck_assert_msg(strstr(text.data, "takes about 2e+11 operations") != NULL, "%s", text.data);
  gchk_text_deinit(&text);
  gchk_result_free(r);
}
END_TEST

/* The work that is counted is what there is: all elements of a layer that acts on each alone are seven evaluations. */
START_TEST(elements_that_go_together_are_checked_whole) {
  for (int wrong = NOWHERE; wrong < ELEMENTS; wrong += ELEMENTS / 2 + 1) {
    gchk_result *r = check_layer(&costly, FAR_ABOVE, wrong, false, NULL);
    ck_assert_int_eq(r->exit_code, wrong == NOWHERE ? 0 : 1);
    ck_assert_uint_eq(r->cases[0].tensors[0].checked, ELEMENTS);
    ck_assert_uint_eq(r->cases[0].tensors[0].elements.fail, wrong == NOWHERE ? 0 : 1);
    ck_assert_double_eq(r->cases[0].screened, 0);
    gchk_result_free(r);
  }
}
END_TEST

/* With ten times as much work the sample is of 14 elements, and the wrong one is mostly not among them. */
START_TEST(a_wrong_element_is_searched_out) {
  static const int wrong[] = {NOWHERE, 0, 1, 77, 299, 300, 301, ELEMENTS - 1};
  for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
    gchk_result *r = check(FAR_ABOVE, wrong[k], NULL);
    const gchk_tensor_result *t = &r->cases[0].tensors[0];
    ck_assert_int_eq(r->exit_code, wrong[k] == NOWHERE ? 0 : 1);
    ck_assert_uint_le(t->checked, 14 + 1);
    ck_assert_uint_eq(t->elements.fail, wrong[k] == NOWHERE ? 0 : 1);
    if (wrong[k] != NOWHERE)
      ck_assert_uint_eq(t->worst[0].flat, (size_t)wrong[k]);
    gchk_result_free(r);
  }
}
END_TEST

START_TEST(wrong_declarations_are_errors_that_name_them) {
  static const struct {
    const char *operations, *words;
  } rows[] = {{"2*M", "costly: its operations: size expression '2*M': nothing says how large M is"},
              {"2 * N", "costly: its operations: size expression '2 * N'"},
              {"N*", "costly: its operations: size expression 'N*'"}};
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    gchk_layer layer = costly;
    layer.operations = rows[k].operations;
    gchk_result *r = check_layer(&layer, 1, NOWHERE, true, NULL);
    ck_assert_int_eq(r->cases[0].verdict, GCHK_ERROR);
    ck_assert_msg(strstr(r->cases[0].reason, rows[k].words) != NULL, "%s", r->cases[0].reason);
    gchk_result_free(r);
  }
}
END_TEST

START_TEST(full_and_a_budget_exclude_each_other) {
  gchk_options options = GCHK_OPTIONS_INIT;
  options.full = true;
  options.budget = 10;
  const double values[OPTIONS] = {NOWHERE, 0};
  const gchk_case c = {.name = "costly", .layer = &costly, .sizes = "N=5", .options = values};
  gchk_result *r = NULL;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_int_eq(gchk_check_cases(&c, 1, &options, &r, &error), GCHK_INVALID);
  ck_assert(strstr(error.message, "leave out one of --full and --budget") != NULL);
}
END_TEST

TCase *screened_tests(void) {
  TCase *tests = tcase_create("screened");
  tcase_add_test(tests, the_limit_is_of_counted_work);
  tcase_add_test(tests, every_report_says_what_was_screened);
  tcase_add_test(tests, what_a_screened_case_takes_is_said);
  tcase_add_test(tests, elements_that_go_together_are_checked_whole);
  tcase_add_test(tests, a_wrong_element_is_searched_out);
  tcase_add_test(tests, wrong_declarations_are_errors_that_name_them);
  tcase_add_test(tests, full_and_a_budget_exclude_each_other);
  return tests;
}
