/* What is said of tables that make no sense. */
#include <math.h>
#include <string.h>

#include "gradcheck/check.h"
#include "instance_tests.h"

static gchk_status nothing(const gchk_call *c, gchk_error *error) {
  (void)c;
  (void)error;
  return GCHK_OK;
}

static const gchk_tensor_spec product_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N K"), GCHK_TENSOR("w", GCHK_PARAMETER, "K M"), GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};

static void assert_invalid(const gchk_layer *layer, const char *why) {
  gchk_error error;
  ck_assert_int_eq(gchk_layer_validate(layer, &error), GCHK_INVALID);
  ck_assert_msg(strstr(error.message, why) != NULL, "'%s' lacks '%s'", error.message, why);
}

START_TEST(tables_that_make_no_sense_are_refused_with_a_remedy) {
  const gchk_layer good = {
      .name = "product", .dtype = GCHK_F32, GCHK_TENSORS(product_tensors), .forward = nothing, .backward = nothing};
  ck_assert_int_eq(gchk_layer_validate(&good, NULL), GCHK_OK);
  assert_invalid(NULL, "NULL");
  gchk_layer bad = good;
  bad.name = NULL;
  assert_invalid(&bad, "name");
  bad = good;
  bad.dtype = GCHK_DTYPE_UNSET;
  assert_invalid(&bad, ".dtype = GCHK_F32");
  bad = good;
  bad.forward = NULL;
  assert_invalid(&bad, "no forward");
  bad = good;
  bad.backward = NULL; // a table that makes sense: its cases are skipped
  ck_assert_int_eq(gchk_layer_validate(&bad, NULL), GCHK_OK);
  bad = good;
  bad.tensor_count = 2;
  assert_invalid(&bad, "output");
  const gchk_tensor_spec twice[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("x", GCHK_OUTPUT, "N")};
  bad = (gchk_layer){.name = "bad", .dtype = GCHK_F64, GCHK_TENSORS(twice), .forward = nothing, .backward = nothing};
  assert_invalid(&bad, "two tensors are called x");
  const gchk_tensor_spec no_role[] = {{.name = "x", .shape = "N"}};
  bad = (gchk_layer){.name = "bad", .dtype = GCHK_F64, GCHK_TENSORS(no_role), .forward = nothing, .backward = nothing};
  assert_invalid(&bad, "no role");
  const gchk_tensor_spec no_shape[] = {{.name = "x", .role = GCHK_INPUT}};
  bad = (gchk_layer){.name = "bad", .dtype = GCHK_F64, GCHK_TENSORS(no_shape), .forward = nothing, .backward = nothing};
  assert_invalid(&bad, "no shape");
  const gchk_tensor_spec bad_shape[] = {GCHK_TENSOR("x", GCHK_OUTPUT, "N +")};
  bad =
      (gchk_layer){.name = "bad", .dtype = GCHK_F64, GCHK_TENSORS(bad_shape), .forward = nothing, .backward = nothing};
  assert_invalid(&bad, "tensor x");
  const gchk_tensor_spec integers[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .dtype = GCHK_I32)};
  bad = (gchk_layer){.name = "bad", .dtype = GCHK_F64, GCHK_TENSORS(integers), .forward = nothing, .backward = nothing};
  assert_invalid(&bad, "GCHK_INDEX");
}
END_TEST

/* Counts without the arrays that they are of: nothing behind a null pointer is looked at. */
START_TEST(counts_without_arrays_are_refused) {
  static const gchk_option_spec options[] = {{"eps", 1, 0, 2, NULL}};
  static const double two = 2;
  const gchk_tensor_spec tensors[] = {
      GCHK_TENSOR("labels", GCHK_INDEX, "N", .ignored = "eps"),
      GCHK_TENSOR("x", GCHK_INPUT, "N", .fill = {.kind = GCHK_FILL_VALUES, .values = &two, .value_count = 1}),
      GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
  const gchk_layer good = {.name = "counts",
                           .dtype = GCHK_F64,
                           GCHK_TENSORS(tensors),
                           GCHK_OPTION_TABLE(options),
                           .forward = nothing,
                           .backward = nothing};
  ck_assert_int_eq(gchk_layer_validate(&good, NULL), GCHK_OK);
  gchk_layer bad = good;
  bad.options = NULL;
  assert_invalid(&bad, "has no options, and an option_count of 1");
  bad = good;
  bad.tensors = NULL;
  assert_invalid(&bad, "has no tensors");
  gchk_tensor_spec without[] = {tensors[0], tensors[1], tensors[2]};
  without[1].fill.values = NULL;
  bad = good;
  bad.tensors = without;
  assert_invalid(&bad, "tensor x is to be filled with values, and has none");
  gchk_layer twin = good, single = good;
  single.dtype = GCHK_F32;
  single.twin = &twin;
  ck_assert_int_eq(gchk_layer_validate(&single, NULL), GCHK_OK);
  twin.tensors = NULL;
  assert_invalid(&single, "its twin must be f64 and have the same tensors");
}
END_TEST

START_TEST(a_declared_precision_is_a_power_of_two_that_the_dtype_can_hold) {
  static const double good[] = {0, GCHK_UNIT_OF_BF16, GCHK_UNIT_OF_F16, GCHK_UNIT_OF_TF32, 0x1p-24, 0x1p-2, 0x1p-4};
  const double bad[] = {0x1p-25, 0x1p-1, 1, 8, 1e-3, -0x1p-8, (double)NAN, (double)INFINITY};
  gchk_layer layer = {
      .name = "product", .dtype = GCHK_F32, GCHK_TENSORS(product_tensors), .forward = nothing, .backward = nothing};
  for (size_t k = 0; k < sizeof good / sizeof good[0]; k++) {
    layer.unit = layer.product_unit = good[k];
    ck_assert_msg(gchk_layer_validate(&layer, NULL) == GCHK_OK, "%g", good[k]);
  }
  for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
    layer.unit = 0;
    layer.product_unit = bad[k];
    assert_invalid(&layer, "product: product_unit is ");
    assert_invalid(&layer, "GCHK_UNIT_OF_BF16");
    layer.unit = bad[k];
    layer.product_unit = 0;
    assert_invalid(&layer, "product: unit is ");
    const gchk_tensor_spec own[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .unit = bad[k]),
                                    GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
    const gchk_layer of_tensor = {
        .name = "own", .dtype = GCHK_F32, GCHK_TENSORS(own), .forward = nothing, .backward = nothing};
    assert_invalid(&of_tensor, "own: tensor x: unit is ");
  }
  layer.dtype = GCHK_F64; // a double can hold what a float cannot
  layer.unit = 0x1p-30;
  layer.product_unit = 0;
  ck_assert_int_eq(gchk_layer_validate(&layer, NULL), GCHK_OK);
  const gchk_tensor_spec integers[] = {GCHK_TENSOR("k", GCHK_INDEX, "N", .unit = GCHK_UNIT_OF_BF16),
                                       GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
  const gchk_layer of_integers = {
      .name = "own", .dtype = GCHK_F32, GCHK_TENSORS(integers), .forward = nothing, .backward = nothing};
  assert_invalid(&of_integers, "integers are exact");
}
END_TEST

TCase *validate_tests(void) {
  TCase *tests = tcase_create("validate");
  tcase_add_test(tests, counts_without_arrays_are_refused);
  tcase_add_test(tests, tables_that_make_no_sense_are_refused_with_a_remedy);
  tcase_add_test(tests, a_declared_precision_is_a_power_of_two_that_the_dtype_can_hold);
  return tests;
}
