/*
 * Document 003 on the digits: the data of the suite against those of the script, three-way comparison with autograd,
 * the mismatch of the second initialisation element by element, intermediate values as rows of the result, dead units.
 */
#include <math.h>

#include "measure/work.h"
#include "suite/npz_read.h"
#include "suite_fixture.h"

enum { ROWS = 32, CLASSES = 10 };

static gchk_array member(const char *file, const char *name) {
  char path[512];
  gchk_source *source = NULL;
  gchk_npz *npz = NULL;
  gchk_array array = GCHK_ARRAY_INIT;
  gchk_error error = {GCHK_OK, ""};
  (void)snprintf(path, sizeof(path), FIXTURES "reference/%s", file);
  OK(gchk_source_open(&source, path, &error), error);
  OK(gchk_npz_open(&npz, source, &error), error);
  ck_assert_uint_lt(gchk_npz_find(npz, name), gchk_npz_count(npz));
  OK(gchk_npz_read(npz, gchk_npz_find(npz, name), &array, &error), error);
  gchk_npz_close(npz);
  gchk_source_close(source);
  return array;
}

static gchk_suite *load(gchk_dtype dtype) {
  gchk_suite *suite = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_suite_load(&suite, FIXTURES "suites/textbook.yaml", dtype, &error), error);
  return suite;
}

static const gchk_case *find(const gchk_suite *suite, const char *name) {
  size_t count = 0;
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  for (size_t i = 0; i < count; i++)
    if (strcmp(cases[i].name, name) == 0)
      return &cases[i];
  ck_abort_msg("there is no case %s", name);
  return NULL;
}

/* Split and standardisation by the suite and by the script, which shares no code with it. */
START_TEST(the_rows_are_those_of_the_script) {
  static const char *const files[] = {"digits-he-init.npz", "digits-normal-init.npz"};
  static const char *const cases[] = {"digits-he-init", "digits-normal-init"};
  gchk_suite *suite = load(GCHK_DTYPE_UNSET);
  for (size_t k = 0; k < 2; k++) {
    const gchk_case *c = find(suite, cases[k]);
    gchk_array x = member(files[k], "x"), label = member(files[k], "label");
    const gchk_fill *fill = &setting_of(c, "x")->fill, *t = &setting_of(c, "t")->fill;
    ck_assert_uint_eq(fill->value_count, x.count);
    for (size_t i = 0; i < x.count; i++)
      ck_assert_double_eq_tol(fill->values[i], x.values[i], 2e-12); // sums of 91,968 numbers in another order
    for (size_t n = 0; n < ROWS; n++)
      for (size_t j = 0; j < CLASSES; j++)
        ck_assert_double_eq(t->values[n * CLASSES + j], (double)j == label.values[n]);
    gchk_array_deinit(&x);
    gchk_array_deinit(&label);
  }
  gchk_suite_free(suite);
}
END_TEST

static gchk_result *check(const gchk_case *c) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_check_cases(c, 1, &options, &result, &error), error);
  return result;
}

static const gchk_finding *find_code(const gchk_finding *findings, size_t count, const char *code) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(findings[i].code, code) == 0)
      return &findings[i];
  return NULL;
}

static const char *const tensors[] = {"W1", "B1", "W2", "B2", "Z1", "A1", "Z2"};

/* 1e-8 is the atol of torch.allclose. Of float (16 + n) u, as for the layers: n = 32 rows are summed, of elements about 1. */
START_TEST(he_init_is_close_three_ways) {
  const double close = _i == 0 ? 1e-8 : (16 + 32) * ldexp(1, -24);
  gchk_suite *suite = load(_i == 0 ? GCHK_F64 : GCHK_F32);
  gchk_result *result = check(find(suite, "digits-he-init"));
  const gchk_case_result *c = &result->cases[0];
  ck_assert_int_eq(c->verdict, GCHK_PASS);
  ck_assert_uint_eq(c->tensor_count, 7);
  for (size_t i = 0; i < 7; i++) {
    const gchk_tensor_result *t = &c->tensors[i];
    ck_assert_str_eq(t->name, tensors[i]);
    ck_assert_int_eq(t->role, i < 4 ? GCHK_PARAMETER : GCHK_CACHE);
    ck_assert_int_eq(t->verdict, GCHK_PASS);
    ck_assert_uint_eq(t->checked, t->total);
    ck_assert(t->reference.present);
    ck_assert_uint_eq(t->reference.fail, 0);
    ck_assert_uint_eq(t->reference.elements, t->total);
    ck_assert_str_eq(t->reference.source, "torch 1.13.0a0 autograd");
    ck_assert_double_le(t->reference.max_abs_diff, close);
    ck_assert_double_le(t->reference.numeric_max_abs_diff, close);
    ck_assert_double_gt(t->max_abs_diff, 0); // it was differentiated, not copied
  }
  gchk_result_free(result);
  gchk_suite_free(suite);
}
END_TEST

/* Is the check of a case right, of a sample of its elements? They are compared with torch's; `rows` of x are read. */
static gchk_verdict verdict_of_sample(const gchk_case *c, size_t rows) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  options.budget = 40;
  OK(gchk_check_cases(c, 1, &options, &result, &error), error);
  const gchk_verdict verdict = result->cases[0].verdict;
  ck_assert_uint_eq(setting_of(c, "x")->fill.value_count, rows * 64);
  ck_assert_uint_eq(result->cases[0].tensor_count, 4);
  for (size_t i = 0; i < 4; i++) {
    ck_assert(result->cases[0].tensors[i].reference.present);
    ck_assert_int_eq(result->cases[0].tensors[i].reference.fail == 0, verdict == GCHK_PASS);
  }
  gchk_result_free(result);
  return verdict;
}

/* Document 003 on all rows of its training data; and with the last of them left out, which torch had. */
START_TEST(all_rows_are_as_in_torch) {
  static const char format[] =
      "cases:\n"
      "  - name: all\n"
      "    values:\n"
      "      x: {csv: ../digits/digits.csv.gz, columns: [0, 64], rows: [0, %d], standardise: true,\n"
      "          split: {part: train, fraction: 0.8, seed: 42}}\n"
      "      t: {csv: ../digits/digits.csv.gz, column: 64, rows: [0, %d], one_hot: 10,\n"
      "          split: {part: train, fraction: 0.8, seed: 42}}\n"
      "      W1: {npz: ../reference/digits-he-init.npz, member: W1}\n"
      "      B1: 0\n"
      "      W2: {npz: ../reference/digits-he-init.npz, member: W2}\n"
      "      B2: 0\n"
      "    network: [linear: {units: 30, W: W1, b: B1}, relu, linear: {units: 10, W: W2, b: B2},\n"
      "              softmax_with_loss: {t: t}]\n"
      "    reference: {source: torch, npz: ../reference/digits-all-rows-torch-f64.npz}\n";
  const gchk_dtype dtype = _i == 0 ? GCHK_F64 : GCHK_F32;
  gchk_suite *suite = load(dtype);
  ck_assert_int_eq(verdict_of_sample(find(suite, "digits-all-rows"), 1437), GCHK_PASS);
  gchk_suite_free(suite);
  char text[1024];
  (void)snprintf(text, sizeof text, format, 1436, 1436);
  suite = suite_of(text, dtype);
  ck_assert_int_eq(verdict_of_sample(find(suite, "all"), 1436), GCHK_FAIL);
  gchk_suite_free(suite);
}
END_TEST

/* The logits of the normal weights, with plain loops, and the softmax at the true class of each row. */
static void find_softmax(double picked[ROWS], double softmax[ROWS][CLASSES]) {
  gchk_array x = member("digits-normal-init.npz", "x"), label = member("digits-normal-init.npz", "label");
  gchk_array w1 = member("digits-normal-init.npz", "W1"), w2 = member("digits-normal-init.npz", "W2");
  for (size_t n = 0; n < ROWS; n++) {
    double hidden[30], z[CLASSES], largest = -(double)INFINITY, sum = 0;
    for (size_t u = 0; u < 30; u++) {
      double s = 0;
      for (size_t k = 0; k < 64; k++)
        s += x.values[n * 64 + k] * w1.values[u * 64 + k];
      hidden[u] = s > 0 ? s : 0;
    }
    for (size_t j = 0; j < CLASSES; j++) {
      z[j] = 0;
      for (size_t u = 0; u < 30; u++)
        z[j] += hidden[u] * w2.values[j * 30 + u];
      largest = fmax(largest, z[j]);
    }
    for (size_t j = 0; j < CLASSES; j++)
      sum += exp(z[j] - largest);
    for (size_t j = 0; j < CLASSES; j++)
      softmax[n][j] = exp(z[j] - largest) / sum;
    picked[n] = softmax[n][(size_t)label.values[n]];
  }
  gchk_array_deinit(&x);
  gchk_array_deinit(&label);
  gchk_array_deinit(&w1);
  gchk_array_deinit(&w2);
}

typedef struct gradients {
  double analytic[ROWS * CLASSES], numeric[ROWS * CLASSES];
} gradients;

static gchk_status keep_gradients(void *context, const gchk_case *c, const gchk_tensor_result *tensor,
                                  const double *analytic, const double *numeric, gchk_error *error) {
  gradients *g = context;
  (void)c;
  (void)error;
  if (strcmp(tensor->name, "Z2") == 0) {
    memcpy(g->analytic, analytic, sizeof(g->analytic));
    memcpy(g->numeric, numeric, sizeof(g->numeric));
  }
  return GCHK_OK;
}

/*
 * Where the softmax of the true class is far below 1e-10, the loss does not change and the numeric gradient of Z2 is
 * nearly 0 where the hand-written one is (y - t)/N; where it is far above, both agree. The ratio is y/(y + 1e-10).
 */
START_TEST(normal_init_differs_where_softmax_is_tiny) {
  gradients g = {{0}, {0}};
  double picked[ROWS], softmax[ROWS][CLASSES];
  size_t tiny = 0, large = 0;
  gchk_suite *suite = load(_i == 0 ? GCHK_F64 : GCHK_F32);
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  options.gradients = keep_gradients;
  options.gradients_context = &g;
  find_softmax(picked, softmax);
  OK(gchk_check_cases(find(suite, "digits-normal-init"), 1, &options, &result, &error), error);
  const gchk_case_result *c = &result->cases[0];
  ck_assert_int_eq(c->verdict, GCHK_PASS);
  ck_assert_ptr_nonnull(strstr(c->expected_failure, "below about 1e-10"));
  ck_assert_ptr_nonnull(strstr(c->expected_failure, "Smaller"));
  ck_assert_ptr_nonnull(find_code(c->findings, c->finding_count, "expected-failure"));
  ck_assert_ptr_null(find_code(c->findings, c->finding_count, "unexpected-pass"));
  gchk_array label = member("digits-normal-init.npz", "label");
  for (size_t n = 0; n < ROWS; n++)
    for (size_t j = 0; j < CLASSES; j++) {
      const size_t e = n * CLASSES + j;
      const double written = (softmax[n][j] - ((double)j == label.values[n])) / ROWS;
      ck_assert_double_eq_tol(g.analytic[e], written, 1e-6); // f32: rounding of the logits
      ck_assert_double_eq_tol(g.numeric[e], written * picked[n] / (picked[n] + 1e-10), 1e-5);
    }
  gchk_array_deinit(&label);
  for (size_t n = 0; n < ROWS; n++) {
    tiny += picked[n] < 1e-10;
    large += picked[n] > 1e-3;
  }
  ck_assert_uint_gt(tiny, 0);
  ck_assert_uint_gt(large, 0);
  for (size_t i = 0; i < c->tensor_count; i++) {
    const gchk_tensor_result *t = &c->tensors[i];
    ck_assert_str_eq(t->name, tensors[i]);
    ck_assert_int_eq(t->verdict, GCHK_FAIL);
    ck_assert_uint_gt(t->elements.fail, 0);
    ck_assert_uint_gt(t->reference.fail, 0);
    ck_assert_uint_gt(t->worst_count, 0);
    const gchk_finding *ignored = find_code(t->findings, t->finding_count, "option-ignored");
    ck_assert_msg(ignored != NULL, "%s", t->name);
    ck_assert_ptr_nonnull(strstr(ignored->text, "softmax_with_loss.log_eps"));
    ck_assert_ptr_null(strstr(ignored->text, "denominator_eps"));
    ck_assert_ptr_nonnull(find_code(t->findings, t->finding_count, "reference-differs"));
  }
  // The worst elements of Z2 lie in rows whose softmax is tiny.
  const gchk_tensor_result *z2 = &c->tensors[6];
  for (size_t k = 0; k < z2->worst_count; k++)
    ck_assert_double_lt(picked[z2->worst[k].flat / CLASSES], 1e-9);
  gchk_result_free(result);
  gchk_suite_free(suite);
}
END_TEST

static gchk_result *check_text(const char *text, gchk_suite **suite) {
  *suite = suite_of(text, GCHK_DTYPE_UNSET);
  return check(first_case(*suite));
}

/* total is a value in between: it has a row because its gradient is expected, which fails when the number is wrong. */
START_TEST(expected_gradients_of_values_in_between) {
  static const char format[] = "cases:\n"
                               "  - name: apple\n"
                               "    values: {apple: 100, number: 2, tax: 1.1}\n"
                               "    network:\n"
                               "      - mul: {in: [apple, number], as: total}\n"
                               "      - mul: {in: [total, tax], as: price}\n"
                               "    %s\n";
  static const struct {
    const char *key;
    size_t rows;
    gchk_verdict verdict;
  } cases[] = {{"seed: 0", 3, GCHK_PASS},
               {"gradients: {total: 1.1}", 4, GCHK_PASS},
               {"gradients: {total: 1.2}", 4, GCHK_FAIL},
               {"reference: {source: hand, gradients: {total: 1.1}}", 4, GCHK_PASS},
               {"reference: {source: hand, gradients: {total: 1.2}}", 4, GCHK_FAIL}};
  for (size_t k = 0; k < 5; k++) {
    char text[512];
    gchk_suite *suite = NULL;
    (void)snprintf(text, sizeof(text), format, cases[k].key);
    gchk_result *result = check_text(text, &suite);
    const gchk_case_result *c = &result->cases[0];
    ck_assert_uint_eq(c->tensor_count, cases[k].rows);
    ck_assert_int_eq(c->verdict, cases[k].verdict);
    if (c->tensor_count == 4) {
      ck_assert_str_eq(c->tensors[3].name, "total");
      ck_assert_int_eq(c->tensors[3].role, GCHK_CACHE);
      ck_assert_int_eq(c->tensors[3].verdict, cases[k].verdict);
      ck_assert_uint_eq(c->tensors[3].checked, 1);
      ck_assert_double_eq_tol(c->tensors[3].worst_count > 0 ? c->tensors[3].worst[0].numeric : 1.1, 1.1, 1e-9);
    }
    gchk_result_free(result);
    gchk_suite_free(suite);
  }
}
END_TEST

/* A unit with a bias of -10 never fires. Another net has none; and relu alone, of one row, is not looked at. */
START_TEST(dead_units_are_a_note) {
  static const char format[] = "cases:\n"
                               "  - name: net\n"
                               "    values: {x: {shape: [%d, 3]}, t: {shape: [%d, 2], one_hot: true}, W1: {values: "
                               "[[1, 1, -1, 1], [1, -1, 1, 1], [-1, 1, 1, 1]]}, b1: %s}\n"
                               "    network:\n"
                               "      - affine: {units: 4, W: W1, b: b1}\n"
                               "      - relu: {name: hidden}\n"
                               "      - affine: {units: 2}\n"
                               "      - softmax_with_loss: {t: t}\n";
  static const struct {
    int rows;
    const char *bias;
    double dead;
  } cases[] = {{8, "[0, -10, 0, 0]", 1}, {8, "[5, 5, 5, 5]", 0}, {8, "[-10, 9, 9, -10]", 2}, {1, "[0, -10, 0, 0]", 0}};
  for (size_t k = 0; k < 4; k++) {
    char text[1024];
    gchk_suite *suite = NULL;
    (void)snprintf(text, sizeof(text), format, cases[k].rows, cases[k].rows, cases[k].bias);
    gchk_result *result = check_text(text, &suite);
    const gchk_case_result *c = &result->cases[0];
    const gchk_finding *dead = find_code(c->findings, c->finding_count, "dead-units");
    ck_assert_int_eq(c->verdict, GCHK_PASS);
    ck_assert_int_eq(dead != NULL, cases[k].dead > 0);
    if (dead != NULL) {
      ck_assert(dead->is_note);
      ck_assert_str_eq(dead->evidence[0].text, "hidden");
      ck_assert_double_eq(dead->evidence[1].number, cases[k].dead);
      ck_assert_double_eq(dead->evidence[2].number, 4);
      ck_assert_double_eq(dead->evidence[3].number, 8);
      ck_assert_ptr_nonnull(
          strstr(dead->text, k == 0 ? "1 of 4 units of hidden (relu) are exactly 0 in all 8 rows (1)" : "(0, 3)"));
    }
    gchk_result_free(result);
    gchk_suite_free(suite);
  }
}
END_TEST

/* The archive by dtype. */
START_TEST(a_reference_for_each_dtype) {
  static const char format[] = "cases:\n"
                               "  - name: net\n"
                               "    values: {x: {shape: [2, 64]}}\n"
                               "    network: [linear: {units: 30, W: W1, b: B1, as: Z1}]\n"
                               "    reference: {source: torch, npz: %s}\n";
  char text[512];
  gchk_suite *suite = NULL;
  gchk_error error = {GCHK_OK, ""};
  (void)snprintf(text, sizeof(text), format, "{f32: ../reference/digits-he-init-torch-f32.npz}");
  FAILS(gchk_suite_load_text(&suite, FIXTURES "suites/test.yaml", text, strlen(text), GCHK_F64, &error), GCHK_INVALID,
        error, "the case is f64, and npz has no file for it");
  suite = suite_of(text, GCHK_F32);
  gchk_array w1 = member("digits-he-init-torch-f32.npz", "W1");
  ck_assert(memcmp(setting_of(first_case(suite), "W1")->reference, w1.values, w1.count * sizeof(double)) == 0);
  gchk_array_deinit(&w1);
  gchk_suite_free(suite);
  (void)snprintf(text, sizeof(text), format, "{f16: ../reference/digits-he-init-torch-f32.npz}");
  FAILS(gchk_suite_load_text(&suite, FIXTURES "suites/test.yaml", text, strlen(text), GCHK_F64, &error), GCHK_INVALID,
        error, "unknown key of npz \"f16\"");
}
END_TEST

static TCase *digits(void) {
  TCase *tc = tcase_create("digits");
  tcase_set_timeout(tc, 120);
  tcase_add_test(tc, the_rows_are_those_of_the_script);
  tcase_add_loop_test(tc, he_init_is_close_three_ways, 0, 2);
  tcase_add_loop_test(tc, all_rows_are_as_in_torch, 0, 2);
  tcase_add_loop_test(tc, normal_init_differs_where_softmax_is_tiny, 0, 2);
  tcase_add_test(tc, expected_gradients_of_values_in_between);
  tcase_add_test(tc, dead_units_are_a_note);
  tcase_add_test(tc, a_reference_for_each_dtype);
  return tc;
}

TEST_MAIN("digits", digits)
