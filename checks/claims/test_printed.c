/* What documents print of a case: each kind of row with its wrong twin, and what is compared with nothing. */
#include "main.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gradcheck/check.h"

/* y = x^2, and its gradient times an option. */
static gchk_status square(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = ((const double *)c->t[0].value)[i] * ((const double *)c->t[0].value)[i];
  return GCHK_OK;
}
static gchk_status square_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] =
        c->option[0] * 2 * ((const double *)c->t[0].value)[i] * ((const double *)c->t[1].grad)[i];
  return GCHK_OK;
}
/* loss = sum of x^2, the same gradient for an upstream gradient of 1. */
static gchk_status loss_forward(const gchk_call *c, gchk_error *error) {
  double *loss = c->t[1].value;
  (void)error;
  *loss = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    *loss += ((const double *)c->t[0].value)[i] * ((const double *)c->t[0].value)[i];
  return GCHK_OK;
}
static gchk_status loss_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = c->option[0] * 2 * ((const double *)c->t[0].value)[i] * *(const double *)c->t[1].grad;
  return GCHK_OK;
}
static gchk_status square_f32(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((float *)c->t[1].value)[i] = ((const float *)c->t[0].value)[i] * ((const float *)c->t[0].value)[i];
  return GCHK_OK;
}
static gchk_status square_backward_f32(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((float *)c->t[0].grad)[i] = 2 * ((const float *)c->t[0].value)[i] * ((const float *)c->t[1].grad)[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .grad = GCHK_GRAD_OVERWRITE),
                                           GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec factor_option[] = {{"factor", 1, 0, 0, ""}};
static const gchk_layer layer = {.name = "square",
                                 GCHK_HERE,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 .forward = square,
                                 .backward = square_backward,
                                 .sizes = "N=3",
                                 GCHK_OPTION_TABLE(factor_option)};
static const gchk_tensor_spec loss_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .grad = GCHK_GRAD_OVERWRITE),
                                                GCHK_TENSOR("loss", GCHK_OUTPUT, "")};
static const gchk_layer loss_layer = {.name = "loss",
                                      GCHK_HERE,
                                      .dtype = GCHK_F64,
                                      GCHK_TENSORS(loss_tensors),
                                      .forward = loss_forward,
                                      .backward = loss_backward,
                                      .sizes = "N=3",
                                      GCHK_OPTION_TABLE(factor_option)};
static const gchk_layer layer_f32 = {.name = "square",
                                     GCHK_HERE,
                                     .dtype = GCHK_F32,
                                     GCHK_TENSORS(tensors),
                                     .forward = square_f32,
                                     .backward = square_backward_f32,
                                     .sizes = "N=3"};

static const double x_values[3] = {1.5, -2, 3}, right_reference[3] = {3, -4, 6}, wrong_reference[3] = {3, -4, 7};

/* How the case is run. */
typedef struct setup {
  const gchk_layer *layer; /* NULL: in f64 */
  double factor;           /* of the gradient; 0: 1 */
  double threshold;
  const double *reference;
  const char *expected_failure;
  uint64_t budget;
} setup;

static gchk_result *run_with(const setup *s, const double *values, size_t value_count, const gchk_printed *printed,
                             size_t count) {
  const double factor = s->factor != 0 ? s->factor : 1;
  const gchk_layer *of = s->layer != NULL ? s->layer : &layer;
  char sizes[32];
  (void)snprintf(sizes, sizeof sizes, "N=%zu", value_count);
  const gchk_tensor_setting setting = {.size = sizeof setting,
                                       .name = "x",
                                       .fill = {.kind = GCHK_FILL_VALUES, .values = values, .value_count = value_count},
                                       .reference = s->reference,
                                       .reference_count = 3,
                                       .reference_source = "by hand",
                                       .printed = printed,
                                       .printed_count = count};
  const gchk_case c = {.size = sizeof c,
                       .name = "square",
                       .layer = of,
                       .sizes = sizes,
                       .options = of->option_count > 0 ? &factor : NULL,
                       .settings = &setting,
                       .setting_count = 1,
                       .threshold = s->threshold,
                       .expected_failure = s->expected_failure};
  gchk_options how = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  how.budget = s->budget;
  ck_assert_msg(gchk_check_cases(&c, 1, &how, &result, &error) == GCHK_OK, "%s", error.message);
  return result;
}

static gchk_result *run(const setup *s, const gchk_printed *printed, size_t count) {
  return run_with(s, x_values, 3, printed, count);
}

#define NUMBERS(...)                                                                                                   \
  (const double[]) {                                                                                                   \
    __VA_ARGS__                                                                                                        \
  }
#define ROW(of, names, name_count, are, off, many)                                                                     \
  {                                                                                                                    \
    .document = "000", .at = "In [7]", .prints = "what it prints", .kind = (of), .tensors = (names),                   \
    .tensor_count = (name_count), .numbers = (are), .within = (off), .number_count = (many)                            \
  }

static const char *const x[] = {"x"}, *const y[] = {"y"}, *const nobody[] = {"z"}, *const both[] = {"x", "y"};
static const double exactly[6] = {0}, nearly[3] = {0.05, 0.05, 0.05};

/* Rows, each with what is to come of it. */
static const struct {
  const char *what;
  gchk_printed row;
  setup how;
  gchk_verdict verdict;
  const char *gives;
} rows[] = {
    {"a value", ROW(GCHK_PRINTED_VALUE, y, 1, NUMBERS(2.25, 4, 9), exactly, 3), {0}, GCHK_PASS, "2.25 4 9"},
    {"another value",
     ROW(GCHK_PRINTED_VALUE, y, 1, NUMBERS(2.25, 4, 9.000000000000002), exactly, 3),
     {0},
     GCHK_FAIL,
     "2.25 4 9"},
    {"values that are rounded",
     ROW(GCHK_PRINTED_VALUE, y, 1, NUMBERS(2.2, 4, 9), nearly, 3),
     {0},
     GCHK_PASS,
     "2.25 4 9"},
    {"values that are rounded wrongly",
     ROW(GCHK_PRINTED_VALUE, y, 1, NUMBERS(2.1, 4, 9), nearly, 3),
     {0},
     GCHK_FAIL,
     "2.25 4 9"},
    {"values of two tensors",
     ROW(GCHK_PRINTED_VALUE, both, 2, NUMBERS(1.5, -2, 3, 2.25, 4, 9), exactly, 6),
     {0},
     GCHK_PASS,
     "1.5 -2 3 2.25 4 9"},
    {"a number too few", ROW(GCHK_PRINTED_VALUE, y, 1, NUMBERS(2.25, 4), exactly, 2), {0}, GCHK_FAIL, "2.25 4 9"},
    {"a number too many",
     ROW(GCHK_PRINTED_VALUE, y, 1, NUMBERS(2.25, 4, 9, 0), exactly, 4),
     {0},
     GCHK_FAIL,
     "2.25 4 9"},
    {"not a number",
     ROW(GCHK_PRINTED_VALUE, y, 1, NUMBERS(2.25, 4, (double)NAN), nearly, 3),
     {0},
     GCHK_FAIL,
     "2.25 4 9"},
    {"no such tensor", ROW(GCHK_PRINTED_VALUE, nobody, 1, NUMBERS(1), exactly, 1), {0}, GCHK_FAIL, ""},
    {"a gradient", ROW(GCHK_PRINTED_GRADIENT, x, 1, NUMBERS(3, -4, 6), exactly, 3), {0}, GCHK_PASS, "3 -4 6"},
    {"another gradient", ROW(GCHK_PRINTED_GRADIENT, x, 1, NUMBERS(3, 4, 6), nearly, 3), {0}, GCHK_FAIL, "3 -4 6"},
    {"a shape", ROW(GCHK_PRINTED_SHAPE, both, 2, NUMBERS(3, 3), exactly, 2), {0}, GCHK_PASS, "3 3"},
    {"another shape", ROW(GCHK_PRINTED_SHAPE, both, 2, NUMBERS(3, 4), exactly, 2), {0}, GCHK_FAIL, "3 3"},
    {"references agree",
     ROW(GCHK_PRINTED_AGREEMENT, x, 1, NUMBERS(1), exactly, 1),
     {.reference = right_reference},
     GCHK_PASS,
     "True"},
    {"references agree and are said not to",
     ROW(GCHK_PRINTED_AGREEMENT, x, 1, NUMBERS(0), exactly, 1),
     {.reference = right_reference},
     GCHK_FAIL,
     "True"},
    {"references do not agree",
     ROW(GCHK_PRINTED_AGREEMENT, x, 1, NUMBERS(0), exactly, 1),
     {.reference = wrong_reference},
     GCHK_PASS,
     "False"},
    {"references do not agree and are said to",
     ROW(GCHK_PRINTED_AGREEMENT, x, 1, NUMBERS(1), exactly, 1),
     {.reference = wrong_reference},
     GCHK_FAIL,
     "False"},
    {"there are no references",
     ROW(GCHK_PRINTED_AGREEMENT, x, 1, NUMBERS(0), exactly, 1),
     {0},
     GCHK_FAIL,
     "no reference"},
    {"a formula", ROW(GCHK_PRINTED_FORMULA, x, 1, NULL, NULL, 0), {0}, GCHK_PASS, "d/dx pass (3 of 3)"},
    {"a formula that is wrong",
     ROW(GCHK_PRINTED_FORMULA, x, 1, NULL, NULL, 0),
     {.factor = 2},
     GCHK_FAIL,
     "d/dx fail (3 of 3)"},
    {"a formula of what has no gradient",
     ROW(GCHK_PRINTED_FORMULA, y, 1, NULL, NULL, 0),
     {0},
     GCHK_SKIPPED,
     "d/dy skipped"},
    /* 1e-3 mean |2 x| = 0.0043333: the gradient is off by that, and the threshold lets it pass. */
    {"a mean",
     ROW(GCHK_PRINTED_MEAN_ABS_DIFF, x, 1, NUMBERS(4.4e-3), exactly, 1),
     {.layer = &loss_layer, .factor = 1 + 1e-3, .threshold = 1},
     GCHK_PASS,
     "0.0043"},
    {"a mean that is as large",
     ROW(GCHK_PRINTED_MEAN_ABS_DIFF, x, 1, NUMBERS(1.5e-3), exactly, 1),
     {.layer = &loss_layer, .factor = 1 + 1e-3, .threshold = 1},
     GCHK_PASS,
     "0.0043"},
    {"a mean that is too large",
     ROW(GCHK_PRINTED_MEAN_ABS_DIFF, x, 1, NUMBERS(1.4e-3), exactly, 1),
     {.layer = &loss_layer, .factor = 1 + 1e-3, .threshold = 1},
     GCHK_FAIL,
     "0.0043"},
    {"a mean that is too small",
     ROW(GCHK_PRINTED_MEAN_ABS_DIFF, x, 1, NUMBERS(1.4e-2), exactly, 1),
     {.layer = &loss_layer, .factor = 1 + 1e-3, .threshold = 1},
     GCHK_FAIL,
     "0.0043"},
    {"a value in f32",
     ROW(GCHK_PRINTED_VALUE, y, 1, NUMBERS(2.25, 4.00003, 9), exactly, 3),
     {.layer = &layer_f32},
     GCHK_PASS,
     "2.25 4 9"},
    {"another value in f32",
     ROW(GCHK_PRINTED_VALUE, y, 1, NUMBERS(2.25, 4.0001, 9), exactly, 3),
     {.layer = &layer_f32},
     GCHK_FAIL,
     "2.25 4 9"},
};

START_TEST(a_row_is_compared_with_what_there_is) {
  gchk_result *result = run(&rows[_i].how, &rows[_i].row, 1);
  const gchk_case_result *c = &result->cases[0];
  ck_assert_uint_eq(c->printed_count, 1);
  const gchk_printed_result *printed = &c->printed[0];
  ck_assert_msg(printed->verdict == rows[_i].verdict, "%s: %s", rows[_i].what, gchk_verdict_name(printed->verdict));
  ck_assert_str_eq(printed->gives, rows[_i].gives);
  ck_assert_str_eq(printed->document, "000");
  ck_assert_str_eq(printed->at, "In [7]");
  ck_assert_str_eq(printed->prints, "what it prints");
  ck_assert_int_eq(printed->kind, rows[_i].row.kind);
  const gchk_finding *found = NULL;
  for (size_t i = 0; i < c->finding_count; i++)
    if (strcmp(c->findings[i].code, "printed-differs") == 0)
      found = &c->findings[i];
  ck_assert_int_eq(found != NULL, rows[_i].verdict == GCHK_FAIL);
  if (found == NULL)
    ck_assert(c->verdict == GCHK_PASS || rows[_i].how.reference == wrong_reference);
  else {
    ck_assert_int_eq(c->verdict, GCHK_FAIL);
    ck_assert_int_eq(result->exit_code, 1);
    ck_assert_ptr_nonnull(strstr(found->text, "document 000, In [7], prints what it prints"));
    ck_assert_ptr_nonnull(strstr(found->text, rows[_i].gives));
  }
  gchk_result_free(result);
}
END_TEST

/* Figures that this run does not have are compared with nothing, and change nothing. */
START_TEST(some_rows_are_compared_with_nothing) {
  const gchk_printed wrong = ROW(GCHK_PRINTED_MEAN_ABS_DIFF, x, 1, NUMBERS(1), exactly, 1);
  const setup in_f32 = {.layer = &layer_f32}, of_a_sample = {.budget = 20};
  double many[200];
  for (size_t i = 0; i < 200; i++)
    many[i] = 1 + (double)i / 100;
  gchk_result *results[] = {run(&in_f32, &wrong, 1), run_with(&of_a_sample, many, 200, &wrong, 1)};
  ck_assert_uint_lt(results[1]->cases[0].tensors[0].checked, 200);
  for (size_t i = 0; i < 2; i++) {
    ck_assert_int_eq(results[i]->cases[0].printed[0].verdict, GCHK_SKIPPED);
    ck_assert_int_eq(results[i]->cases[0].verdict, GCHK_PASS);
    gchk_result_free(results[i]);
  }
  const gchk_printed words[] = {
      {.document = "1", .at = "a", .prints = "2", .kind = GCHK_PRINTED_ELSEWHERE, .words = "gradcheck train"},
      {.document = "1", .at = "b", .prints = "3", .kind = GCHK_PRINTED_MISPRINT, .words = "a TypeError"}};
  gchk_result *result = run(&(setup){0}, words, 2);
  ck_assert_int_eq(result->exit_code, 0);
  for (size_t i = 0; i < 2; i++) {
    ck_assert_int_eq(result->cases[0].printed[i].verdict, GCHK_SKIPPED);
    ck_assert_str_eq(result->cases[0].printed[i].gives, words[i].words);
  }
  gchk_result_free(result);
}
END_TEST

/* A case that fails as it is expected to still fails where a document is not right about it. */
START_TEST(an_expected_failure_is_none_of_a_document) {
  const setup broken = {.factor = 2, .expected_failure = "issue 42"};
  const gchk_printed right = ROW(GCHK_PRINTED_GRADIENT, x, 1, NUMBERS(6, -8, 12), exactly, 3);
  const gchk_printed wrong = ROW(GCHK_PRINTED_GRADIENT, x, 1, NUMBERS(3, -4, 6), exactly, 3);
  gchk_result *result = run(&broken, &right, 1);
  ck_assert_int_eq(result->cases[0].verdict, GCHK_PASS);
  gchk_result_free(result);
  result = run(&broken, &wrong, 1);
  ck_assert_int_eq(result->cases[0].verdict, GCHK_FAIL);
  ck_assert_int_eq(result->exit_code, 1);
  gchk_result_free(result);
}
END_TEST

START_TEST(many_numbers_are_shortened_and_all_are_compared) {
  enum { MANY = 40 };
  double numbers[MANY], within[MANY] = {0};
  for (size_t i = 0; i < MANY; i++)
    numbers[i] = i % 2 == 0 ? 2.5 : 0.5;
  for (size_t changed = 0; changed <= MANY; changed += 13) {
    double printed[MANY];
    memcpy(printed, numbers, sizeof printed);
    if (changed > 0)
      printed[changed] += 0x1p-50;
    const gchk_printed row = ROW(GCHK_PRINTED_VALUE, x, 1, printed, within, MANY);
    gchk_result *result = run_with(&(setup){0}, numbers, MANY, &row, 1);
    const gchk_printed_result *got = &result->cases[0].printed[0];
    ck_assert_int_eq(got->verdict, changed > 0 ? GCHK_FAIL : GCHK_PASS);
    ck_assert_str_eq(got->gives, "2.5 0.5 2.5 0.5 2.5 0.5 2.5 0.5 2.5 0.5 2.5 0.5 2.5 0.5 2.5 0.5 ...");
    gchk_result_free(result);
  }
}
END_TEST

START_TEST(what_is_no_kind_is_an_error_of_the_case) {
  const gchk_printed none = ROW(GCHK_PRINTED_COUNT, x, 1, NULL, NULL, 0);
  gchk_result *result = run(&(setup){0}, &none, 1);
  ck_assert_int_eq(result->cases[0].verdict, GCHK_ERROR);
  ck_assert_ptr_nonnull(strstr(result->cases[0].reason, "document 000, In [7]: there is no kind 8"));
  gchk_result_free(result);
}
END_TEST

static TCase *printed(void) {
  TCase *tc = tcase_create("printed");
  tcase_add_loop_test(tc, a_row_is_compared_with_what_there_is, 0, (int)(sizeof rows / sizeof rows[0]));
  tcase_add_test(tc, some_rows_are_compared_with_nothing);
  tcase_add_test(tc, an_expected_failure_is_none_of_a_document);
  tcase_add_test(tc, many_numbers_are_shortened_and_all_are_compared);
  tcase_add_test(tc, what_is_no_kind_is_an_error_of_the_case);
  return tc;
}

TEST_MAIN("printed", printed)
