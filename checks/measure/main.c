#include "main.h"

#include "measure_tests.h"

TEST_MAIN("measure", judge_tests, sample_tests, screen_tests, screen_case_tests, budget_tests, update_audit_tests,
          twin_tests, twin_match_tests, step_curve_tests, variable_tests, slack_tests, retry_tests, tally_tests, reordering_tests,
          spread_tests, best_error_tests)
