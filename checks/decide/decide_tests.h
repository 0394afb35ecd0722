/* The test cases of decide, one file each. */
#ifndef CHECKS_DECIDE_TESTS_H
#define CHECKS_DECIDE_TESTS_H

#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

TCase *sample_tests(void);
TCase *screen_tests(void);
TCase *screen_case_tests(void);
TCase *screen_units_tests(void);
TCase *budget_tests(void);
TCase *step_curve_tests(void);
TCase *update_audit_tests(void);
TCase *retry_tests(void);
TCase *tally_tests(void);
TCase *confirm_tests(void);
TCase *batch_elements_tests(void);
TCase *doubt_way_tests(void);
TCase *grouping_tests(void);
TCase *groups_tests(void);
TCase *group_cost_tests(void);
TCase *full_cost_tests(void);
TCase *independent_tests(void);
TCase *set_apart_tests(void);
TCase *absorbed_tests(void);
TCase *whole_after_all_tests(void);
TCase *far_slack_tests(void);
TCase *open_in_groups_tests(void);

#endif
