/* Values from files: rows, columns, splits, scales. */
#include "suite/csv.h"
#include "suite_fixture.h"
#include <math.h>
#define INVALID_DATA SOURCE_DIR "/fixtures/invalid/data/"

/* The numbers of value x of a suite with this map. */
static const gchk_fill *data_of(gchk_suite **suite, const char *map, const char **shape) {
  char text[1024];
  (void)snprintf(text, sizeof(text), "cases: [{name: a, values: {x: {%s}}, network: [copy]}]\n", map);
  *suite = suite_of(text, GCHK_DTYPE_UNSET);
  const gchk_tensor_spec *row = row_of(first_case(*suite), "x");
  ck_assert_int_eq(row->fill.kind, GCHK_FILL_VALUES);
  *shape = row->shape;
  return &row->fill;
}

START_TEST(rows_columns_and_scale) {
  const char *shape = NULL;
  gchk_suite *suite = NULL;
  const gchk_fill *fill =
      data_of(&suite, "idx: ../mnist/train-images.idx3-ubyte.gz, rows: [1, 3], scale: 1/255", &shape);
  double largest = 0;
  ck_assert_str_eq(shape, "2 28 28");
  for (size_t i = 0; i < fill->value_count; i++)
    largest = fmax(largest, fill->values[i]);
  ck_assert_double_eq(largest, 1);
  gchk_suite_free(suite);
  fill = data_of(&suite, "csv: ../digits/digits.csv.gz, column: 64, rows: [0, 5]", &shape);
  ck_assert_str_eq(shape, "5");
  for (size_t i = 0; i < 5; i++)
    ck_assert_double_eq(fill->values[i], (double)i); /* the digits begin 0 1 2 3 4 */
  gchk_suite_free(suite);
  fill = data_of(&suite, "csv: ../digits/digits.csv.gz, columns: [2, 5], rows: [0, 2]", &shape);
  ck_assert_str_eq(shape, "2 3");
  static const double wanted[] = {5, 13, 9, 0, 12, 13}; /* 0,0,5,13,9,1,... and 0,0,0,12,13,5,... */
  for (size_t i = 0; i < 6; i++)
    ck_assert_double_eq(fill->values[i], wanted[i]);
  gchk_suite_free(suite);
  fill = data_of(&suite, "csv: ../digits/digits.csv.gz, column: 64, rows: [3, 5], one_hot: 10", &shape);
  ck_assert_str_eq(shape, "2 10");
  for (size_t i = 0; i < 20; i++)
    ck_assert_double_eq(fill->values[i], i == 3 || i == 14 ? 1 : 0);
  gchk_suite_free(suite);
  fill = data_of(&suite, "npz: " INVALID_DATA "good.npz, member: W, shape: [4]", &shape);
  ck_assert_str_eq(shape, "4");
  ck_assert_double_eq(fill->values[2], 3);
  gchk_suite_free(suite);
}
END_TEST

/* The two parts of a split are all rows, once each, in an order that depends on the seed, and hold 8 : 2. */
START_TEST(a_split_parts_the_rows) {
  const char *shape = NULL;
  gchk_suite *train = NULL, *test = NULL, *other = NULL;
  const char *const map = "csv: ../digits/digits.csv.gz, columns: [0, 65], split: {part: %s, fraction: 0.8, seed: %d}";
  char text[256];
  (void)snprintf(text, sizeof(text), map, "train", 42);
  const gchk_fill *a = data_of(&train, text, &shape);
  ck_assert_str_eq(shape, "1437 65");
  (void)snprintf(text, sizeof(text), map, "test", 42);
  const gchk_fill *b = data_of(&test, text, &shape);
  ck_assert_str_eq(shape, "360 65");
  (void)snprintf(text, sizeof(text), map, "train", 43);
  const gchk_fill *c = data_of(&other, text, &shape);
  ck_assert_int_ne(memcmp(a->values, c->values, 65 * sizeof(double)), 0);

  gchk_array all = GCHK_ARRAY_INIT;
  gchk_error error = {GCHK_OK, ""};
  gchk_source *source = NULL;
  OK(gchk_source_open(&source, FIXTURES "digits/digits.csv.gz", &error), error);
  OK(gchk_csv_read(&all, source, false, &error), error);
  gchk_source_close(source);
  size_t moved = 0;
  for (size_t i = 0; i < 1797; i++) {
    size_t found = 0;
    for (size_t k = 0; k < 1797; k++) {
      const double *row = k < 1437 ? a->values + k * 65 : b->values + (k - 1437) * 65;
      found += memcmp(row, all.values + i * 65, 65 * sizeof(double)) == 0;
    }
    ck_assert_uint_eq(found, 1); /* no two digits are the same image */
    moved += i < 1437 && memcmp(a->values + i * 65, all.values + i * 65, 65 * sizeof(double)) != 0;
  }
  ck_assert_uint_gt(moved, 1400);
  gchk_array_deinit(&all);
  gchk_suite_free(train);
  gchk_suite_free(test);
  gchk_suite_free(other);
}
END_TEST

/* Mean 0 and deviation 1 of the part train; the part test is moved by the same numbers. */
START_TEST(standardised_data) {
  const char *shape = NULL;
  gchk_suite *raw = NULL, *done = NULL, *test_raw = NULL, *test_done = NULL;
  const char *const map = "csv: ../digits/digits.csv.gz, columns: [0, 64], split: {part: %s, fraction: 0.8, seed: 1}%s";
  char text[256];
  (void)snprintf(text, sizeof(text), map, "train", "");
  const gchk_fill *x = data_of(&raw, text, &shape);
  (void)snprintf(text, sizeof(text), map, "train", ", standardise: true");
  const gchk_fill *z = data_of(&done, text, &shape);
  (void)snprintf(text, sizeof(text), map, "test", "");
  const gchk_fill *u = data_of(&test_raw, text, &shape);
  (void)snprintf(text, sizeof(text), map, "test", ", standardise: true, rows: [10, 20]");
  const gchk_fill *v = data_of(&test_done, text, &shape);
  ck_assert_str_eq(shape, "10 64");
  long double sum = 0, squares = 0;
  size_t n = x->value_count;
  for (size_t i = 0; i < n; i++)
    sum += (long double)x->values[i];
  long double mean = sum / (long double)n;
  for (size_t i = 0; i < n; i++)
    squares += ((long double)x->values[i] - mean) * ((long double)x->values[i] - mean);
  long double deviation = sqrtl(squares / (long double)(n - 1));
  for (size_t i = 0; i < n; i++)
    ck_assert_double_eq_tol(z->values[i], (double)(((long double)x->values[i] - mean) / deviation), 1e-12);
  for (size_t i = 0; i < 640; i++)
    ck_assert_double_eq_tol(v->values[i], (double)(((long double)u->values[640 + i] - mean) / deviation), 1e-12);
  gchk_suite_free(raw);
  gchk_suite_free(done);
  gchk_suite_free(test_raw);
  gchk_suite_free(test_done);
}
END_TEST

START_TEST(standardised_columns) {
  const char *shape = NULL;
  gchk_suite *suite = NULL;
  /* 1,2 / 3,4: columns of mean 2 and 3 and of deviation sqrt(2) */
  const gchk_fill *z = data_of(&suite, "csv: " INVALID_DATA "good.csv, standardise: columns", &shape);
  static const double wanted[] = {-0.70710678118654752, -0.70710678118654752, 0.70710678118654752, 0.70710678118654752};
  for (size_t i = 0; i < 4; i++)
    ck_assert_double_eq_tol(z->values[i], wanted[i], 1e-15);
  gchk_suite_free(suite);
}
END_TEST

#define CASE(name, map) "  - {name: " name ", values: {x: {" map "}}, network: [copy]}\n"
#define GOOD            "csv: " INVALID_DATA "good.csv, "

/* 1,2 / 3,4: what one value makes of a file, another does not find in it. */
START_TEST(values_of_one_file) {
  gchk_suite *suite = suite_of(
      "cases:\n" CASE("scaled", GOOD "scale: 10") CASE("first", GOOD "column: 0") CASE("headed", GOOD "header: true")
          CASE("other", "csv: ../digits/digits.csv.gz, columns: [2, 4], rows: [0, 1]") CASE("last", GOOD "column: 1"),
      GCHK_DTYPE_UNSET);
  static const struct {
    const char *shape;
    double values[4];
  } wanted[] = {{"2 2", {10, 20, 30, 40}}, {"2", {1, 3}}, {"1 2", {3, 4}}, {"1 2", {5, 13}}, {"2", {2, 4}}};
  size_t count;
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  ck_assert_uint_eq(count, sizeof wanted / sizeof wanted[0]);
  for (size_t k = 0; k < count; k++) {
    const gchk_tensor_spec *row = row_of(&cases[k], "x");
    ck_assert_str_eq(row->shape, wanted[k].shape);
    for (size_t i = 0; i < row->fill.value_count; i++)
      ck_assert_double_eq(row->fill.values[i], wanted[k].values[i]);
  }
  gchk_suite_free(suite);
}
END_TEST

/* Whole numbers stay labels, the second time too. */
START_TEST(labels_beside_features) {
  gchk_suite *suite = suite_of("cases:\n"
                               "  - name: a\n"
                               "    values:\n"
                               "      x: {csv: ../digits/digits.csv.gz, columns: [0, 64], rows: [0, 3]}\n"
                               "      t: {csv: ../digits/digits.csv.gz, column: 64, rows: [0, 3]}\n"
                               "    network: [{softmax_with_loss: {t: t}}]\n",
                               GCHK_DTYPE_UNSET);
  const gchk_tensor_spec *row = row_of(first_case(suite), "t");
  ck_assert_int_eq(row->role, GCHK_INDEX);
  ck_assert_uint_eq(row->fill.value_count, 3);
  for (size_t i = 0; i < 3; i++)
    ck_assert_double_eq(row->fill.values[i], (double)i);
  gchk_suite_free(suite);
}
END_TEST

static TCase *data(void) {
  TCase *tests = tcase_create("data");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, rows_columns_and_scale);
  tcase_add_test(tests, a_split_parts_the_rows);
  tcase_add_test(tests, standardised_data);
  tcase_add_test(tests, standardised_columns);
  tcase_add_test(tests, values_of_one_file);
  tcase_add_test(tests, labels_beside_features);
  return tests;
}

TEST_MAIN("data", data)
