/* `documents` of a case: the numbers in a text, what is refused, and the built-in suite's rows with wrong twins. */
#include <math.h>

#include "suite_fixture.h"

#define A_CASE(values, rows)                                                                                           \
  "cases:\n  - name: a\n    layer: relu\n    values: {x: " values "}\n    documents:\n      - " rows "\n"

/* One text: its numbers, and how far each may be off. Units of 10^-k are not exact in binary, so a part of 1e-12. */
static const struct {
  const char *prints, *values;
  size_t count;
  double numbers[6], within[6];
} texts[] = {
    {"220.00000000000003", "1", 1, {220.00000000000003}, {0.5e-14}},
    {"dL/dW1: 2.2, dL/dx2: -110", "[1, 2]", 2, {2.2, -110}, {0.05, 0.5}},
    {"W1:3.1e-10 b1:1e+3", "[1, 2]", 2, {3.1e-10, 1000}, {0.5e-11, 500}},
    {"(1.1, 200)", "[1, 2]", 2, {1.1, 200}, {0.05, 0.5}},
    {"[[ 1. , -0.5], [-2. ,  3. ]]", "[1, 2, 3, 4]", 4, {1, -0.5, -2, 3}, {0.5, 0.05, 0.5, 0.5}},
    {"torch.Size([1437, 64])", "[1, 2]", 2, {1437, 64}, {0.5, 0.5}},
    {"True False", "[1, 2]", 2, {1, 0}, {0, 0}},
    {"+.25 3e", "[1, 2]", 2, {0.25, 3}, {0.005, 0.5}},
    {"代金 715円, 1-2", "[1, 2, 3]", 3, {715, 1, 2}, {0.5, 0.5, 0.5}},
    {"v1.5 x_2 a.3 7", "1", 1, {7}, {0.5}},
    {"1e-400 1e400", "1", 1, {0}, {0}},
};

START_TEST(numbers_are_found_with_the_unit_of_their_last_digit) {
  char text[512];
  (void)snprintf(text, sizeof text,
                 "cases:\n  - name: a\n    layer: relu\n    values: {x: %s}\n    documents:\n"
                 "      - {document: d, at: here, prints: \"%s\", value: x}\n",
                 texts[_i].values, texts[_i].prints);
  gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
  const gchk_printed *row = first_case(suite)->settings[0].printed;
  ck_assert_uint_eq(first_case(suite)->settings[0].printed_count, 1);
  ck_assert_uint_eq(row->number_count, texts[_i].count);
  for (size_t k = 0; k < texts[_i].count; k++) {
    ck_assert(row->numbers[k] == texts[_i].numbers[k]);
    ck_assert_double_le(fabs(row->within[k] - texts[_i].within[k]), 1e-12 * texts[_i].within[k]);
  }
  gchk_suite_free(suite);
}
END_TEST

START_TEST(a_row_may_say_its_units) {
  static const struct {
    const char *units;
    double within;
  } of[] = {{"0", 0}, {"1", 0.1}, {"1/4", 0.025}, {"0.5", 0.05}};
  for (size_t i = 0; i < GCHK_COUNT(of); i++) {
    char text[512];
    (void)snprintf(text, sizeof text, A_CASE("2.2", "{document: d, at: here, prints: \"2.2\", value: x, units: %s}"),
                   of[i].units);
    gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
    ck_assert_double_le(fabs(first_case(suite)->settings[0].printed->within[0] - of[i].within), 1e-15);
    gchk_suite_free(suite);
  }
}
END_TEST

START_TEST(a_text_has_an_end) {
  static const char head[] =
      "cases:\n  - name: a\n    layer: relu\n    values: {x: 1}\n    documents:\n      - {document: "
      "d, at: here, value: x, prints: \"1";
  enum { LONGEST = 4096, ROOM = LONGEST + sizeof head + 16 };
  for (int is_too_long = 0; is_too_long < 2; is_too_long++) {
    char text[ROOM];
    gchk_suite *suite = NULL;
    gchk_error error = {GCHK_OK, ""};
    size_t length = (size_t)snprintf(text, sizeof text, "%s", head);
    for (int i = 1; i < LONGEST + is_too_long; i++)
      text[length++] = '.';
    (void)snprintf(text + length, sizeof text - length, "\"}\n");
    const gchk_status status = gchk_suite_load_text(&suite, "a.yaml", text, strlen(text), GCHK_DTYPE_UNSET, &error);
    ck_assert_int_eq(status, is_too_long ? GCHK_INVALID : GCHK_OK);
    if (is_too_long)
      ck_assert_str_eq(error.message, "a.yaml:6:9: prints has 4097 characters; at most 4096 are possible, so make "
                                      "several rows");
    gchk_suite_free(suite);
  }
}
END_TEST

START_TEST(rows_stand_in_their_order_with_what_they_say) {
  gchk_suite *suite = suite_of("cases:\n  - name: a\n    layer: mul\n    values: {x: 2, y: 3}\n    documents:\n"
                               "      - {document: \"001\", at: one, prints: \"3 2\", gradient: [x, y]}\n"
                               "      - {document: \"000\", at: two, prints: dz/dx = y, formula: x}\n"
                               "      - {document: \"000\", at: three, prints: acc 0.9, elsewhere: gradcheck train}\n"
                               "      - {document: \"000\", at: four, prints: a = b, misprint: there is no b}\n",
                               GCHK_DTYPE_UNSET);
  const gchk_tensor_setting *setting = first_case(suite)->settings;
  ck_assert_uint_eq(setting->printed_count, 4);
  const gchk_printed *row = setting->printed;
  ck_assert_int_eq(row[0].kind, GCHK_PRINTED_GRADIENT);
  ck_assert_uint_eq(row[0].tensor_count, 2);
  ck_assert_str_eq(row[0].tensors[1], "y");
  ck_assert_int_eq(row[1].kind, GCHK_PRINTED_FORMULA);
  ck_assert_uint_eq(row[1].number_count, 0);
  ck_assert_int_eq(row[2].kind, GCHK_PRINTED_ELSEWHERE);
  ck_assert_str_eq(row[2].words, "gradcheck train");
  ck_assert_int_eq(row[3].kind, GCHK_PRINTED_MISPRINT);
  ck_assert_str_eq(row[3].words, "there is no b");
  ck_assert_str_eq(row[3].prints, "a = b");
  gchk_suite_free(suite);
}
END_TEST

/* A case with a number of one row changed. */
typedef struct bent_case {
  gchk_case spec;
  gchk_tensor_setting settings[32];
  gchk_printed rows[32];
  double numbers[64];
} bent_case;

static gchk_verdict verdict_of(const gchk_case *spec, size_t row) {
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_check_cases(spec, 1, NULL, &result, &error), error);
  const gchk_verdict verdict = result->cases[0].printed[row].verdict;
  ck_assert_int_eq(result->cases[0].verdict, verdict == GCHK_FAIL ? GCHK_FAIL : GCHK_PASS);
  gchk_result_free(result);
  return verdict;
}

/* A number that is not the printed one any more: beyond what it may be off by; another size; not, where it is True. */
static double bend(const gchk_printed *row, size_t number) {
  const double x = row->numbers[number], within = row->within[number];
  switch (row->kind) {
  case GCHK_PRINTED_AGREEMENT:
    return 1 - x;
  case GCHK_PRINTED_MEAN_ABS_DIFF:
    return 10 * x;
  case GCHK_PRINTED_SHAPE:
    return x + 1;
  default:
    return within > 0 ? x + 2.5 * within + 0x1p-52 * fabs(x) : nextafter(x, (double)INFINITY);
  }
}

static void copy_case(bent_case *b, const gchk_case *spec, size_t row, size_t number) {
  b->spec = *spec;
  ck_assert_uint_le(spec->setting_count, 32);
  memcpy(b->settings, spec->settings, spec->setting_count * sizeof *b->settings);
  ck_assert_uint_le(spec->settings[0].printed_count, 32);
  memcpy(b->rows, spec->settings[0].printed, spec->settings[0].printed_count * sizeof *b->rows);
  ck_assert_uint_le(b->rows[row].number_count, 64);
  memcpy(b->numbers, b->rows[row].numbers, b->rows[row].number_count * sizeof *b->numbers);
  b->numbers[number] = bend(&b->rows[row], number);
  b->rows[row].numbers = b->numbers;
  b->settings[0].printed = b->rows;
  b->spec.settings = b->settings;
}

/* Every number of a row, and the last of a long one; but for the cases that take long. */
START_TEST(every_printed_number_of_the_built_in_suite_can_be_wrong) {
  static const char *const slow[] = {"two-layer-net-log-eps", "two-layer-net", "digits-all-rows", "digits-he-init",
                                     "digits-normal-init"};
  gchk_suite *suite = NULL;
  gchk_error error = {GCHK_OK, ""};
  size_t count = 0, bent = 0, kinds[GCHK_PRINTED_COUNT] = {0};
  OK(gchk_suite_load(&suite, FIXTURES "suites/textbook.yaml", GCHK_DTYPE_UNSET, &error), error);
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  for (size_t i = 0; i < count; i++) {
    bool is_slow = false;
    for (size_t k = 0; k < GCHK_COUNT(slow); k++)
      is_slow = is_slow || strcmp(cases[i].name, slow[k]) == 0;
    const size_t rows = cases[i].settings[0].printed_count;
    for (size_t r = 0; r < rows && !is_slow; r++) {
      const gchk_printed *row = &cases[i].settings[0].printed[r];
      kinds[row->kind]++;
      ck_assert_int_eq(verdict_of(&cases[i], r), row->words != NULL ? GCHK_SKIPPED : GCHK_PASS);
      for (size_t n = row->number_count > 16 ? row->number_count - 1 : 0; n < row->number_count; n++, bent++) {
        bent_case b;
        copy_case(&b, &cases[i], r, n);
        ck_assert_msg(verdict_of(&b.spec, r) == GCHK_FAIL, "%s: %s, number %zu", cases[i].name, row->prints, n);
      }
    }
  }
  ck_assert_uint_gt(bent, 50);
  ck_assert_uint_gt(kinds[GCHK_PRINTED_VALUE], 5);
  ck_assert_uint_gt(kinds[GCHK_PRINTED_GRADIENT], 5);
  ck_assert_uint_gt(kinds[GCHK_PRINTED_SHAPE], 1);
  ck_assert_uint_gt(kinds[GCHK_PRINTED_MEAN_ABS_DIFF], 0);
  ck_assert_uint_gt(kinds[GCHK_PRINTED_FORMULA], 20);
  ck_assert_uint_eq(kinds[GCHK_PRINTED_MISPRINT], 2);
  gchk_suite_free(suite);
}
END_TEST

static TCase *documents(void) {
  TCase *tests = tcase_create("documents");
  tcase_add_loop_test(tests, numbers_are_found_with_the_unit_of_their_last_digit, 0, (int)GCHK_COUNT(texts));
  tcase_add_test(tests, a_row_may_say_its_units);
  tcase_add_test(tests, a_text_has_an_end);
  tcase_add_test(tests, rows_stand_in_their_order_with_what_they_say);
  tcase_add_test(tests, every_printed_number_of_the_built_in_suite_can_be_wrong);
  return tests;
}

TEST_MAIN("documents", documents)
