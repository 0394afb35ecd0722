/* The cases that gradcheck makes of a layer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_tests.h"
#include "instance/sizes.h"

static gchk_status nothing(const gchk_call *c, gchk_error *error) {
  (void)c;
  (void)error;
  return GCHK_OK;
}

static const gchk_tensor_spec product_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N K"), GCHK_TENSOR("w", GCHK_PARAMETER, "K M"), GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};

static const gchk_case *find_case(const gchk_case_list *list, const char *name) {
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->cases[i].name, name) == 0)
      return &list->cases[i];
  return NULL;
}

static size_t size_of(const gchk_case *c, const char *name) {
  gchk_sizes sizes = {0};
  ck_assert_int_eq(gchk_sizes_parse(&sizes, c->sizes, NULL), GCHK_OK);
  return gchk_sizes_find(&sizes, name)->value;
}

START_TEST(sizes_are_chosen_to_expose) {
  const gchk_layer layer = {
      .name = "product", .dtype = GCHK_F64, GCHK_TENSORS(product_tensors), .forward = nothing, .backward = nothing};
  gchk_case_list list;
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, NULL), GCHK_OK);
  const gchk_case *distinct = find_case(&list, "product/distinct"), *square = find_case(&list, "product/square");
  const gchk_case *single = find_case(&list, "product/single"), *planted = find_case(&list, "product/planted");
  ck_assert(distinct != NULL && square != NULL && single != NULL && planted != NULL);
  ck_assert(size_of(distinct, "N") != size_of(distinct, "K") && size_of(distinct, "K") != size_of(distinct, "M") &&
            size_of(distinct, "N") != size_of(distinct, "M"));
  ck_assert_uint_eq(size_of(distinct, "N"), 3);
  ck_assert_uint_eq(size_of(square, "N"), size_of(square, "M"));
  ck_assert_uint_eq(size_of(single, "N"), 1);
  ck_assert(planted->planted && !distinct->planted);
  gchk_case_list_deinit(&list);
}
END_TEST

START_TEST(a_layer_s_own_sizes_and_modes_are_kept) {
  static const char *const shapes[] = {"N=2 K=3 M=4", "N=5 K=3 M=2", NULL};
  gchk_layer layer = {.name = "product",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(product_tensors),
                      .forward = nothing,
                      .backward = nothing,
                      .sizes = "N=2 K=3 M=4",
                      .flags = GCHK_HAS_MODES};
  gchk_case_list list;
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, NULL), GCHK_OK);
  ck_assert_uint_eq(list.count, 5); // train, eval, planted, tails, saturated
  ck_assert_ptr_nonnull(find_case(&list, "product/train"));
  ck_assert_int_eq(find_case(&list, "product/eval")->mode, GCHK_EVAL);
  gchk_case_list_deinit(&list);
  layer.shape_cases = shapes;
  layer.flags = 0;
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, NULL), GCHK_OK);
  ck_assert_uint_eq(list.count, 5);
  ck_assert_ptr_nonnull(find_case(&list, "product/N=5 K=3 M=2"));
  gchk_case_list_deinit(&list);
}
END_TEST

START_TEST(chosen_sizes_keep_to_what_the_layer_requires) {
  gchk_layer layer = {.name = "product",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(product_tensors),
                      .forward = nothing,
                      .backward = nothing,
                      .sizes_require = "K%4==0, M<=N, heads>1, K%heads==0"};
  gchk_case_list list;
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, NULL), GCHK_OK);
  ck_assert_uint_ge(list.count, 4);
  for (size_t i = 0; i < list.count; i++) {
    const gchk_case *c = &list.cases[i];
    ck_assert_uint_eq(size_of(c, "K") % 4, 0);
    ck_assert_uint_le(size_of(c, "M"), size_of(c, "N"));
    ck_assert_uint_gt(size_of(c, "heads"), 1); // of no shape, and chosen all the same
    ck_assert_uint_eq(size_of(c, "K") % size_of(c, "heads"), 0);
    for (size_t k = 0; k < i; k++)
      ck_assert(list.cases[i].planted || strcmp(list.cases[k].sizes, c->sizes) != 0);
  }
  gchk_case_list_deinit(&list);
}
END_TEST

START_TEST(given_sizes_that_break_it_are_refused) {
  static const char *const shapes[] = {"N=2 K=4 M=2", "N=5 K=3 M=2", NULL};
  gchk_error error;
  gchk_case_list list;
  gchk_layer layer = {.name = "product",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(product_tensors),
                      .forward = nothing,
                      .backward = nothing,
                      .sizes = "N=2 K=6 M=2",
                      .sizes_require = "K%4==0"};
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "product requires K%4==0 of its sizes, which does not hold for K=6"));
  layer.sizes = NULL;
  layer.shape_cases = shapes;
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "does not hold for K=3"));
  layer.shape_cases = NULL;
  layer.sizes_require = "K<M, M<K";
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "no sizes were found that keep to sizes_require \"K<M, M<K\""));
  const gchk_case one = {.name = "one", .layer = &layer, .sizes = "N=1 K=2 M=2"};
  gchk_result *result = NULL;
  ck_assert_int_eq(gchk_check_cases(&one, 1, NULL, &result, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "product requires K<M"));
}
END_TEST

START_TEST(labels_that_may_be_ignored_get_a_case_of_their_own) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("label", GCHK_INDEX, "N", .ignored = "-1"),
                                          GCHK_TENSOR("w", GCHK_PARAMETER, "K"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
  const gchk_layer layer = {
      .name = "labelled", .dtype = GCHK_F64, GCHK_TENSORS(rows), .forward = nothing, .backward = nothing};
  gchk_case_list list;
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, NULL), GCHK_OK);
  const gchk_case *planted = find_case(&list, "labelled/planted"), *ignored = find_case(&list, "labelled/ignored");
  ck_assert(planted != NULL && planted->planted && !planted->all_ignored);
  ck_assert(ignored != NULL && ignored->all_ignored && ignored->auxiliary);
  gchk_case_list_deinit(&list);
}
END_TEST

// y = x^2, whose gradient is right up to N = 64, and beyond it where the layer is right.
static gchk_status square(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = x[i] * x[i];
  return GCHK_OK;
}

static void square_back(const gchk_call *c, double factor) {
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = factor * x[i] * dy[i];
}

static gchk_status square_back_right(const gchk_call *c, gchk_error *error) {
  (void)error;
  square_back(c, 2);
  return GCHK_OK;
}

static gchk_status square_back_wrong_when_long(const gchk_call *c, gchk_error *error) {
  (void)error;
  square_back(c, c->t[0].count > 64 ? 2.5 : 2);
  return GCHK_OK;
}

// y_k = 1/(N - 1) sum_n (x_nk - mean_k)^2: of one row there is none.
static void variances(const gchk_call *c, double *centred, double *y) {
  const size_t rows = c->t[0].shape.dim[0], columns = c->t[0].shape.dim[1];
  const double *x = c->t[0].value;
  for (size_t k = 0; k < columns; k++) {
    double mean = 0, sum = 0;
    for (size_t n = 0; n < rows; n++)
      mean += x[n * columns + k] / (double)rows;
    for (size_t n = 0; n < rows; n++) {
      const double off = x[n * columns + k] - mean;
      sum += off * off;
      if (centred != NULL)
        centred[n * columns + k] = off;
    }
    if (y != NULL)
      y[k] = sum / (double)(rows - 1);
  }
}

static gchk_status variance(const gchk_call *c, gchk_error *error) {
  (void)error;
  variances(c, NULL, c->t[1].value);
  return GCHK_OK;
}

static gchk_status variance_back(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t rows = c->t[0].shape.dim[0], columns = c->t[0].shape.dim[1];
  const double *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  variances(c, dx, NULL);
  for (size_t i = 0; i < rows * columns; i++)
    dx[i] *= 2 * dy[i % columns] / (double)(rows - 1);
  return GCHK_OK;
}

START_TEST(where_chosen_sizes_leave_forward_undefined_what_rules_them_out_is_named) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("y", GCHK_OUTPUT, "C")};
  gchk_layer layer = {
      .name = "variance", .dtype = GCHK_F64, GCHK_TENSORS(rows), .forward = variance, .backward = variance_back};
  gchk_result *result = NULL;
  ck_assert_int_eq(gchk_check_layer(&layer, NULL, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result->verdict, GCHK_ERROR);
  size_t errors = 0;
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    if (c->verdict != GCHK_ERROR)
      continue;
    errors++;
    ck_assert_str_eq(c->name, "variance/single");
    ck_assert_ptr_nonnull(strstr(c->reason, "not defined at sizes N=1 C=5, say so with .sizes_require"));
  }
  ck_assert_uint_eq(errors, 1);
  gchk_result_free(result);
  layer.sizes_require = "N>1";
  ck_assert_int_eq(gchk_check_layer(&layer, NULL, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result->verdict, GCHK_PASS);
  gchk_result_free(result);
  // Sizes of one's own are the user's choice, and are not to be ruled out.
  layer.sizes_require = NULL;
  layer.sizes = "N=1 C=5";
  ck_assert_int_eq(gchk_check_layer(&layer, NULL, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result->verdict, GCHK_ERROR);
  ck_assert_ptr_nonnull(strstr(result->cases[0].reason, "choose inputs at which it is finite"));
  ck_assert_ptr_null(strstr(result->cases[0].reason, "sizes_require"));
  gchk_result_free(result);
}
END_TEST

enum { MANY_SHAPES = 300 };

START_TEST(every_listed_shape_is_a_case_however_many_there_are) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
  static char text[MANY_SHAPES][16];
  const char *shapes[MANY_SHAPES + 1] = {NULL};
  for (int i = 0; i < MANY_SHAPES; i++) {
    (void)snprintf(text[i], sizeof text[i], "N=%d", 1 + (i + 37) % MANY_SHAPES);
    shapes[i] = text[i];
  }
  gchk_layer layer = {.name = "square",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(rows),
                      .forward = square,
                      .backward = nothing,
                      .shape_cases = shapes};
  gchk_case_list list;
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, NULL), GCHK_OK);
  ck_assert_uint_eq(list.count, MANY_SHAPES + 3); // and the three of other values
  for (int i = 0; i < MANY_SHAPES; i++)
    ck_assert_str_eq(list.cases[i].sizes, text[i]);
  gchk_case_list_deinit(&list);
}
END_TEST

START_TEST(a_mistake_in_the_last_of_many_shapes_is_found) {
  enum { SHAPES = 70 };
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
  static char text[SHAPES][16];
  const char *shapes[SHAPES + 1] = {NULL};
  for (int i = 0; i < SHAPES; i++) {
    (void)snprintf(text[i], sizeof text[i], "N=%d", i + 1);
    shapes[i] = text[i];
  }
  for (int is_right = 0; is_right < 2; is_right++) {
    const gchk_layer layer = {.name = "square",
                              .dtype = GCHK_F64,
                              GCHK_TENSORS(rows),
                              .forward = square,
                              .backward = is_right ? square_back_right : square_back_wrong_when_long,
                              .shape_cases = shapes};
    gchk_options options = GCHK_OPTIONS_INIT;
    options.isolate = options.probes = false;
    gchk_result *result = NULL;
    ck_assert_int_eq(gchk_check_layer(&layer, &options, &result, NULL), GCHK_OK);
    ck_assert_uint_eq(result->summary.fail, is_right ? 0 : SHAPES - 64);
    ck_assert_int_eq(result->exit_code, is_right ? 0 : 1);
    gchk_result_free(result);
  }
}
END_TEST

TCase *layer_case_tests(void) {
  TCase *tests = tcase_create("layer cases");
  tcase_add_test(tests, where_chosen_sizes_leave_forward_undefined_what_rules_them_out_is_named);
  tcase_add_test(tests, sizes_are_chosen_to_expose);
  tcase_add_test(tests, a_layer_s_own_sizes_and_modes_are_kept);
  tcase_add_test(tests, chosen_sizes_keep_to_what_the_layer_requires);
  tcase_add_test(tests, given_sizes_that_break_it_are_refused);
  tcase_add_test(tests, labels_that_may_be_ignored_get_a_case_of_their_own);
  tcase_add_test(tests, every_listed_shape_is_a_case_however_many_there_are);
  tcase_add_test(tests, a_mistake_in_the_last_of_many_shapes_is_found);
  return tests;
}
