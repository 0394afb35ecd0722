/*
 * Layers in coarse formats through the public API. Right ones that declare it pass, by themselves or with a double
 * twin, and never fail; wrong ones fail and are named; right ones that do not declare it are told so.
 */
#include <math.h>
#include <string.h>

#include "coarse_layers.h"
#include "gradcheck/check.h"
#include "main.h"

enum { SEEDS = 10, PASSES = 0, FAILS = 1, UNDECIDED = 5 };

/*
 * Of best_error, in half spacings of the format: six roundings a term (instance/precision.h counts them), and nine
 * terms in the longest sum here. Half a gradient is off by at least 1/(2u), 128 of bf16.
 */
static const double largest_error = 6 * 9;

static const mistake none = {1, false};

static gchk_result *check(gchk_layer layer, const mistake *of, const gchk_layer *twin, uint64_t seed) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  mistake made = *of;
  options.seed = seed;
  layer.user = &made;
  layer.twin = twin;
  ck_assert_msg(gchk_check_layer(&layer, &options, &result, &error) == GCHK_OK, "%s: %s", layer.name, error.message);
  return result;
}

static size_t count_in(const gchk_finding *findings, size_t count, const char *code) {
  size_t found = 0;
  for (size_t f = 0; f < count; f++)
    found += strcmp(findings[f].code, code) == 0;
  return found;
}

static size_t count_of(const gchk_result *result, const char *code) {
  size_t found = 0;
  for (size_t c = 0; c < result->case_count; c++) {
    const gchk_case_result *of = &result->cases[c];
    found += count_in(of->findings, of->finding_count, code);
    for (size_t t = 0; t < of->tensor_count; t++)
      found += count_in(of->tensors[t].findings, of->tensors[t].finding_count, code);
  }
  return found;
}

static gchk_layer twin_of(int i) {
  static mistake right = {1, false};
  gchk_layer twin = coarse_twins[i].layer;
  twin.user = &right;
  return twin;
}

START_TEST(a_right_layer_does_not_fail_and_passes_where_its_rounding_lets_it) {
  const coarse_layer *of = &coarse_layers[_i];
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_result *result = check(of->layer, &none, NULL, seed);
    const int exit_code = result->exit_code;
    const bool is_right = (of->holds & ALONE_IT_PASSES) == ALONE_IT_PASSES ? exit_code == PASSES
                          : (of->holds & ALONE_IT_DOES_NOT_FAIL) != 0 ? exit_code == PASSES || exit_code == UNDECIDED
                                                                      : true;
    ck_assert_msg(is_right, "%s, seed %d: exit %d", of->layer.name, (int)seed, exit_code);
    ck_assert_uint_eq(count_of(result, "undeclared-precision"), 0);
    for (size_t c = 0; c < result->case_count; c++)
      for (size_t t = 0; t < result->cases[c].tensor_count; t++)
        ck_assert(isnan(result->cases[c].tensors[t].best_error));
    gchk_result_free(result);
  }
}
END_TEST

/* Fails; is the mistake named? */
static bool fails_and_is_named(const gchk_layer *layer, const mistake *of, const char *code, uint64_t seed) {
  gchk_result *result = check(*layer, of, NULL, seed);
  ck_assert_msg(result->exit_code == FAILS, "%s, seed %d: exit %d", layer->name, (int)seed, result->exit_code);
  const bool is_named = code == NULL || count_of(result, code) > 0;
  gchk_result_free(result);
  return is_named;
}

START_TEST(a_wrong_layer_fails_and_is_named) {
  static const mistake half = {0.5, false}, negative = {-1, false}, forgetful = {1, true};
  const char *of_sign = (coarse_layers[_i].holds & SIGN_IS_NAMED) != 0 ? "wrong-sign" : NULL;
  size_t ratios = 0, signs = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    ratios += fails_and_is_named(&coarse_layers[_i].layer, &half, "constant-ratio", seed);
    signs += fails_and_is_named(&coarse_layers[_i].layer, &negative, of_sign, seed);
    (void)fails_and_is_named(&coarse_layers[_i].layer, &forgetful, NULL, seed);
  }
  // Where a format leaves three elements of five, two of them may be other things by chance.
  ck_assert_uint_ge(ratios + 1, SEEDS);
  ck_assert_uint_ge(signs + 1, SEEDS);
}
END_TEST

/* Values that agree as they stand are nowhere else. A layer whose rounding shows nowhere passes as it is. */
START_TEST(an_undeclared_precision_is_told) {
  gchk_layer layer = coarse_layers[_i].layer;
  layer.unit = layer.product_unit = 0;
  layer.tensors = coarse_layers[_i].undeclared;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_result *result = check(layer, &none, NULL, seed);
    ck_assert_uint_eq(count_of(result, "permuted-elements"), 0);
    ck_assert_msg(result->exit_code == PASSES || count_of(result, "undeclared-precision") > 0, "%s, seed %d: exit %d",
                  layer.name, (int)seed, result->exit_code);
    gchk_result_free(result);
  }
}
END_TEST

/* The largest best_error of the layer's own shapes, and whether all of them are numbers. */
static double largest_best_error(const gchk_result *result) {
  double largest = 0;
  for (size_t c = 0; c < result->case_count; c++)
    for (size_t t = 0; t < result->cases[c].tensor_count; t++) {
      const gchk_tensor_result *of = &result->cases[c].tensors[t];
      if (result->cases[c].auxiliary || (of->role != GCHK_INPUT && of->role != GCHK_PARAMETER))
        continue;
      ck_assert_msg(isfinite(of->best_error) && of->best_error >= 0, "%s: %g", of->name, of->best_error);
      largest = fmax(largest, of->best_error);
    }
  return largest;
}

START_TEST(with_its_twin_a_right_layer_passes_and_its_best_error_is_that_of_its_format) {
  static const mistake half = {0.5, false};
  const gchk_layer twin = twin_of(_i), layer = coarse_layers[_i].layer;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_result *result = check(layer, &none, &twin, seed);
    ck_assert_msg(result->exit_code == PASSES, "%s, seed %d: exit %d", layer.name, (int)seed, result->exit_code);
    ck_assert_double_le(largest_best_error(result), largest_error);
    gchk_result_free(result);
    result = check(layer, &half, &twin, seed);
    ck_assert_int_eq(result->exit_code, FAILS);
    ck_assert_double_gt(largest_best_error(result), largest_error);
    gchk_result_free(result);
  }
}
END_TEST

/* A float layer that computes with all its bits, and is wrong: rounding is not blamed. */
static gchk_status square_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((float *)c->t[1].value)[i] = ((const float *)c->t[0].value)[i] * ((const float *)c->t[0].value)[i];
  return GCHK_OK;
}

static gchk_status squared_upstream(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value, *dy = c->t[1].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((float *)c->t[0].grad)[i] = 2 * x[i] * dy[i] * dy[i];
  return GCHK_OK;
}

START_TEST(rounding_is_not_blamed_for_a_mistake_of_an_exact_layer) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
  const gchk_layer layer = {.name = "square",
                            .dtype = GCHK_F32,
                            GCHK_TENSORS(rows),
                            .forward = square_forward,
                            .backward = squared_upstream,
                            .sizes = "N=11"};
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_result *result = check(layer, &none, NULL, seed);
    ck_assert_int_eq(result->exit_code, FAILS);
    ck_assert_uint_gt(count_of(result, "not-linear-in-upstream"), 0);
    ck_assert_uint_eq(count_of(result, "undeclared-precision"), 0);
    gchk_result_free(result);
  }
}
END_TEST

static TCase *layer_tests(void) {
  TCase *tests = tcase_create("layers");
  tcase_add_loop_test(tests, a_right_layer_does_not_fail_and_passes_where_its_rounding_lets_it, 0, COARSE_LAYERS);
  tcase_add_loop_test(tests, a_wrong_layer_fails_and_is_named, 0, COARSE_LAYERS);
  tcase_add_loop_test(tests, an_undeclared_precision_is_told, 0, COARSE_LAYERS);
  tcase_add_loop_test(tests, with_its_twin_a_right_layer_passes_and_its_best_error_is_that_of_its_format, 0,
                      COARSE_LAYERS);
  tcase_add_test(tests, rounding_is_not_blamed_for_a_mistake_of_an_exact_layer);
  return tests;
}

TEST_MAIN("precision layers", layer_tests)
