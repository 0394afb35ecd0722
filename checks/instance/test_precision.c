/* Units of tensors, and rounding to them: against a search through all numbers of a small format, and C's own float. */
#include "instance/instance.h"
#include "instance/precision.h"

#include <float.h>

#include "instance_tests.h"

static gchk_status nothing(const gchk_call *call, gchk_error *error) {
  (void)call, (void)error;
  return GCHK_OK;
}

// The nearest of all numbers with four bits and exponents of this range; of two the one whose last bit is even.
static double search(double x) {
  double best = 0, distance = HUGE_VAL;
  bool best_is_even = true;
  for (int exponent = -12; exponent <= 12; exponent++) {
    for (int significand = 8; significand < 16; significand++) {
      for (int sign = -1; sign <= 1; sign += 2) {
        const double y = sign * ldexp(significand, exponent);
        const bool is_even = significand % 2 == 0;
        if (fabs(y - x) < distance || (fabs(y - x) == distance && is_even && !best_is_even)) {
          best = y;
          distance = fabs(y - x);
          best_is_even = is_even;
        }
      }
    }
  }
  return best;
}

START_TEST(a_number_is_rounded_to_the_nearest_of_its_format) {
  for (int k = -400; k <= 400; k++) {
    const double x = k / 32.0 + (k % 3) * 1e-3;
    if (fabs(x) > 0.01)
      ck_assert_msg(gchk_round_to_unit(x, 0x1p-4) == search(x), "%g: %g, not %g", x, gchk_round_to_unit(x, 0x1p-4),
                    search(x));
  }
}
END_TEST

START_TEST(rounding_to_floats_is_what_a_cast_does) {
  double x = 1.2345678901234567;
  for (int k = 0; k < 2000; k++) {
    x = fmod(x * 1.7320508075688772 + 0.3, 7) - 2;
    ck_assert_double_eq(gchk_round_to_unit(x, GCHK_UNIT_F32), (double)(float)x);
    ck_assert_double_eq(gchk_round_to_unit(x, GCHK_UNIT_F64), x);
  }
}
END_TEST

START_TEST(zeros_infinities_and_nan_stay) {
  ck_assert_double_eq(gchk_round_to_unit(0, 0x1p-8), 0);
  ck_assert(signbit(gchk_round_to_unit(-0.0, 0x1p-8)));
  ck_assert_double_eq(gchk_round_to_unit(-(double)INFINITY, 0x1p-8), -(double)INFINITY);
  ck_assert(isnan(gchk_round_to_unit((double)NAN, 0x1p-8)));
  ck_assert_double_eq(gchk_round_to_unit(255.9, 0x1p-8), 256); // the exponent grows
}
END_TEST

enum { X, BIAS, Y, CACHE, LABEL };

static gchk_instance *make(const gchk_layer *layer, gchk_tensor_spec specs[5]) {
  gchk_layer l = *layer;
  l.name = "l";
  l.tensors = specs;
  l.tensor_count = 5;
  l.forward = l.backward = nothing;
  static gchk_layer kept;
  kept = l;
  const gchk_sizes sizes = {0};
  gchk_instance *instance = NULL;
  ck_assert_int_eq(gchk_instance_new(&instance, &kept, &sizes, NULL, GCHK_TRAIN, 0, NULL), GCHK_OK);
  return instance;
}

START_TEST(a_tensor_has_the_coarsest_of_what_holds_for_it) {
  static const struct {
    gchk_layer layer;
    double own; /* unit of x */
    double x, bias, y, cache, coarsest;
  } rows[] = {
      {{.dtype = GCHK_F32}, 0, 0x1p-24, 0x1p-24, 0x1p-24, 0x1p-24, 0x1p-24},
      {{.dtype = GCHK_F64}, 0, 0x1p-53, 0x1p-53, 0x1p-53, 0x1p-53, 0x1p-53},
      {{.dtype = GCHK_F32, .unit = 0x1p-8}, 0, 0x1p-8, 0x1p-8, 0x1p-8, 0x1p-8, 0x1p-8},
      {{.dtype = GCHK_F32, .unit = 0x1p-8}, 0x1p-11, 0x1p-11, 0x1p-8, 0x1p-8, 0x1p-8, 0x1p-8}, // its own is finer
      {{.dtype = GCHK_F32}, 0x1p-8, 0x1p-8, 0x1p-24, 0x1p-24, 0x1p-24, 0x1p-8},
      {{.dtype = GCHK_F32, .product_unit = 0x1p-11}, 0, 0x1p-11, 0x1p-11, 0x1p-24, 0x1p-11, 0x1p-11},
      {{.dtype = GCHK_F32, .unit = 0x1p-8, .product_unit = 0x1p-11}, 0, 0x1p-8, 0x1p-8, 0x1p-8, 0x1p-8, 0x1p-8},
  };
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    gchk_tensor_spec specs[] = {GCHK_TENSOR("x", GCHK_INPUT, "2", .unit = rows[k].own),
                                GCHK_TENSOR("b", GCHK_PARAMETER, "2"), GCHK_TENSOR("y", GCHK_OUTPUT, "2"),
                                GCHK_TENSOR("c", GCHK_CACHE, "2"),
                                GCHK_TENSOR("label", GCHK_INDEX, "2", .dtype = GCHK_I32)};
    gchk_instance *instance = make(&rows[k].layer, specs);
    ck_assert_msg(gchk_tensor_unit(instance, X) == rows[k].x, "row %zu", k);
    ck_assert_msg(gchk_tensor_unit(instance, BIAS) == rows[k].bias, "row %zu", k);
    ck_assert_msg(gchk_tensor_unit(instance, Y) == rows[k].y, "row %zu", k);
    ck_assert_msg(gchk_tensor_unit(instance, CACHE) == rows[k].cache, "row %zu", k);
    ck_assert_msg(gchk_tensor_unit(instance, LABEL) == 0x1p-53, "row %zu", k);
    ck_assert_msg(gchk_coarsest_unit(instance) == rows[k].coarsest, "row %zu", k);
    gchk_instance_free(instance);
  }
}
END_TEST

START_TEST(values_of_a_declared_tensor_become_numbers_of_the_format) {
  gchk_tensor_spec specs[] = {GCHK_TENSOR("x", GCHK_INPUT, "2", .unit = GCHK_UNIT_OF_BF16),
                              GCHK_TENSOR("b", GCHK_PARAMETER, "2"), GCHK_TENSOR("y", GCHK_OUTPUT, "2"),
                              GCHK_TENSOR("c", GCHK_CACHE, "2"),
                              GCHK_TENSOR("label", GCHK_INDEX, "2", .dtype = GCHK_I32)};
  gchk_instance *instance = make(&(gchk_layer){.dtype = GCHK_F32}, specs);
  float *x = instance->t[X].value, *b = instance->t[BIAS].value;
  int32_t *label = instance->t[LABEL].value;
  x[0] = 1.00390625f + 0x1p-20f; // just above the middle of two neighbours
  x[1] = -FLT_MAX;
  b[0] = 0.1f;
  label[0] = 1000003;
  for (size_t i = 0; i < 5; i++)
    gchk_round_tensor(instance, i);
  ck_assert(x[0] == 1.0078125f);
  ck_assert(x[1] == -0x1.fep127f); // the largest of bf16, and not infinity
  ck_assert(b[0] == 0.1f);
  ck_assert_int_eq(label[0], 1000003);
  gchk_instance_free(instance);
}
END_TEST

// What the limits are for: a factor of two and one of a half are never within them, in any format.
START_TEST(no_limit_lets_a_factor_of_two_pass) {
  static const double units[] = {GCHK_UNIT_F64, GCHK_UNIT_F32, 0x1p-16, GCHK_UNIT_OF_TF32, GCHK_UNIT_OF_BF16};
  static const double wrong[] = {-1, 0, 0.5, 2};
  for (size_t k = 0; k < sizeof units / sizeof units[0]; k++) {
    for (size_t w = 0; w < sizeof wrong / sizeof wrong[0]; w++) {
      const double g = wrong[w], bound = gchk_resolution_limit(units[k]) * fmax(fabs(g), 1);
      // 4 u of the largest gradient, here this one, comes on top.
      const double allowed = 3 * bound + units[k] * (gchk_rounding_allowance(units[k]) + 4) * fabs(g);
      ck_assert_msg(fabs(g - 1) > allowed, "unit %g, factor %g: %g", units[k], g, allowed);
    }
  }
}
END_TEST

START_TEST(limits_of_c_types_are_as_they_were) {
  static const double units[] = {GCHK_UNIT_F64, GCHK_UNIT_F32};
  for (size_t k = 0; k < 2; k++) {
    ck_assert_double_eq(gchk_rounding_allowance(units[k]), 32);
    ck_assert_double_eq(gchk_resolution_limit(units[k]), 0.02);
    ck_assert_double_eq(gchk_tensor_resolution_limit(units[k]), 2e-4);
  }
  ck_assert_double_gt(gchk_resolution_limit(GCHK_UNIT_OF_BF16), gchk_resolution_limit(GCHK_UNIT_OF_TF32));
  ck_assert_double_gt(gchk_resolution_limit(GCHK_UNIT_OF_TF32), 0.02);
  ck_assert_double_lt(gchk_rounding_allowance(GCHK_UNIT_OF_BF16) * GCHK_UNIT_OF_BF16, 0.05);
}
END_TEST

TCase *precision_tests(void) {
  TCase *tests = tcase_create("precision");
  tcase_add_test(tests, a_number_is_rounded_to_the_nearest_of_its_format);
  tcase_add_test(tests, rounding_to_floats_is_what_a_cast_does);
  tcase_add_test(tests, zeros_infinities_and_nan_stay);
  tcase_add_test(tests, a_tensor_has_the_coarsest_of_what_holds_for_it);
  tcase_add_test(tests, values_of_a_declared_tensor_become_numbers_of_the_format);
  tcase_add_test(tests, no_limit_lets_a_factor_of_two_pass);
  tcase_add_test(tests, limits_of_c_types_are_as_they_were);
  return tests;
}
