/* What rows declare of the meaning of their tensors: what is refused, symmetric values, ignored labels. */
#include <string.h>

#include "gradcheck/check.h"
#include "instance/meaning.h"
#include "instance_tests.h"
#include "start/plant.h"

static gchk_status nothing(const gchk_call *c, gchk_error *error) {
  (void)c;
  (void)error;
  return GCHK_OK;
}

static const gchk_option_spec options[] = {{"ignore_index", -1, -1000, 1000, ""}};

static gchk_layer with_row(const gchk_tensor_spec *rows) { // and an output
  return (gchk_layer){.name = "l",
                      .dtype = GCHK_F64,
                      .tensors = rows,
                      .tensor_count = 2,
                      .forward = nothing,
                      .backward = nothing,
                      GCHK_OPTION_TABLE(options)};
}

#define OUTPUT GCHK_TENSOR("y", GCHK_OUTPUT, "N")

START_TEST(what_makes_no_sense_is_refused) {
  static const struct {
    gchk_tensor_spec rows[2];
    const char *why; // NULL: it does
  } cases[] = {
      {{GCHK_TENSOR("x", GCHK_INPUT, "N N", .symmetric = true), OUTPUT}, NULL},
      {{GCHK_TENSOR("x", GCHK_PARAMETER, "B 2*N 2*N", .symmetric = true), OUTPUT}, NULL},
      {{GCHK_TENSOR("x", GCHK_INPUT, "N M", .symmetric = true), OUTPUT}, "the last two dimensions of \"N M\""},
      {{GCHK_TENSOR("x", GCHK_INPUT, "N", .symmetric = true), OUTPUT}, "write them alike"},
      {{GCHK_TENSOR("x", GCHK_INPUT, "N N...", .symmetric = true), OUTPUT}, "write them alike"},
      {{GCHK_TENSOR("x", GCHK_CACHE, "N N", .symmetric = true), OUTPUT}, "an input, a parameter or a constant"},
      {{GCHK_TENSOR("x", GCHK_INPUT, "N N", .symmetric = true, .fill = {.kind = GCHK_FILL_ONE_HOT}), OUTPUT},
       "one-hot"},
      {{GCHK_TENSOR("x", GCHK_INPUT, "N", .gradient_is_zero = true), OUTPUT}, NULL},
      {{GCHK_TENSOR("x", GCHK_CONSTANT, "N", .gradient_is_zero = true), OUTPUT}, "gradient_is_zero is for an input"},
      {{GCHK_TENSOR("x", GCHK_INPUT, "N", .gradient_is_zero = true, .grad = GCHK_GRAD_NONE), OUTPUT}, "GCHK_GRAD_NONE"},
      {{GCHK_TENSOR("x", GCHK_INPUT, "N", .surrogate = nothing), OUTPUT}, NULL},
      {{GCHK_TENSOR("x", GCHK_INDEX, "N", .surrogate = nothing), OUTPUT}, "surrogate is for an input"},
      {{GCHK_TENSOR("x", GCHK_INDEX, "N", .ignored = "-100"), OUTPUT}, NULL},
      {{GCHK_TENSOR("x", GCHK_INDEX, "N", .ignored = "ignore_index"), OUTPUT}, NULL},
      {{GCHK_TENSOR("x", GCHK_INDEX, "N", .ignored = "pad"), OUTPUT}, "the name of an option"},
      {{GCHK_TENSOR("x", GCHK_INDEX, "N", .ignored = "1.5"), OUTPUT}, "a whole number such as"},
      {{GCHK_TENSOR("x", GCHK_INDEX, "N", .ignored = ""), OUTPUT}, "a whole number such as"},
      {{GCHK_TENSOR("x", GCHK_INDEX, "N", .ignored = "3000000000"), OUTPUT}, "a whole number from"},
      {{GCHK_TENSOR("x", GCHK_INPUT, "N", .ignored = "-1"), OUTPUT}, "ignored is for labels"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const gchk_layer layer = with_row(cases[i].rows);
    gchk_error error = {GCHK_OK, ""};
    gchk_status status = gchk_layer_validate(&layer, &error);
    ck_assert_msg(status == (cases[i].why == NULL ? GCHK_OK : GCHK_INVALID), "%zu: %s", i, error.message);
    ck_assert_msg(cases[i].why == NULL || strstr(error.message, cases[i].why) != NULL, "%zu: '%s' lacks '%s'", i,
                  error.message, cases[i].why);
    ck_assert(cases[i].why == NULL || strstr(error.message, "l: tensor x") != NULL);
  }
}
END_TEST

START_TEST(a_surrogate_is_another_function) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), OUTPUT};
  gchk_layer layer = with_row(rows);
  gchk_error error = {GCHK_OK, ""};
  layer.surrogate = nothing;
  ck_assert_int_eq(gchk_layer_validate(&layer, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "its surrogate is its forward"));
}
END_TEST

static gchk_instance *instance_of(const gchk_layer *layer, const char *text) {
  gchk_sizes sizes = {0};
  gchk_instance *instance = NULL;
  ck_assert_int_eq(gchk_sizes_parse(&sizes, text, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_new(&instance, layer, &sizes, NULL, GCHK_TRAIN, 7, NULL), GCHK_OK);
  return instance;
}

START_TEST(each_matrix_of_a_batch_is_made_symmetric) {
  enum { N = 3 };
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "B N N", .symmetric = true), OUTPUT};
  const gchk_layer layer = with_row(rows);
  gchk_instance *instance = instance_of(&layer, "B=2 N=3");
  double *x = instance->t[0].value, gradient[2 * N * N];
  for (size_t e = 0; e < 2 * N * N; e++)
    gradient[e] = x[e] = (double)(1 + e * e);
  ck_assert_int_eq(gchk_check_symmetric(instance, 0, NULL), GCHK_INVALID);
  gchk_make_symmetric(instance, 0);
  ck_assert_int_eq(gchk_check_symmetric(instance, 0, NULL), GCHK_OK);
  gchk_fold_symmetric(instance, 0, gradient);
  for (size_t b = 0; b < 2; b++)
    for (size_t i = 0; i < N; i++)
      for (size_t j = 0; j < N; j++) {
        const size_t here = (b * N + i) * N + j, there = (b * N + j) * N + i, lower = i >= j ? here : there;
        ck_assert_double_eq(x[here], (double)(1 + lower * lower));
        ck_assert_uint_eq(gchk_symmetric_partner(instance, 0, here), there);
        const double one = (double)(1 + here * here), other = (double)(1 + there * there);
        ck_assert_double_eq(gradient[here], i == j ? one : one + other);
      }
  gchk_instance_free(instance);
}
END_TEST

START_TEST(what_is_not_declared_stays_as_it_is) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N N"), OUTPUT};
  const gchk_layer layer = with_row(rows);
  gchk_instance *instance = instance_of(&layer, "N=2");
  double *x = instance->t[0].value, gradient[] = {1, 2, 3, 4};
  memcpy(x, gradient, sizeof gradient);
  gchk_make_symmetric(instance, 0);
  gchk_fold_symmetric(instance, 0, gradient);
  ck_assert(x[1] == 2 && x[2] == 3 && gradient[1] == 2 && gradient[2] == 3);
  ck_assert_int_eq(gchk_check_symmetric(instance, 0, NULL), GCHK_OK);
  ck_assert_uint_eq(gchk_symmetric_partner(instance, 0, 1), 1);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(some_labels_are_ignored_and_some_are_not) {
  int32_t labels[40];
  for (size_t count = 1; count <= 40; count++)
    for (uint64_t seed = 0; seed < 20; seed++) {
      const gchk_tensor t = {.name = "l", .dtype = GCHK_I32, .shape = {1, {count}}, .count = count, .value = labels};
      gchk_random random = gchk_random_seeded(seed);
      size_t ignored = 0;
      for (size_t e = 0; e < count; e++)
        labels[e] = 5;
      gchk_plant_some(&t, -100, &random);
      for (size_t e = 0; e < count; e++) {
        ck_assert(labels[e] == 5 || labels[e] == -100);
        ignored += labels[e] == -100;
      }
      ck_assert(ignored >= 1 && (count == 1 || ignored < count));
    }
}
END_TEST

/* y = the number of labels that count, or, with an option set, one over it. */
static gchk_status count_labels(const gchk_call *c, gchk_error *error) {
  double count = 0;
  (void)error;
  for (size_t e = 0; e < c->t[0].count; e++)
    count += ((const int32_t *)c->t[0].value)[e] != -1;
  *(double *)c->t[1].value = c->option[0] == -1 ? count : 1 / count;
  return GCHK_OK;
}

START_TEST(all_are_ignored_but_the_first_where_forward_is_not_finite) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INDEX, "N", .ignored = "-1"),
                                          GCHK_TENSOR("y", GCHK_OUTPUT, "")};
  gchk_layer layer = with_row(rows);
  layer.forward = count_labels;
  for (int is_undefined = 0; is_undefined < 2; is_undefined++) {
    const double values[] = {is_undefined ? -2 : -1};
    layer.option_values = values;
    gchk_instance *instance = instance_of(&layer, "N=6");
    int32_t *labels = instance->t[0].value;
    ck_assert_int_eq(gchk_plant_ignored(instance, NULL), GCHK_OK);
    for (size_t e = 0; e < 6; e++)
      ck_assert_int_eq(labels[e], e == 0 && is_undefined ? 0 : -1);
    gchk_instance_free(instance);
  }
}
END_TEST

START_TEST(the_label_may_be_that_of_an_option) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INDEX, "N"), OUTPUT};
  const gchk_layer layer = with_row(rows);
  const double values[] = {-7};
  double label = 0;
  ck_assert_int_eq(gchk_ignored_label(&layer, "ignore_index", values, &label, NULL), GCHK_OK);
  ck_assert_double_eq(label, -7);
  ck_assert_int_eq(gchk_ignored_label(&layer, "-100", values, &label, NULL), GCHK_OK);
  ck_assert_double_eq(label, -100);
  const double fraction[] = {0.5};
  ck_assert_int_eq(gchk_ignored_label(&layer, "ignore_index", fraction, &label, NULL), GCHK_INVALID);
}
END_TEST

TCase *meaning_tests(void) {
  TCase *tests = tcase_create("meaning");
  tcase_add_test(tests, what_makes_no_sense_is_refused);
  tcase_add_test(tests, a_surrogate_is_another_function);
  tcase_add_test(tests, each_matrix_of_a_batch_is_made_symmetric);
  tcase_add_test(tests, what_is_not_declared_stays_as_it_is);
  tcase_add_test(tests, some_labels_are_ignored_and_some_are_not);
  tcase_add_test(tests, all_are_ignored_but_the_first_where_forward_is_not_finite);
  tcase_add_test(tests, the_label_may_be_that_of_an_option);
  return tests;
}
