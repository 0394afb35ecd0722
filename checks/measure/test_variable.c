/* The size of a tensor's values and the rounding of outputs, against long double. */
#include "measure/variable.h"

#include "measure_tests.h"

static double rms(const double *values, size_t count) {
  double copy[8];
  memcpy(copy, values, count * sizeof *values);
  const gchk_tensor t = {.dtype = GCHK_F64, .count = count, .value = copy};
  return gchk_root_mean_square(&t);
}

START_TEST(it_is_the_root_of_the_mean_square_at_any_size) {
  static const double values[] = {3, -4, 0.5, 12, -1e-3};
  static const double scales[] = {1, 1e-200, 1e200, 1e-307, 1e307, 1e-154, 1e154};
  for (size_t s = 0; s < sizeof scales / sizeof scales[0]; s++) {
    double scaled[5];
    long double sum = 0; // has exponents to spare, where it is wider than double; else only the first scale tells
    for (size_t i = 0; i < 5; i++) {
      scaled[i] = values[i] * scales[s];
      sum += (long double)values[i] * (long double)values[i];
    }
    double expected = (double)sqrtl(sum / 5) * scales[s];
    ck_assert_msg(fabs(rms(scaled, 5) - expected) <= 1e-14 * expected, "scale %g: %g", scales[s], rms(scaled, 5));
  }
}
END_TEST

START_TEST(of_nothing_or_what_is_not_finite_it_is_zero) {
  static const double zero[3] = {0, -0.0, 0};
  const double bad[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
  ck_assert_double_eq(rms(zero, 3), 0);
  ck_assert_double_eq(rms(zero, 0), 0);
  for (size_t i = 0; i < 3; i++) {
    for (size_t at = 0; at < 3; at++) {
      double values[3] = {1, 2, 3};
      values[at] = bad[i];
      ck_assert_double_eq(rms(values, 3), 0);
    }
  }
}
END_TEST

START_TEST(a_scale_is_never_zero) {
  static const struct {
    double x, rms, scale;
  } rows[] = {{3, 1, 3}, {-3, 1, 3}, {0.1, 1, 1}, {0, 0, 1}, {0, 1e-200, 1e-200}, {-1e200, 0, 1e200}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    ck_assert_double_eq(gchk_scale_of(rows[i].x, rows[i].rms), rows[i].scale);
}
END_TEST

static gchk_status nothing(const gchk_call *call, gchk_error *error) {
  (void)call, (void)error;
  return GCHK_OK;
}

START_TEST(outputs_are_as_exact_as_the_least_exact_of_layer_and_outputs) {
  static const struct {
    gchk_dtype layer, first, second, cache;
    double unit;
  } rows[] = {{GCHK_F64, GCHK_F64, GCHK_F64, GCHK_F64, 0x1p-53},
              {GCHK_F64, GCHK_F64, GCHK_F32, GCHK_F64, 0x1p-24},
              {GCHK_F64, GCHK_F32, GCHK_F64, GCHK_F64, 0x1p-24},
              {GCHK_F64, GCHK_F64, GCHK_F64, GCHK_F32, 0x1p-53}, // a cache is no output
              {GCHK_F32, GCHK_F64, GCHK_F64, GCHK_F64, 0x1p-24}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const gchk_tensor_spec specs[] = {GCHK_TENSOR("x", GCHK_INPUT, "2"),
                                      GCHK_TENSOR("y", GCHK_OUTPUT, "2", .dtype = rows[i].first),
                                      GCHK_TENSOR("z", GCHK_OUTPUT, "2", .dtype = rows[i].second),
                                      GCHK_TENSOR("c", GCHK_CACHE, "2", .dtype = rows[i].cache)};
    const gchk_layer layer = {
        .name = "l", .dtype = rows[i].layer, GCHK_TENSORS(specs), .forward = nothing, .backward = nothing};
    const gchk_sizes sizes = {0};
    gchk_instance *instance;
    ck_assert_int_eq(gchk_instance_new(&instance, &layer, &sizes, NULL, GCHK_TRAIN, 0, NULL), GCHK_OK);
    ck_assert_msg(gchk_output_unit(instance) == rows[i].unit, "row %zu", i);
    gchk_instance_free(instance);
  }
}
END_TEST

START_TEST(a_declared_precision_counts_where_it_reaches_the_outputs) {
  static const struct {
    double layer, product, first, second, cache, unit;
  } rows[] = {{0x1p-8, 0, 0, 0, 0, 0x1p-8},
              {0, 0x1p-11, 0, 0, 0, 0x1p-24}, // products of given values are exact
              {0, 0, 0x1p-11, 0x1p-8, 0, 0x1p-8},
              {0x1p-8, 0, 0x1p-11, 0x1p-11, 0, 0x1p-11}, // both say their own
              {0, 0, 0, 0, 0x1p-8, 0x1p-24}};            // a cache is no output
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const gchk_tensor_spec specs[] = {GCHK_TENSOR("x", GCHK_INPUT, "2"),
                                      GCHK_TENSOR("y", GCHK_OUTPUT, "2", .unit = rows[i].first),
                                      GCHK_TENSOR("z", GCHK_OUTPUT, "2", .unit = rows[i].second),
                                      GCHK_TENSOR("c", GCHK_CACHE, "2", .unit = rows[i].cache)};
    const gchk_layer layer = {.name = "l",
                              .dtype = GCHK_F32,
                              GCHK_TENSORS(specs),
                              .forward = nothing,
                              .backward = nothing,
                              .unit = rows[i].layer,
                              .product_unit = rows[i].product};
    const gchk_sizes sizes = {0};
    gchk_instance *instance;
    ck_assert_int_eq(gchk_instance_new(&instance, &layer, &sizes, NULL, GCHK_TRAIN, 0, NULL), GCHK_OK);
    ck_assert_msg(gchk_output_unit(instance) == rows[i].unit, "row %zu: %g", i, gchk_output_unit(instance));
    gchk_instance_free(instance);
  }
}
END_TEST

// y is (3, 4): of size 5. The unit of a line of these outputs, and what is left of its noise.
START_TEST(noise_is_left_out_where_stored_outputs_explain_it_and_shows_products_of_products) {
  static const struct {
    double unit, product, sigma, left, output_unit;
  } rows[] = {{0x1p-8, 0, 0.9 * 5 * 0x1p-8, 0, 0x1p-8},
              {0x1p-8, 0, 1.1 * 5 * 0x1p-8, 1.1 * 5 * 0x1p-8, 0x1p-8},
              {0, 0x1p-11, 20 * 0x1p-24, 20 * 0x1p-24, 0x1p-24},           // f32 sums of exact products
              {0, 0x1p-11, 0.3 * 5 * 0x1p-11, 0.3 * 5 * 0x1p-11, 0x1p-11}, // a rounded value between two products
              {0, 0, 0.3 * 5 * 0x1p-11, 0.3 * 5 * 0x1p-11, 0x1p-24}};      // nothing is declared
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    const gchk_tensor_spec specs[] = {GCHK_TENSOR("x", GCHK_INPUT, "2"), GCHK_TENSOR("y", GCHK_OUTPUT, "2")};
    const gchk_layer layer = {.name = "l",
                              .dtype = GCHK_F32,
                              GCHK_TENSORS(specs),
                              .forward = nothing,
                              .backward = nothing,
                              .unit = rows[k].unit,
                              .product_unit = rows[k].product};
    const gchk_sizes sizes = {0};
    const double v[] = {1, -1}, y[] = {3, 4};
    gchk_instance *instance;
    ck_assert_int_eq(gchk_instance_new(&instance, &layer, &sizes, NULL, GCHK_TRAIN, 0, NULL), GCHK_OK);
    gchk_line line = {.output_count = 2,
                      .output_unit = gchk_output_unit(instance),
                      .y0 = y,
                      .draw_count = 1,
                      .v = {v},
                      .sigma = {rows[k].sigma}};
    gchk_use_declared_unit(instance, &line);
    ck_assert_msg(line.sigma[0] == rows[k].left, "row %zu: %g", k, line.sigma[0]);
    ck_assert_msg(line.output_unit == rows[k].output_unit, "row %zu: %g", k, line.output_unit);
    gchk_instance_free(instance);
  }
}
END_TEST

START_TEST(upstream_gradients_are_what_backward_reads) {
  const gchk_tensor_spec specs[] = {GCHK_TENSOR("x", GCHK_INPUT, "2"),
                                    GCHK_TENSOR("y", GCHK_OUTPUT, "2", .unit = GCHK_UNIT_OF_BF16),
                                    GCHK_TENSOR("z", GCHK_OUTPUT, "1")};
  const gchk_layer layer = {
      .name = "l", .dtype = GCHK_F32, GCHK_TENSORS(specs), .forward = nothing, .backward = nothing};
  const gchk_sizes sizes = {0};
  gchk_instance *instance;
  ck_assert_int_eq(gchk_instance_new(&instance, &layer, &sizes, NULL, GCHK_TRAIN, 0, NULL), GCHK_OK);
  double v[] = {1.001, -1.999, 1.001};
  gchk_round_upstream(instance, v);
  ck_assert_double_eq(v[0], 1);
  ck_assert_double_eq(v[1], -2);
  ck_assert_double_eq(v[2], 1.001); // of the second output, which declares nothing
  gchk_instance_free(instance);
}
END_TEST

TCase *variable_tests(void) {
  TCase *tests = tcase_create("variable");
  tcase_add_test(tests, it_is_the_root_of_the_mean_square_at_any_size);
  tcase_add_test(tests, of_nothing_or_what_is_not_finite_it_is_zero);
  tcase_add_test(tests, a_scale_is_never_zero);
  tcase_add_test(tests, outputs_are_as_exact_as_the_least_exact_of_layer_and_outputs);
  tcase_add_test(tests, a_declared_precision_counts_where_it_reaches_the_outputs);
  tcase_add_test(tests, noise_is_left_out_where_stored_outputs_explain_it_and_shows_products_of_products);
  tcase_add_test(tests, upstream_gradients_are_what_backward_reads);
  return tests;
}
