/* Layers beside their references: what is told apart, what is not accused, and what is refused. */
#include "main.h"

#include <string.h>

#include "compare/compared_layers.h"
#include "gradcheck/check.h"
#include "gradcheck/layers.h"
#include "gradcheck/libcheck.h"

#define FORWARD  "forward-differs-from-reference"
#define BACKWARD "gradient-differs-from-reference"
#define AGREES   "agrees-with-reference"

static const gchk_finding *find(const gchk_finding *findings, size_t count, const char *code) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(findings[i].code, code) == 0)
      return &findings[i];
  return NULL;
}

/* The finding of the case or of one of its tensors; NULL where there is none. */
static const gchk_finding *found(const gchk_result *result, const char *code) {
  const gchk_case_result *one = &result->cases[0];
  const gchk_finding *finding = find(one->findings, one->finding_count, code);
  for (size_t k = 0; finding == NULL && k < one->tensor_count; k++)
    finding = find(one->tensors[k].findings, one->tensors[k].finding_count, code);
  return finding;
}

static double evidence(const gchk_finding *finding, const char *key) {
  for (size_t i = 0; i < finding->evidence_count; i++)
    if (strcmp(finding->evidence[i].key, key) == 0)
      return finding->evidence[i].number;
  ck_abort_msg("no evidence %s", key);
}

/* The result of the layer's case as its sizes have it, compared with the built-in layer that `text` says. */
static gchk_result *compared(const gchk_layer *layer, const char *text) {
  gchk_reference reference;
  gchk_error error;
  gchk_layer own = *layer;
  gchk_result *result = NULL;
  const gchk_case c = {.size = sizeof c, .name = layer->name, .layer = &own};
  gchk_options options = GCHK_OPTIONS_INIT;
  options.budget = 64;
  ck_assert_msg(gchk_registry_reference(&reference, text, layer, NULL, NULL, &error) == GCHK_OK, "%s", error.message);
  own.reference = &reference;
  ck_assert_msg(gchk_check_cases(&c, 1, &options, &result, &error) == GCHK_OK, "%s", error.message);
  return result;
}

static void expect(const gchk_layer *layer, const char *text, const char *code) {
  const bool fails = strcmp(code, AGREES) != 0;
  gchk_result *result = compared(layer, text);
  ck_assert_msg((result->cases[0].verdict == GCHK_FAIL) == fails, "%s: %s: %s", layer->name,
                gchk_verdict_name(result->cases[0].verdict), result->cases[0].reason);
  const char *const codes[] = {FORWARD, BACKWARD, AGREES};
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
    ck_assert_msg((found(result, codes[i]) != NULL) == (strcmp(codes[i], code) == 0), "%s: %s", layer->name, codes[i]);
  gchk_result_free(result);
}

static void refuse(const gchk_layer *layer, const char *text, const char *message) {
  gchk_reference reference;
  gchk_error error;
  ck_assert_int_eq(gchk_registry_reference(&reference, text, layer, NULL, NULL, &error), GCHK_INVALID);
  ck_assert_msg(strstr(error.message, message) != NULL, "%s\nlacks %s", error.message, message);
}

START_TEST(a_wrong_backward_is_told_from_a_wrong_forward) {
  expect(&wrong_slope, "tanh", BACKWARD);
  gchk_result *result = compared(&forward_alone, "tanh");
  ck_assert_ptr_nonnull(strstr(found(result, FORWARD)->text, "the gradients agree with the reference's"));
  ck_assert_ptr_null(found(result, BACKWARD));
  gchk_result_free(result);
}
END_TEST

START_TEST(a_finding_says_where_with_both_values_and_the_bound) {
  gchk_result *result = compared(&forward_alone, "tanh");
  const gchk_finding *finding = found(result, FORWARD);
  ck_assert_double_le(evidence(finding, "bound"), 1e-13);
  ck_assert_double_lt(evidence(finding, "element"), 7);
  // tanh(1.01 x) lies further from 0 than tanh(x).
  ck_assert_double_gt(evidence(finding, "value") / evidence(finding, "expected"), 1);
  ck_assert_double_eq(evidence(finding, "differ"), 7);
  gchk_result_free(result);
}
END_TEST

START_TEST(layouts_are_mapped_both_ways) {
  const char *right = "conv2d x=x(0,2,3,1) k=w(2,3,1,0) y=y(0,2,3,1) b=0";
  expect(&channels_last, right, AGREES);
  expect(&channels_last, "conv2d x=x[0,2,3,1] k=w[2,3,1,0] y=y[0,2,3,1] b=0", AGREES);
  // A constant other than 0 is another function.
  expect(&channels_last, "conv2d x=x(0,2,3,1) k=w(2,3,1,0) y=y(0,2,3,1) b=1e-9", FORWARD);
  refuse(&channels_last, "conv2d k=w(2,3,1,0) b=0", "is wanted");
  refuse(&channels_last, "conv2d x=x(0,2,3,1) k=w(3,2,1,0) y=y(0,2,3,1) b=0", "comparing channels_last with conv2d");
}
END_TEST

START_TEST(first_axes_are_the_rows_of_a_reference) {
  expect(&rows_of_sequences, "linear b=0", AGREES);
  expect(&shifted_units, "linear b=0", FORWARD);
  refuse(&rows_of_sequences, "affine b=0", "with its transpose it would fit, weight=W^T");
  expect(&rows_of_sequences, "affine weight=W^T b=0", AGREES);
}
END_TEST

START_TEST(ties_accuse_nobody) {
  gchk_result *result = compared(&last_of_ties, "max");
  ck_assert_int_eq(result->cases[0].verdict, GCHK_PASS);
  // Two of the six pairs differ; four ties of two gradients each are left out.
  ck_assert_double_eq(evidence(found(result, AGREES), "gradients"), 4);
  ck_assert_double_eq(evidence(found(result, AGREES), "outputs"), 6);
  gchk_result_free(result);
  expect(&least_of_two, "max", BACKWARD);
}
END_TEST

START_TEST(sums_in_float_in_another_order_accuse_nobody) {
  expect(&float_mean, "mean_last", AGREES);
  expect(&float_mean_short, "mean_last", FORWARD);
}
END_TEST

START_TEST(large_offsets_in_float_accuse_nobody) {
  expect(&normalised_offset, "layer_norm gamma=1 beta=0", AGREES);
  expect(&normalised_offset, "layer_norm gamma=1 beta=0.1", FORWARD);
}
END_TEST

START_TEST(a_loss_from_a_callback_is_an_output) {
  expect(&loss_by_callback, "mse", AGREES);
  expect(&loss_not_halved, "mse", FORWARD);
}
END_TEST

START_TEST(options_are_those_that_are_said) {
  expect(&normalised_offset, "layer_norm gamma=1 beta=0 eps=1e-5", AGREES);
  expect(&normalised_offset, "layer_norm gamma=1 beta=0 eps=0.1", FORWARD);
}
END_TEST

START_TEST(what_cannot_be_compared_is_refused_with_a_remedy) {
  refuse(&wrong_slope, "tahn", "did you mean tanh");
  refuse(&wrong_slope, "tanh z=x", "'z' is no tensor of wrong_slope");
  refuse(&wrong_slope, "tanh x=z", "tanh has no tensor 'z'");
  refuse(&wrong_slope, "tanh x=y", "x is input and y is output");
  refuse(&wrong_slope, "tanh x=x x=x", "is said already");
  refuse(&wrong_slope, "tanh x", "is not of the form");
  refuse(&wrong_slope, "tanh x=x(0,0)", "is no order of axes");
  refuse(&wrong_slope, "tanh x=x^T", "name as many");
  refuse(&wrong_slope, "mul", "nothing says what");
  refuse(&wrong_slope, "affine", "y as y: is (7)");
  refuse(&last_of_ties, "tanh", "tanh has no counterpart of y, input \"N\"");
  refuse(&wrong_slope, "sum", "y as y: is (7), but \"\" is wanted");
  refuse(&wrong_slope, "layer_norm", "of layer_norm nothing says what gamma \"C\", beta \"C\" is");
  refuse(&channels_last, "avg_pool", "y as y: is (2,3,3,2)");
}
END_TEST

START_TEST(a_reference_of_ones_own_is_as_good) {
  const gchk_layer *tanh_layer = gchk_registry_find("tanh", GCHK_F64, 0);
  gchk_layer own = wrong_slope;
  gchk_reference reference = {.size = sizeof reference, .layer = tanh_layer, .terms = NULL};
  gchk_result *result = NULL;
  gchk_error error;
  own.reference = &reference;
  ck_assert_int_eq(gchk_check_layer(&own, NULL, &result, &error), GCHK_OK);
  ck_assert_ptr_nonnull(found(result, BACKWARD));
  gchk_result_free(result);
  reference.size = 0;
  ck_assert_int_eq(gchk_check_layer(&own, NULL, &result, &error), GCHK_INVALID);
  reference = (gchk_reference){.size = sizeof reference, .layer = gchk_registry_find("tanh", GCHK_F32, 0)};
  ck_assert_int_eq(gchk_check_layer(&own, NULL, &result, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "a reference is an f64 layer"));
}
END_TEST

START_TEST(one_line_of_a_suite_of_ones_own) {
  char message[GCHK_CK_MESSAGE_SIZE];
  ck_assert_agrees(&channels_last, "conv2d x=x(0,2,3,1) k=w(2,3,1,0) y=y(0,2,3,1) b=0");
  ck_assert(!gchk_ck_layer_agrees(&forward_alone, "tanh", NULL, message, sizeof message));
  ck_assert_ptr_nonnull(strstr(message, FORWARD));
  ck_assert(!gchk_ck_layer_agrees(&channels_last, "conv2d", NULL, message, sizeof message));
  ck_assert_ptr_nonnull(strstr(message, "comparing channels_last with conv2d"));
}
END_TEST

static TCase *compare_tests(void) {
  TCase *tests = tcase_create("compare");
  tcase_add_test(tests, a_wrong_backward_is_told_from_a_wrong_forward);
  tcase_add_test(tests, a_finding_says_where_with_both_values_and_the_bound);
  tcase_add_test(tests, layouts_are_mapped_both_ways);
  tcase_add_test(tests, first_axes_are_the_rows_of_a_reference);
  tcase_add_test(tests, ties_accuse_nobody);
  tcase_add_test(tests, sums_in_float_in_another_order_accuse_nobody);
  tcase_add_test(tests, large_offsets_in_float_accuse_nobody);
  tcase_add_test(tests, a_loss_from_a_callback_is_an_output);
  tcase_add_test(tests, options_are_those_that_are_said);
  tcase_add_test(tests, what_cannot_be_compared_is_refused_with_a_remedy);
  tcase_add_test(tests, a_reference_of_ones_own_is_as_good);
  tcase_add_test(tests, one_line_of_a_suite_of_ones_own);
  return tests;
}

TEST_MAIN("compare", compare_tests)
