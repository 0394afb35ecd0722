#include "main.h"
#include "check_tests.h"

TEST_MAIN("check", verdict_tests, threshold_tests, describe_tests, dead_unit_tests, vacuity_tests, expectation_tests,
          layer_case_tests, isolation_tests, sample_run_tests, explain_tests, small_batch_tests, adopt_tests,
          undecided_tests, screened_tests, figure_tests, best_error_tests)
