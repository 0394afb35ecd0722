#include "main.h"

#include "decide_tests.h"

TEST_MAIN("decide", sample_tests, screen_tests, screen_case_tests, screen_units_tests, budget_tests, step_curve_tests,
          update_audit_tests, retry_tests, tally_tests, confirm_tests, batch_elements_tests, doubt_way_tests,
          grouping_tests, groups_tests, group_cost_tests, full_cost_tests, independent_tests, set_apart_tests,
          absorbed_tests, whole_after_all_tests, far_slack_tests, open_in_groups_tests)
