/* The test cases of measure, one file each. */
#ifndef CHECKS_MEASURE_TESTS_H
#define CHECKS_MEASURE_TESTS_H

#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

TCase *judge_tests(void);
TCase *twin_tests(void);
TCase *twin_match_tests(void);
TCase *variable_tests(void);
TCase *slack_tests(void);
TCase *slack_move_tests(void);
TCase *raised_slack_tests(void);
TCase *move_doubles_tests(void);
TCase *reordering_tests(void);
TCase *spread_tests(void);
TCase *upstream_tests(void);
TCase *gentler_tests(void);
TCase *lost_outputs_tests(void);

#endif
