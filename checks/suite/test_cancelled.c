/* Networks with parameters that no output depends on: they pass as a whole, in both precisions, from any seed. */
#include <math.h>

#include "gradcheck/check.h"
#include "gradcheck/explain.h"
#include "gradcheck/result.h"
#include "suite_fixture.h"

#define STATISTICS ", rm: {shape: [6], constant: 0}, rv: {shape: [6], constant: 1}}\n"
#define BATCH_NORM "batch_norm: {running_mean: rm, running_var: rv}\n"

static const char networks[] = "cases:\n"
                               "  - name: a bias in front of batch norm\n"
                               "    values: {x: {shape: [8, 5]}, t: {shape: [8], labels: 3}" STATISTICS "    network:\n"
                               "      - affine: {units: 6, b: bias}\n"
                               "      - " BATCH_NORM "      - tanh\n"
                               "      - affine: {units: 3}\n"
                               "      - softmax_cross_entropy: {t: t}\n"
                               "  - name: the same of a convolution\n"
                               "    values: {x: {shape: [3, 2, 5, 5]}" STATISTICS "    network:\n"
                               "      - conv2d: {Co: 6, kernel: 3, padding: 1, b: bias}\n"
                               "      - " BATCH_NORM "      - silu\n"
                               "  - name: a bias of keys\n"
                               "    values: {x: {shape: [10, 8]}}\n"
                               "    network:\n"
                               "      - affine: {in: [x], units: 8, as: q0}\n"
                               "      - affine: {in: [x], units: 8, b: bias, as: k0}\n"
                               "      - affine: {in: [x], units: 8, as: v0}\n"
                               "      - reshape: {in: [q0], T: 2x1x5x8, as: q}\n"
                               "      - reshape: {in: [k0], T: 2x1x5x8, as: k}\n"
                               "      - reshape: {in: [v0], T: 2x1x5x8, as: v}\n"
                               "      - attention: {in: [q, k, v]}\n"
                               "  - name: a number added to a row of scores\n"
                               "    values: {x: {shape: [6, 5]}, bias: {shape: [6, 1], differentiate: true}}\n"
                               "    network:\n"
                               "      - add: {in: [x, bias]}\n"
                               "      - softmax\n";

static const gchk_tensor_result *find_bias(const gchk_case_result *c) {
  for (size_t i = 0; i < c->tensor_count; i++)
    if (strcmp(c->tensors[i].name, "bias") == 0)
      return &c->tensors[i];
  ck_abort_msg("%s has no bias", c->name);
  return NULL;
}

START_TEST(networks_pass_with_parameters_that_no_output_depends_on) {
  static const gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};
  for (size_t k = 0; k < sizeof dtypes / sizeof dtypes[0]; k++) {
    gchk_suite *suite = suite_of(networks, dtypes[k]);
    size_t count;
    const gchk_case *cases = gchk_suite_cases(suite, &count);
    for (uint64_t seed = 1; seed <= 5; seed++) {
      gchk_error error = {GCHK_OK, ""};
      gchk_options options = GCHK_OPTIONS_INIT;
      gchk_result *result = NULL;
      options.seed = seed;
      OK(gchk_check_cases(cases, count, &options, &result, &error), error);
      for (size_t i = 0; i < result->case_count; i++) {
        const gchk_case_result *c = &result->cases[i];
        const gchk_tensor_result *bias = find_bias(c);
        ck_assert_msg(c->verdict == GCHK_PASS, "%s, dtype %d, seed %d: verdict %d", c->name, (int)dtypes[k], (int)seed,
                      (int)c->verdict);
        ck_assert_uint_eq(bias->elements.pass, bias->total);
        ck_assert_uint_eq(bias->elements.undecided, 0);
        ck_assert(isnan(bias->sensitivity.sign));
      }
      gchk_result_free(result);
    }
    gchk_suite_free(suite);
  }
}
END_TEST

/* The scores do depend on x, and not on what is added to a row of them. */
START_TEST(an_explanation_says_what_cancels) {
  gchk_suite *suite = suite_of(networks, GCHK_F64);
  size_t count;
  const gchk_case *last = gchk_suite_cases(suite, &count) + 3;
  size_t cancelled = 0;
  for (size_t e = 0; e < 6; e++) {
    gchk_explanation x;
    gchk_error error = {GCHK_OK, ""};
    OK(gchk_explain_element(last, NULL, "bias", &e, 1, &x, &error), error);
    ck_assert_int_eq(x.verdict, GCHK_PASS);
    const double terms = x.draws[0].terms;
    ck_assert(terms == 0 || (terms > 0.01 && terms < 10)); // 0: of an exact zero, which no output moves by a bit
    cancelled += terms > 0;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    OK(gchk_explanation_print(&x, out, &error), error);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert(terms == 0 || strstr(text, "cancel to what rounding leaves of them\n") != NULL);
    ck_assert(terms == 0 || strstr(text, "It is 0 but for") != NULL);
    free(text);
    OK(gchk_explain_element(last, NULL, "x", &e, 1, &x, &error), error);
    ck_assert_int_eq(x.verdict, GCHK_PASS);
    ck_assert_double_eq(x.draws[0].terms, 0);
  }
  ck_assert_uint_gt(cancelled, 0);
  gchk_suite_free(suite);
}
END_TEST

static TCase *cancelled(void) {
  TCase *tests = tcase_create("cancelled");
  tcase_add_test(tests, networks_pass_with_parameters_that_no_output_depends_on);
  tcase_add_test(tests, an_explanation_says_what_cancels);
  return tests;
}

TEST_MAIN("cancelled", cancelled)
