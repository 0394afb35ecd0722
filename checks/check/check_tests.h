/* The test cases of check, and the small layer that they use. */
#ifndef CHECKS_CHECK_TESTS_H
#define CHECKS_CHECK_TESTS_H

#include <check.h>

#include "gradcheck/check.h"

TCase *verdict_tests(void);
TCase *threshold_tests(void);
TCase *describe_tests(void);
TCase *dead_unit_tests(void);
TCase *vacuity_tests(void);
TCase *expectation_tests(void);
TCase *layer_case_tests(void);
TCase *isolation_tests(void);
TCase *sample_run_tests(void);
TCase *explain_tests(void);
TCase *small_batch_tests(void);
TCase *adopt_tests(void);
TCase *undecided_tests(void);
TCase *screened_tests(void);
TCase *figure_tests(void);
TCase *best_error_tests(void);

/*
 * y_i = x_i^2 + offset, with options that make it wrong in one way each. Tensors x and y, size N.
 */
enum {
  CURVE_FACTOR,      /* of the gradient: 1 is right */
  CURVE_POISON,      /* element 0 of the gradient is NaN (1), Inf (2) */
  CURVE_FORWARD_NAN, /* output 0 is NaN */
  CURVE_SCALE,       /* of the output: 0 makes it constant */
  CURVE_DRIFT,       /* forward adds this times the number of its calls */
  CURVE_ONE_WRONG,   /* the gradient of the last element alone is negated */
  CURVE_OPTIONS
};
extern const gchk_layer curve_layer;

/* Its options as they are when it is right. */
void curve_right(double options[CURVE_OPTIONS]);

/* Checks it with these options in this process; fails the test when there is an error. The caller frees the result. */
gchk_result *check_curve(const double *options, const gchk_case *settings, const gchk_options *check);

/* The same with nothing but a factor of the gradient and a threshold of the case (0: none). */
gchk_result *check_curve_factor(double factor, double threshold);
void assert_curve_verdict(const gchk_result *result, gchk_verdict verdict, int exit_code);

/* The finding with this code of a tensor, or of the case; NULL. */
const gchk_finding *find_finding(const gchk_finding *findings, size_t count, const char *code);

#endif
