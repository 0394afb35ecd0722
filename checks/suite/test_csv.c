/* CSV, and numbers as people write them. */
#include "suite/csv.h"

#include <locale.h>
#include <math.h>

#include "suite/number.h"
#include "suite_fixture.h"

static gchk_status read_text(gchk_array *array, const char *text, bool has_header, gchk_error *error) {
  gchk_source *source = memory_source(text, strlen(text));
  *array = (gchk_array)GCHK_ARRAY_INIT;
  gchk_status status = gchk_csv_read(array, source, has_header, error);
  gchk_source_close(source);
  return status;
}

static void expect_table(const char *text, bool has_header, size_t rows, size_t columns, const double *values) {
  gchk_array array;
  gchk_error error = {GCHK_OK, ""};
  OK(read_text(&array, text, has_header, &error), error);
  ck_assert_uint_eq(array.shape.rank, 2);
  ck_assert_uint_eq(array.shape.dim[0], rows);
  ck_assert_uint_eq(array.shape.dim[1], columns);
  for (size_t i = 0; i < rows * columns; i++)
    ck_assert_double_eq(array.values[i], values[i]);
  gchk_array_deinit(&array);
}

START_TEST(tables) {
  static const double six[] = {1, -2.5, 300, 4, 5, 0.125};
  expect_table("1,-2.5,3e2\n4,5,.125\n", false, 2, 3, six);
  expect_table("1,-2.5,3e2\r\n4,5,.125\r\n", false, 2, 3, six);
  expect_table("1,-2.5,3e2\n4,5,.125", false, 2, 3, six);
  expect_table("1,-2.5,3e2\n4,5,.125\n\n  \n", false, 2, 3, six);
  expect_table(" 1 ;\t-2.5; 3e2\n4;5;.125\n", false, 2, 3, six);
  expect_table("1\t-2.5\t3e2\n4\t5\t.125\n", false, 2, 3, six);
  expect_table("\"1\",\"-2.5\",3e2\n4,5,.125\n", false, 2, 3, six);
  expect_table("a,b,c\n1,-2.5,3e2\n4,5,.125\n", true, 2, 3, six);
  expect_table("1 \t-2.5\t 3e2 \r\n4\t5 \t .125", false, 2, 3, six);
  expect_table("7", false, 1, 1, (const double[]){7});
  expect_table("\xEF\xBB\xBF"
               "1,-2.5,3e2\n4,5,.125",
               false, 2, 3, six);
}
END_TEST

START_TEST(whole_numbers_are_noticed) {
  gchk_array array;
  gchk_error error = {GCHK_OK, ""};
  OK(read_text(&array, "1,2\n3,4e1\n", false, &error), error);
  ck_assert(array.is_integer);
  gchk_array_deinit(&array);
  OK(read_text(&array, "1,2\n3,4.5\n", false, &error), error);
  ck_assert(!array.is_integer);
  gchk_array_deinit(&array);
}
END_TEST

START_TEST(errors_have_line_and_column) {
  static const struct {
    const char *text, *part;
  } bad[] = {
      {"1,2\n3,x\n", "memory:2:3: \"x\" is not a number"},
      {"1,2\n3,4 5\n", "memory:2:3: \"4 5\" is not a number"},
      {"1,2\n3,4;\n", "memory:2:3: \"4;\" is not a number"},
      {"1,2\n3,1/2\n", "memory:2:3: \"1/2\" is not a number"},
      {"1,2\n 3e , 4\n", "memory:2:2: \"3e\" is not a number"},
      {"1\t2\n3\t\t\n", "memory:2:3: the field is empty"},
      {"1,2\n3,  4 5\n", "memory:2:5: \"4 5\" is not a number"},
      {"1,2\n\n3,4\n", "memory:2:1: the field is empty"},
      {"1,2\n3\n", "memory:2:1: the row has 1 fields, but the first has 2"},
      {"1,2\n3,4,5\n", "memory:2:1: the row has 3 fields, but the first has 2"},
      {"1,,2\n", "memory:1:3: the field is empty"},
      {"1,2,\n", "memory:1:5: the field is empty"},
      {"1,0x10\n", "memory:1:3: \"0x10\" is not a number"},
      {"1,1/2\n", "memory:1:3: \"1/2\" is not a number"},
      {"a,b\n1,2\n", "memory:1:1: \"a\" is not a number; if the first line holds names, say header: true"},
      {"", "has no rows"},
      {"\n \n", "has no rows"},
  };
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    gchk_array array;
    gchk_error error = {GCHK_OK, ""};
    FAILS(read_text(&array, bad[i].text, false, &error), GCHK_INVALID, error, bad[i].part);
    ck_assert_ptr_null(array.values);
  }
}
END_TEST

START_TEST(zero_bytes_and_long_fields_are_refused) {
  gchk_array array = GCHK_ARRAY_INIT;
  gchk_error error = {GCHK_OK, ""};
  gchk_source *source = memory_source("1,2\0003\n", 6);
  FAILS(gchk_csv_read(&array, source, false, &error), GCHK_INVALID, error, "memory:1:3");
  gchk_source_close(source);
  char text[600];
  memset(text, '1', sizeof(text));
  source = memory_source(text, sizeof(text));
  FAILS(gchk_csv_read(&array, source, false, &error), GCHK_INVALID, error, "is not a number");
  gchk_source_close(source);
}
END_TEST

START_TEST(the_digits_of_the_fixture) {
  gchk_array array = GCHK_ARRAY_INIT;
  gchk_error error = {GCHK_OK, ""};
  gchk_source *source = NULL;
  size_t of_class[10] = {0};
  static const size_t wanted[10] = {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}; /* of the UCI test set */
  OK(gchk_source_open(&source, FIXTURES "digits/digits.csv.gz", &error), error);
  OK(gchk_csv_read(&array, source, false, &error), error);
  gchk_source_close(source);
  ck_assert_uint_eq(array.shape.dim[0], 1797);
  ck_assert_uint_eq(array.shape.dim[1], 65);
  for (size_t i = 0; i < 1797; i++)
    of_class[(size_t)array.values[i * 65 + 64]]++;
  for (size_t k = 0; k < 10; k++)
    ck_assert_uint_eq(of_class[k], wanted[k]);
  gchk_array_deinit(&array);
}
END_TEST

START_TEST(numbers) {
  static const struct {
    const char *text;
    double value;
  } good[] = {{"0", 0},
              {"-1", -1},
              {"+2.5", 2.5},
              {"1e-7", 1e-7},
              {"1E+3", 1000},
              {".5", 0.5},
              {"5.", 5},
              {"1/255", 1.0 / 255},
              {"-3/2", -1.5},
              {"1/0.5", 2},
              {"1e400", HUGE_VAL},
              {".inf", HUGE_VAL},
              {"-inf", -HUGE_VAL},
              {"INF", HUGE_VAL}};
  static const char *const bad[] = {"",     "-",     ".",  "e5", "1e",       "1 ",     " 1",   "0x10", "1,5", "1/0",
                                    "1/-2", "1/2/3", "1/", "/2", "infinity", "nan(1)", "1e5x", "--1",  "abc", "1_000"};
  double x = 0;
  for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
    ck_assert_msg(gchk_number_parse(good[i].text, &x), "%s is a number", good[i].text);
    ck_assert_double_eq(x, good[i].value);
  }
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    ck_assert_msg(!gchk_number_parse(bad[i], &x), "\"%s\" is no number", bad[i]);
  ck_assert(gchk_number_parse(".nan", &x) && isnan(x));
  ck_assert(gchk_number_parse("NaN", &x) && isnan(x));
  ck_assert(gchk_number_parse("0.1", &x) && x == 0.1);
}
END_TEST

START_TEST(numbers_do_not_depend_on_the_locale) {
  /* Whichever of these is installed has a decimal comma; the test says nothing where none is. */
  static const char *const commas[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR"};
  double x = 0;
  for (size_t i = 0; i < sizeof(commas) / sizeof(commas[0]); i++)
    if (setlocale(LC_ALL, commas[i]) != NULL)
      break;
  ck_assert(gchk_number_parse("1.5", &x));
  ck_assert_double_eq(x, 1.5);
  ck_assert(!gchk_number_parse("1,5", &x));
  setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(whole_numbers) {
  size_t n = 0;
  ck_assert(gchk_whole_parse("0", &n) && n == 0);
  ck_assert(gchk_whole_parse("18446744073709551615", &n) && n == SIZE_MAX);
  ck_assert(!gchk_whole_parse("18446744073709551616", &n));
  ck_assert(!gchk_whole_parse("-1", &n));
  ck_assert(!gchk_whole_parse("1.0", &n));
  ck_assert(!gchk_whole_parse("", &n));
}
END_TEST

static TCase *csv_files(void) {
  TCase *tests = tcase_create("csv");
  tcase_add_test(tests, tables);
  tcase_add_test(tests, whole_numbers_are_noticed);
  tcase_add_test(tests, errors_have_line_and_column);
  tcase_add_test(tests, zero_bytes_and_long_fields_are_refused);
  tcase_add_test(tests, the_digits_of_the_fixture);
  tcase_add_test(tests, numbers);
  tcase_add_test(tests, numbers_do_not_depend_on_the_locale);
  tcase_add_test(tests, whole_numbers);
  return tests;
}

TEST_MAIN("csv", csv_files)
